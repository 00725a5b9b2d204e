/** Segment maps where none exist: found in the pictures of a folder. @module */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Backbone } from "../backbone/backbone.ts";
import { openBackbone } from "../backbone/backbone.ts";
import { compare, describeFolder, firstFew, type Found, listPictures } from "../data/files.ts";
import { IGNORED, type Photo } from "../domain.ts";
import { readModel } from "../graph/read.ts";
import { readOnnxFile } from "../graph/read_file.ts";
import { readPhoto } from "../image/decode.ts";
import { toImage } from "../image/image.ts";
import { resizePhoto } from "../image/resize.ts";
import { writeFileAtomic } from "../io/atomic.ts";
import { findForeground, FOREGROUND_NAMES, foregroundShare } from "../segment/foreground.ts";
import {
  areLabels,
  levelThreshold,
  networkInput,
  networkLabels,
  outputLayout,
  within,
} from "../segment/network_labels.ts";
import type { NetworkInput } from "../segment/network_labels.ts";
import { colourWord, segmentColours } from "../segment/palette.ts";
import { countPixels, resizePlane, toPlane } from "../segment/plane.ts";
import type { LabelPlane } from "../segment/plane.ts";
import { wardParts } from "../segment/ward_parts.ts";
import { contactSheet, encodeLabels, writeFolderLegend, writeStaticMap } from "../segment/write.ts";
import type { Pair } from "../segment/write.ts";
import type { AnyTensor } from "../session/port.ts";
import type { Runtime } from "../session/runtime.ts";
import { tensor } from "../tensor/tensor.ts";
import type { Dim } from "../tensor/tensor.ts";
import { listGood } from "./good_folder.ts";
import type { Reporter } from "./progress.ts";

/** What all ways of making maps share. */
export interface SegmentWork {
  readonly data: string;
  /** File of a map for all pictures, or folder of one map a picture. */
  readonly out: string;
  /** Pictures are brought to this height and width, and maps have it. */
  readonly side: number;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** Pictures on a contact sheet. */
const SHOWN = 8;

interface Picture {
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
async function listAll(data: string): Promise<Found[]> {
  return (await listPictures(data)).filter(({ name }) => !MASKS.test(name));
}

/** The pictures that are found in a folder, one after another, with progress. */
async function* pictures(
  { data, side, reporter, signal }: SegmentWork,
  step: string,
  list: (data: string) => Promise<Found[]>,
): AsyncGenerator<Picture> {
  const found = (await list(data)).sort((a, b) => compare(a.name, b.name));
  if (found.length === 0) {
    throw new Error(`Cannot segment "${data}" as it has no pictures: found ${await describeFolder(data)}`);
  }
  const spread = new Set(Array.from({ length: SHOWN }, (_, i) => Math.floor(i * found.length / SHOWN)));
  for (const [i, { name, path }] of found.entries()) {
    signal.throwIfAborted();
    const original = await readPhoto(path);
    yield { name, original, photo: resizePhoto(original, { height: side, width: side }), shown: spread.has(i) };
    reporter.progress({ step, done: i + 1, total: found.length });
    // Gives Ctrl-C and progress their turn.
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/**
 * Writes one map a picture, the legend, and a contact sheet beside the folder.
 *
 * @param namesOf of the segments, by the pixels that each label has in all maps; called when all are made
 */
async function writeMaps(
  work: SegmentWork,
  namesOf: (pixels: readonly number[]) => readonly string[],
  step: string,
  mapOf: (picture: Picture) => LabelPlane | Promise<LabelPlane>,
): Promise<string> {
  const shown: Pair[] = [];
  const pixels = new Array<number>(IGNORED).fill(0);
  for await (const picture of pictures(work, step, listAll)) {
    const plane = await mapOf(picture);
    const path = join(work.out, picture.name.replace(/\.[^.]+$/, ".png"));
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, await encodeLabels(plane));
    countPixels(plane.labels, IGNORED).counts.forEach((count, label) => pixels[label] += count);
    if (picture.shown) shown.push({ photo: picture.photo, plane });
  }
  const names = namesOf(pixels);
  const idle = names.filter((_, label) => pixels[label] === 0);
  if (idle.length > 0) work.reporter.warn(`no picture has a pixel of ${idle.join(", ")}`);
  const colours = segmentColours(names.length);
  work.reporter.say(describeSegments(names, colours, pixels));
  await writeFolderLegend(work.out, { name: step, names, colours });
  return await writeSheet(work.out, shown, colours);
}

/** What the colours of a contact sheet mean, and how much of the pictures they cover. */
function describeSegments(names: readonly string[], colours: readonly string[], pixels: readonly number[]): string {
  const all = names.reduce((sum, _, label) => sum + pixels[label], 0) || 1;
  return names.map((name, label) => {
    const share = 100 * pixels[label] / all;
    return `${name}: ${colourWord(colours[label])}, ${share > 0 && share < 1 ? "under 1" : Math.round(share)} %`;
  }).join("\n");
}

/** `maps.png` → `maps.sheet.png`; a folder `maps` likewise. */
async function writeSheet(out: string, shown: readonly Pair[], colours: readonly string[]): Promise<string> {
  const sheet = `${out.replace(/\.(png|npy)$/, "").replace(/[/\\]+$/, "")}.sheet.png`;
  await writeFileAtomic(sheet, await contactSheet(shown, colours));
  return sheet;
}

/** A map that was drawn, over the pictures of a folder. */
export async function showOver(work: SegmentWork, plane: LabelPlane, colours: readonly string[]): Promise<string> {
  const size = { height: work.side, width: work.side };
  const shown: Pair[] = [];
  for await (
    const { photo } of pictures(work, "Contact sheet", async (data) => (await listGood(data)).slice(0, SHOWN))
  ) {
    shown.push({ photo, plane: resizePlane(plane, size) });
  }
  return await writeSheet(work.out, shown, colours);
}

/** A part that covers less of a picture was hardly meant. */
const SMALL_PART = 0.02;

/**
 * Foreground and background of each picture, without a network. A picture in which nothing differs from its frame is
 * foreground all over; that, and parts that are hardly any, is told once for all pictures.
 *
 * @returns the contact sheet's file
 */
export async function segmentForeground(work: SegmentWork): Promise<string> {
  const [all, plain, small]: [string[], string[], string[]] = [[], [], []];
  const sheet = await writeMaps(work, () => FOREGROUND_NAMES, "Find foregrounds", ({ name, photo }) => {
    all.push(name);
    try {
      const labels = findForeground(photo, name);
      if (foregroundShare(labels) < SMALL_PART) small.push(name);
      return toPlane(labels);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      plain.push(name);
      const [height, width] = photo.shape;
      return { height, width, labels: new Uint8Array(height * width).fill(1) };
    }
  });
  const tell = (some: readonly string[], what: string) => {
    if (some.length === 0) return;
    const pictures = `${some.length} of ${all.length} pictures (${firstFew(some)})`;
    work.reporter.warn(`in ${pictures} ${what}; parts are found before a plain ground alone`);
  };
  tell(plain, "no pixel differs from the colour of the frame: all of them is foreground");
  tell(small, `the foreground is less than ${100 * SMALL_PART} % of the picture`);
  return sheet;
}

/**
 * One map for all pictures of a part that lies still: positions with like features on the average good picture, as
 * connected parts. The pictures are those in `train/good/` or `good/` of the folder, or all in it.
 *
 * @param names of the parts, the largest first
 * @returns the contact sheet's file
 */
export async function segmentByClusters(
  work: SegmentWork,
  names: readonly string[],
  { runtime, backbone }: { readonly runtime: Runtime; readonly backbone: Backbone },
): Promise<string> {
  const parts = names.length;
  const layers = backbone.layers.filter(({ stride }) => stride <= 16).toSorted((a, b) => a.stride - b.stride);
  const extractor = await openBackbone(runtime, backbone, layers.map(({ name }) => name));
  const sums = new Map<string, Float64Array>();
  const grids = new Map<string, readonly [number, number, number]>();
  const shown: Photo<Dim, Dim>[] = [];
  let count = 0;
  try {
    for await (const { photo, shown: onSheet } of pictures(work, "Mean features", listGood)) {
      const features = await extractor.extract(toImage([photo]));
      for (const [name, { data, shape: [, C, H, W] }] of Object.entries(features)) {
        const sum = sums.get(name) ?? new Float64Array(data.length);
        for (let i = 0; i < data.length; i++) sum[i] += data[i];
        sums.set(name, sum);
        grids.set(name, [Number(C), Number(H), Number(W)]);
      }
      count++;
      if (onSheet) shown.push(photo);
    }
  } finally {
    await extractor.release();
  }
  const [, height, width] = grids.get(layers[0].name)!;
  const columns = layers.flatMap(({ name }) =>
    standardised(sums.get(name)!, grids.get(name)!, count, { height, width })
  );
  const points = new Float32Array(height * width * columns.length);
  columns.forEach((column, c) => column.forEach((value, p) => points[p * columns.length + c] = value));
  const merged = wardParts(
    tensor<"f32", readonly ["P", "C"], "activation">("f32", [height * width, columns.length], points),
    { height, width },
    parts,
  );
  const plane = resizePlane(merged, { height: work.side, width: work.side });
  const colours = segmentColours(parts);
  work.reporter.say(describeSegments(names, colours, countPixels(plane.labels, parts).counts));
  await writeStaticMap(work.out, plane, { name: `${parts} parts by features`, names, colours });
  return await writeSheet(work.out, shown.map((photo) => ({ photo, plane })), colours);
}

/** Channels of a mean feature map on the finest grid, each of deviation 1 over all channels of its layer together. */
function standardised(
  sum: Float64Array,
  [channels, rows, columns]: readonly [number, number, number],
  count: number,
  { height, width }: { readonly height: number; readonly width: number },
): Float64Array[] {
  const area = rows * columns;
  const planes = Array.from({ length: channels }, (_, c) => {
    const plane = sum.slice(c * area, (c + 1) * area).map((value) => value / count);
    const mean = plane.reduce((total, value) => total + value, 0) / area;
    return plane.map((value) => value - mean);
  });
  const variance = planes.reduce((all, plane) => all + plane.reduce((total, value) => total + value * value, 0), 0);
  // A layer weighs as much as another, however many channels it has.
  const scale = 1 / Math.sqrt(Math.max(variance / area, 1e-12));
  return planes.map((plane) =>
    Float64Array.from({ length: height * width }, (_, p) => {
      const y = between((Math.floor(p / width) + 0.5) * rows / height, rows);
      const x = between((p % width + 0.5) * columns / width, columns);
      const along = (row: number) =>
        plane[row * columns + x.low] * (1 - x.share) + plane[row * columns + x.high] * x.share;
      return (along(y.low) * (1 - y.share) + along(y.high) * y.share) * scale;
    })
  );
}

/** See {@linkcode segmentByModel}. */
export interface ModelSettings {
  readonly model: string;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  /** Of the labels, in their order; segment_1, … where left out. */
  readonly names?: readonly string[];
  /** Above it, a pixel of a network with one channel is segment_2; see {@linkcode levelThreshold} where left out. */
  readonly threshold?: number;
}

/**
 * Maps of a segmentation network, one a picture: the largest of the output's channels; of one channel, where it is above
 * the threshold; or the whole numbers that it gives. Pictures are brought to the size that the network's input is fixed
 * at, or else to the maps' own.
 *
 * @returns the contact sheet's file
 * @throws {TypeError} where input or output are none of those of {@linkcode networkInput} and {@linkcode outputLayout},
 * or names or threshold do not suit them
 * @throws {RangeError} where the output holds what is no segment
 */
export async function segmentByModel(
  work: SegmentWork,
  runtime: Runtime,
  { model, mean, std, names: given, threshold }: ModelSettings,
): Promise<string> {
  const action = `Cannot segment with "${model}"`;
  const bytes = await readOnnxFile(model);
  const { inputs: [port, more], outputs: [{ name: wanted }] } = readModel(bytes, model);
  if (port === undefined || more !== undefined) {
    throw new TypeError(`${action} as it must have one input: it has ${more ? "several" : "none"}`);
  }
  const input = told(action, () => networkInput(port, work.side));
  const session = await runtime.open(bytes, model);
  // What is one and the same for all pictures, from the first on.
  let kinds: number | undefined;
  let cut = threshold;
  const planeOf = async ({ name, original }: Picture): Promise<LabelPlane> => {
    const { [wanted]: found } = await session.run({ [port.name]: toInput(original, input, mean, std) }, [wanted]);
    return told(`Cannot segment "${name}" with "${model}"`, () => {
      const layout = outputLayout(found, input);
      if (layout.kind !== "labels") kinds ??= Math.max(2, layout.channels);
      if (kinds !== undefined && given && given.length !== kinds) {
        throw new TypeError(`it tells ${kinds} segments apart and ${given.length} names are given`);
      }
      if (layout.kind !== "level") {
        if (threshold === undefined) return networkLabels(found, layout, 0);
        throw new TypeError(`--threshold is for an output of one channel of scores: it gives ${layout.kind}`);
      }
      if (threshold === undefined && areLabels(found.data)) {
        throw new TypeError("its output of one channel holds labels as floats: let it give whole numbers (i64)");
      }
      if (cut === undefined) cut = levelThreshold(found.data);
      else if (threshold === undefined && cut === 0.5 && !within(found.data)) {
        throw new RangeError("its output is not from 0 to 1, as that of pictures before: name a --threshold");
      }
      return networkLabels(found, layout, cut);
    });
  };
  const size = { height: work.side, width: work.side };
  try {
    return await writeMaps(
      work,
      namesOf,
      "Segment with the model",
      async (picture) => resizePlane(await planeOf(picture), size),
    );
  } finally {
    await session.release();
  }

  function namesOf(pixels: readonly number[]): readonly string[] {
    const count = kinds ?? pixels.findLastIndex((count) => count > 0) + 1;
    if (given && given.length < count) {
      throw new TypeError(`${action} as it gives ${count} labels and ${given.length} names are given`);
    }
    if (count < 2 && !given) {
      throw new RangeError(`${action} as it gives no label but 0 and ${IGNORED}, which is ignored`);
    }
    return given ?? Array.from({ length: count }, (_, i) => `segment_${i + 1}`);
  }
}

/** A picture as the network wants it. */
function toInput(
  photo: Photo<Dim, Dim>,
  { height, width, channelsLast }: NetworkInput,
  mean: readonly number[],
  std: readonly number[],
): AnyTensor {
  const planes = toImage([resizePhoto(photo, { height, width })]).data;
  const area = height * width;
  const data = new Float32Array(planes.length);
  for (let c = 0; c < 3; c++) {
    for (let p = 0; p < area; p++) {
      data[channelsLast ? 3 * p + c : c * area + p] = (planes[c * area + p] - mean[c]) / std[c];
    }
  }
  return channelsLast
    ? tensor<"f32", readonly Dim[], string>("f32", [1, height, width, 3], data)
    : tensor<"f32", readonly Dim[], string>("f32", [1, 3, height, width], data);
}

/** Does something; what it throws says first what could not be done. */
function told<T>(action: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TypeError) throw new TypeError(`${action} as ${error.message}`, { cause: error });
    if (error instanceof RangeError) throw new RangeError(`${action} as ${error.message}`, { cause: error });
    throw error;
  }
}

/** The two of some cells whose middles a place lies between, and how near to the second. */
function between(place: number, cells: number): { low: number; high: number; share: number } {
  const at = Math.min(Math.max(place - 0.5, 0), cells - 1);
  const low = Math.floor(at);
  return { low, high: Math.min(low + 1, cells - 1), share: at - low };
}
