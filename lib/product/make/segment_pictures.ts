/** What all ways of making segment maps share: the pictures of a folder, maps in files, a contact sheet. @module */
import { join } from "node:path";
import { checkApart } from "../../base/io/apart.ts";
import { compare } from "../../base/io/walk.ts";
import { describeFolder, describeLeftOut, type Found, listPictures } from "../../picture/data/listing.ts";
import { IGNORED, type Photo } from "../../domain.ts";
import { readObjects } from "../../picture/data/good_pictures.ts";
import { type PictureLimits, readPhoto } from "../../picture/image/decode.ts";
import { resizePhoto } from "../../picture/image/resize.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { colourWord, segmentColours } from "../../picture/segment/palette.ts";
import { countPixels, resizePlane } from "../../picture/segment/plane.ts";
import type { LabelPlane } from "../../picture/segment/plane.ts";
import { contactSheet, encodeLabels, writeFolderLegend } from "../../picture/segment/write.ts";
import type { Pair } from "../../picture/segment/write.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import { unreadable } from "../run/pictures/readable_pictures.ts";
import type { Reporter } from "../../base/text/progress.ts";

/** What all ways of making maps share. */
export interface SegmentWork extends PictureLimits {
  readonly data: string;
  /** File of a map for all pictures, or folder of one map a picture. */
  readonly out: string;
  /** Pictures are brought to this height and width, and maps have it. */
  readonly side: number;
  /** Pictures that cannot be read are left out; an error where this is left out. */
  readonly skipUnreadable?: boolean;
  /** Told how many were. */
  readonly onUnread?: (count: number) => void;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** Pictures on a contact sheet. */
const SHOWN = 8;

/** A picture of the folder. */
export interface Picture {
  readonly name: string;
  /** As the file has it. */
  readonly original: Photo<Dim, Dim>;
  /** Of the work's size. */
  readonly photo: Photo<Dim, Dim>;
  /** On the contact sheet: some, evenly from the first to the last. */
  readonly shown: boolean;
}

/** Folders of masks in MVTec AD and VisA, which lie beside the pictures. */
const MASKS = /(^|\/)(ground_truth|Masks)\//;

/** The pictures of a folder and below. */
export async function listAll(data: string): Promise<Found[]> {
  return (await listPictures(data)).filter(({ name }) => !MASKS.test(name));
}

/** Some pictures of a folder, one after another, with progress. */
export async function* pictures(
  { data, side, depth, maxPixels, skipUnreadable, onUnread = () => {}, reporter, signal }: SegmentWork,
  step: string,
  some: readonly Found[],
): AsyncGenerator<Picture> {
  const found = some.toSorted((a, b) => compare(a.name, b.name));
  if (found.length === 0) {
    throw new Error(`Cannot segment "${data}" as it has no pictures: found ${await describeFolder(data)}`);
  }
  for (const note of await describeLeftOut(found)) reporter.warn(note);
  const unread: Error[] = [];
  const spread = new Set(Array.from({ length: SHOWN }, (_, i) => Math.floor(i * found.length / SHOWN)));
  for (const [i, { name, path }] of found.entries()) {
    signal.throwIfAborted();
    const original = await readPhoto(path, { depth, maxPixels }).catch((error: Error) => {
      unread.push(error);
      if (skipUnreadable) reporter.warn(`left out: ${error.message}`);
    });
    if (original) {
      yield { name, original, photo: resizePhoto(original, { height: side, width: side }), shown: spread.has(i) };
    }
    reporter.progress({ step, done: i + 1, total: found.length });
    // Gives Ctrl-C and progress their turn.
    await new Promise((resolve) => setTimeout(resolve));
  }
  if (unread.length > 0 && (!skipUnreadable || unread.length === found.length)) {
    throw unreadable(unread, found.length);
  }
  onUnread(unread.length);
}

/**
 * The files of one map a picture, in the order of the pictures.
 *
 * @throws {Error} where two pictures would share one
 */
function mapFiles({ data, out }: SegmentWork, found: readonly Found[]): string[] {
  const owners = new Map<string, string>();
  return found.map(({ name }) => {
    const map = `${name.replace(/\.[^./]+$/, "")}.png`;
    // Some disks tell no letter's case.
    const other = owners.get(map.toLowerCase());
    if (other !== undefined) {
      throw new Error(
        `Cannot write a segment map for each picture of "${data}" as "${other}" and "${name}" would share "${map}": ` +
          "rename one of them",
      );
    }
    owners.set(map.toLowerCase(), name);
    return join(out, map);
  });
}

/**
 * Writes one map a picture, the legend, and a contact sheet beside the folder.
 *
 * @param namesOf of the segments, by the pixels that each label has in all maps; called when all are made
 * @throws {Error} before anything is written, where two pictures would share a map or one would be written among them
 */
export async function writeMaps(
  work: SegmentWork,
  namesOf: (pixels: readonly number[]) => readonly string[],
  step: string,
  mapOf: (picture: Picture) => LabelPlane | Promise<LabelPlane>,
): Promise<string> {
  const shown: Pair[] = [];
  const pixels = new Array<number>(IGNORED).fill(0);
  const found = await listAll(work.data);
  const files = mapFiles(work, found);
  await checkApart(files.map((path) => ({ path, option: "--out" })), [work.data]);
  const fileOf = new Map(found.map(({ name }, i) => [name, files[i]]));
  for await (const picture of pictures(work, step, found)) {
    const plane = await mapOf(picture);
    await writeFileAtomic(fileOf.get(picture.name)!, await encodeLabels(plane));
    countPixels(plane.labels, IGNORED).counts.forEach((count, label) => pixels[label] += count);
    if (picture.shown) shown.push({ photo: picture.photo, plane });
  }
  const names = namesOf(pixels);
  const idle = names.filter((_, label) => pixels[label] === 0);
  if (idle.length > 0) work.reporter.warn(`no picture has a pixel of ${idle.join(", ")}`);
  const colours = segmentColours(names.length);
  work.reporter.say(describeSegments(names, colours, pixels));
  await writeFolderLegend(work.out, { name: step, names, colours, stretched: true });
  return await writeSheet(work.out, shown, colours);
}

/** What the colours of a contact sheet mean, and how much of the pictures they cover. */
export function describeSegments(
  names: readonly string[],
  colours: readonly string[],
  pixels: readonly number[],
): string {
  const all = names.reduce((sum, _, label) => sum + pixels[label], 0) || 1;
  return names.map((name, label) => {
    const share = 100 * pixels[label] / all;
    return `${name}: ${colourWord(colours[label])}, ${share > 0 && share < 1 ? "under 1" : Math.round(share)} %`;
  }).join("\n");
}

/** `maps.png` → `maps.sheet.png`; a folder `maps` likewise. */
export function sheetBeside(out: string): string {
  return `${out.replace(/\.(png|npy)$/, "").replace(/[/\\]+$/, "")}.sheet.png`;
}

/** Writes the contact sheet of a map or a folder of maps, and gives its file. */
export async function writeSheet(out: string, shown: readonly Pair[], colours: readonly string[]): Promise<string> {
  const sheet = sheetBeside(out);
  await writeFileAtomic(sheet, await contactSheet(shown, colours));
  return sheet;
}

/** A map that was drawn, over the pictures of a folder. */
export async function showOver(work: SegmentWork, plane: LabelPlane, colours: readonly string[]): Promise<string> {
  const size = { height: work.side, width: work.side };
  const shown: Pair[] = [];
  const good = (await readObjects(work.data)).flatMap(({ good }) => good);
  const found = good.length > 0 ? good : await listAll(work.data);
  for await (const { photo } of pictures(work, "Contact sheet", found.slice(0, SHOWN))) {
    shown.push({ photo, plane: resizePlane(plane, size) });
  }
  return await writeSheet(work.out, shown, colours);
}
