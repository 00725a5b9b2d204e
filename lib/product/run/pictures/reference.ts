/** The picture that parts are aligned with. It is known before anything is planned, as all that is fitted depends on it. @module */
import { sha256 } from "../../../base/io/hash.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import type { Photo } from "../../../domain.ts";
import { referenceOf } from "../../../picture/align/reference.ts";
import type { Item } from "../../../picture/data/dataset.ts";
import { decodePhoto, readPixels } from "../../../picture/image/decode.ts";
import { encodePng } from "../../../picture/image/encode.ts";
import { openLoader } from "../../../picture/image/loader.ts";
import { toPhoto } from "../../../picture/image/pixels.ts";
import { resizePhoto, resizePixels } from "../../../picture/image/resize.ts";
import { asTheyLie, GOOD_PARTS, type PictureSettings } from "../../../picture/image/settings.ts";
import type { PipelineDefinition } from "../../experiment/definition.ts";
import { spreadOut } from "../../model/gather_good_parts.ts";
import { type Cache, keyOf } from "../cache/cache.ts";
import { codeVersion } from "../cache/code_version.ts";
import { namedClassifiers, namedDetectors } from "../steps/methods.ts";

/** A picture that others are aligned with. */
export interface Reference {
  /** Of its file; settings call it so. */
  readonly sha256: string;
  /** A PNG. */
  readonly file: Uint8Array<ArrayBuffer>;
  /** Of the size that pictures are brought to. */
  readonly photo: Photo;
}

/** The code that aligns. */
export const ALIGNING = "picture/align";

/** Good parts whose mean is the reference, at most. */
const MOST = 60;
/** Where as many pictures cannot be aligned, alignment is of no use. */
const TOO_MANY = 0.2;

/**
 * What has places of its own, which do not move with the picture, cannot be aligned.
 *
 * @param segments of which kind they are
 * @throws {TypeError} that says what it is
 */
export function checkAlignable(
  { picture, detectors, classifiers, pixel }: Pick<
    PipelineDefinition,
    "picture" | "detectors" | "classifiers" | "pixel"
  >,
  segments: string,
): void {
  if (picture.align === undefined) return;
  const named = namedDetectors(detectors);
  const masked = [
    ...named.filter(({ detector }) => detector.masks),
    ...namedClassifiers(classifiers).filter(({ classifier }) => classifier.masks),
  ];
  const given = named.filter(({ detector }) => detector.name === "maps");
  const problems = [
    ...segments === "folder" ? ["each picture has a segment map of its own"] : [],
    ...pixel ? ["pixels are judged by masks"] : [],
    ...masked.map(({ name }) => `"${name}" learns from masks`),
    ...given.map(({ name }) => `"${name}" is given maps that were computed elsewhere`),
  ];
  if (problems.length === 0) return;
  throw new TypeError(
    `Cannot align pictures as ${problems.join(" and ")}, which would not be moved with them: leave picture.align out`,
  );
}

/**
 * The reference of a pipeline; none where pictures stay as they lie.
 *
 * @param good parts that may be learned from
 * @throws {Error} where there is none, or its file cannot be read
 */
export async function takeReference(picture: PictureSettings, good: readonly Item[]): Promise<Reference | undefined> {
  const { align } = picture;
  if (align === undefined) return undefined;
  if (align === GOOD_PARTS) return await fileOf(await meanOf(picture, good.map(({ path }) => path)));
  return await fileOf(await readAt(align, picture));
}

/**
 * The mean of good pictures that lie as one picture, as the file of a reference: sharper than that one, where it is their mean
 * as they lie.
 *
 * @throws {Error} where that picture, or none of the good ones, can be read
 */
export async function sharpReference(
  first: string,
  good: readonly string[],
  picture: PictureSettings,
): Promise<Uint8Array<ArrayBuffer>> {
  return (await fileOf(await meanOf(picture, good, await readAt(first, picture)))).file;
}

async function readAt(path: string, { depth, maxPixels, filter, height, width }: PictureSettings): Promise<Photo> {
  const pixels = await readPixels(path, { depth, maxPixels }).catch((cause) => {
    throw new Error(`Cannot align pictures with "${path}": ${(cause as Error).message}`, { cause });
  });
  return toPhoto(resizePixels(pixels, { height, width }, filter));
}

/** The reference whose file this is. */
export async function readReference(file: Uint8Array): Promise<Reference> {
  return { sha256: sha256(file), file: Uint8Array.from(file), photo: await decodePhoto(file) };
}

async function fileOf(photo: Photo): Promise<Reference> {
  const file = await encodePng(photo);
  return { sha256: sha256(file), file, photo };
}

async function meanOf(picture: PictureSettings, good: readonly string[], first?: Photo): Promise<Photo> {
  const paths = spreadOut(good.length, MOST).map((place) => good[place]);
  const loader = openLoader(asTheyLie(picture));
  try {
    const photos: Photo[] = [];
    for await (const loaded of loader.load(paths)) if ("photo" in loaded) photos.push(loaded.photo);
    if (photos.length > 0) return referenceOf(photos, first);
  } finally {
    await loader.close();
  }
  throw new Error("Cannot align pictures as no good one can be read: name a picture of a good part in picture.align");
}

/** A loader's options for settings that say with what pictures are aligned. */
export function withReference<T extends PictureSettings>(
  picture: T,
  references: readonly Reference[],
): T & { readonly reference?: Photo } {
  if (picture.align === undefined) return picture;
  const found = references.find(({ sha256 }) => sha256 === picture.align);
  if (!found) throw new Error(`Cannot find the picture ${picture.align.slice(0, 16)} that pictures are aligned with`);
  return { ...picture, reference: resizePhoto(found.photo, picture, picture.filter) };
}

/** See {@linkcode describeUnaligned}. */
export interface UnalignedOptions {
  /** With what is aligned, as what is made of it says it. */
  readonly picture: PictureSettings;
  readonly reference: Reference;
  /** Of all pictures. */
  readonly sha256: string;
  readonly release: string;
  readonly cache: Cache;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** Looks for the part in every picture, and says in how many it is not found: these stay as they lie. */
export async function describeUnaligned(items: readonly Item[], options: UnalignedOptions): Promise<string[]> {
  const { picture, reference, release, cache, reporter, signal } = options;
  const key = keyOf("unaligned", {
    ...{ files: options.sha256, picture, code: await codeVersion([ALIGNING, "picture/image"], release) },
  });
  const known = await cache.load(key, (bytes): string[] => JSON.parse(new TextDecoder().decode(bytes)));
  const lost = new Set(known);
  if (!known) {
    const loader = openLoader(withReference(picture, [reference]));
    try {
      let done = 0;
      for await (const loaded of loader.load(items.map(({ path }) => path))) {
        signal.throwIfAborted();
        const { id } = items[done++];
        if ("photo" in loaded && loaded.unaligned) lost.add(id);
        reporter.progress({ step: "Align the pictures", done, total: items.length });
      }
    } finally {
      await loader.close();
    }
    await cache.write(key, JSON.stringify([...lost]));
  }
  return describe(items, lost);
}

function describe(items: readonly Item[], lost: ReadonlySet<string>): string[] {
  if (lost.size === 0) return [];
  const found = items.filter(({ id }) => lost.has(id));
  const of = (label: Item["label"]) => found.filter((item) => item.label === label).length;
  const { length: good } = items.filter(({ label }) => label === "good");
  const told = found.slice(0, 3).map(({ id }) => id).join(", ");
  const advice = of("good") > TOO_MANY * good
    ? ": so many that alignment helps little here; leave it out, or name a picture with more to see in picture.align"
    : ", and new ones like them are not judged";
  return [
    `The part is not found in ${of("good")} good and ${of("bad")} bad pictures (${told}${
      found.length > 3 ? ", …" : ""
    }), ` +
    `which stay as they lie${advice}`,
  ];
}
