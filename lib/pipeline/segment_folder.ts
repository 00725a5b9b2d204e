/** Segment maps where none exist: found in the pictures of a folder. @module */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Backbone } from "../backbone/backbone.ts";
import { openBackbone } from "../backbone/backbone.ts";
import { compare, describeFolder, listPictures } from "../data/files.ts";
import type { Photo } from "../domain.ts";
import { readModel } from "../graph/read.ts";
import { readOnnxFile } from "../graph/read_file.ts";
import { prependNormalisation } from "../graph/edit.ts";
import { readPhoto } from "../image/decode.ts";
import { toImage } from "../image/image.ts";
import { resizePhoto } from "../image/resize.ts";
import { writeFileAtomic } from "../io/atomic.ts";
import { findForeground, FOREGROUND_NAMES } from "../segment/foreground.ts";
import { kMeans } from "../segment/k_means.ts";
import { mergeParts } from "../segment/merge_parts.ts";
import { segmentColours } from "../segment/palette.ts";
import { resizePlane, toPlane } from "../segment/plane.ts";
import type { LabelPlane } from "../segment/plane.ts";
import { contactSheet, encodeLabels, writeFolderLegend, writeStaticMap } from "../segment/write.ts";
import type { Pair } from "../segment/write.ts";
import type { Runtime } from "../session/runtime.ts";
import { seededRandom } from "../tensor/random.ts";
import { tensor } from "../tensor/tensor.ts";
import type { Dim } from "../tensor/tensor.ts";
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
  readonly photo: Photo<Dim, Dim>;
}

/** The pictures of a folder, one after another, with progress. */
async function* pictures({ data, side, reporter, signal }: SegmentWork, step: string): AsyncGenerator<Picture> {
  const found = (await listPictures(data)).sort((a, b) => compare(a.name, b.name));
  if (found.length === 0) {
    throw new Error(`Cannot segment "${data}" as it has no pictures: found ${await describeFolder(data)}`);
  }
  for (const [i, { name, path }] of found.entries()) {
    signal.throwIfAborted();
    yield { name, photo: resizePhoto(await readPhoto(path), { height: side, width: side }) };
    reporter.progress({ step, done: i + 1, total: found.length });
    // Gives Ctrl-C and progress their turn.
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Writes one map a picture, the legend, and a contact sheet beside the folder. */
async function writeMaps(
  work: SegmentWork,
  names: readonly string[],
  step: string,
  mapOf: (picture: Picture) => LabelPlane | Promise<LabelPlane>,
): Promise<string> {
  const colours = segmentColours(names.length);
  const shown: Pair[] = [];
  for await (const picture of pictures(work, step)) {
    const plane = await mapOf(picture);
    const path = join(work.out, picture.name.replace(/\.[^.]+$/, ".png"));
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, await encodeLabels(plane));
    if (shown.length < SHOWN) shown.push({ photo: picture.photo, plane });
  }
  await writeFolderLegend(work.out, { name: step, names, colours });
  return await writeSheet(work.out, shown, colours);
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
  for await (const { photo } of pictures(work, "Contact sheet")) {
    shown.push({ photo, plane: resizePlane(plane, size) });
    if (shown.length === SHOWN) break;
  }
  return await writeSheet(work.out, shown, colours);
}

/**
 * Foreground and background of each picture, without a network. A picture in which nothing differs from its frame is
 * foreground all over, and told of.
 *
 * @returns the contact sheet's file
 */
export function segmentForeground(work: SegmentWork): Promise<string> {
  return writeMaps(work, FOREGROUND_NAMES, "Find foregrounds", ({ name, photo }) => {
    try {
      return toPlane(findForeground(photo, name));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      work.reporter.warn(`${error.message}: all of it is foreground`);
      const [height, width] = photo.shape;
      return { height, width, labels: new Uint8Array(height * width).fill(1) };
    }
  });
}

/**
 * One map for all pictures of a part that lies still: positions with like features on the average good picture, as
 * connected parts.
 *
 * @param parts how many; they are called part_1, part_2, …, the largest first
 * @returns the contact sheet's file
 */
export async function segmentByClusters(
  work: SegmentWork,
  parts: number,
  { runtime, backbone, seed }: { readonly runtime: Runtime; readonly backbone: Backbone; readonly seed: number },
): Promise<string> {
  const layers = backbone.layers.filter(({ stride }) => stride <= 16).toSorted((a, b) => a.stride - b.stride);
  const extractor = await openBackbone(runtime, backbone, layers.map(({ name }) => name));
  const sums = new Map<string, Float64Array>();
  const grids = new Map<string, readonly [number, number, number]>();
  const shown: Photo<Dim, Dim>[] = [];
  let count = 0;
  try {
    for await (const { photo } of pictures(work, "Mean features")) {
      const features = await extractor.extract(toImage([photo]));
      for (const [name, { data, shape: [, C, H, W] }] of Object.entries(features)) {
        const sum = sums.get(name) ?? new Float64Array(data.length);
        for (let i = 0; i < data.length; i++) sum[i] += data[i];
        sums.set(name, sum);
        grids.set(name, [Number(C), Number(H), Number(W)]);
      }
      count++;
      if (shown.length < SHOWN) shown.push(photo);
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
  const { labels } = kMeans(
    tensor<"f32", readonly ["P", "C"], "activation">("f32", [height * width, columns.length], points),
    parts,
    seededRandom(seed),
  );
  const merged = mergeParts({ height, width, labels }, parts);
  const plane = resizePlane(merged, { height: work.side, width: work.side });
  const names = Array.from({ length: parts }, (_, i) => `part_${i + 1}`);
  const colours = segmentColours(parts);
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
      const y = Math.floor(Math.floor(p / width) * rows / height);
      const x = Math.floor((p % width) * columns / width);
      return plane[y * columns + x] * scale;
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
}

/**
 * Maps of a segmentation network, one a picture: the largest of the output's channels, or, of one channel, where it is
 * above 0.
 *
 * @returns the contact sheet's file
 * @throws {TypeError} where the file has not one input f32[N,3,H,W] of the size, or its first output is not f32[N,C,h,w]
 */
export async function segmentByModel(
  work: SegmentWork,
  runtime: Runtime,
  { model, mean, std, names: given }: ModelSettings,
): Promise<string> {
  const bytes = await readOnnxFile(model);
  const { inputs: [image, more], outputs: [port] } = readModel(bytes, model);
  const refuse = (reason: string): never => {
    throw new TypeError(`Cannot segment with "${model}" as ${reason}`);
  };
  const wanted = [undefined, 3, work.side, work.side];
  const fits = more === undefined && image?.shape.length === 4 &&
    image.shape.every((side, axis) => typeof side === "string" || wanted[axis] === undefined || side === wanted[axis]);
  if (!fits) {
    refuse(`its input must be f32[N,3,${work.side},${work.side}]: it is [${image?.shape.join(",")}]; see --side`);
  }
  const session = await runtime.open(prependNormalisation(bytes, mean, std, model), model);
  let names = given;
  try {
    const planeOf = async ({ name, photo }: Picture): Promise<LabelPlane> => {
      const { [port.name]: found } = await session.run({ [session.inputs[0].name]: toImage([photo]) }, [port.name]);
      const [, channels, height, width] = found.shape.map(Number);
      if (found.dtype !== "f32" || found.shape.length !== 4) {
        refuse(`its output "${port.name}" must be f32[N,C,h,w]: it is ${found.dtype}[${found.shape.join(",")}]`);
      }
      const kinds = Math.max(2, channels);
      names ??= Array.from({ length: kinds }, (_, i) => `segment_${i + 1}`);
      if (names.length !== kinds) refuse(`it tells ${kinds} segments apart and ${names.length} names are given`);
      const odd = found.data.find((value) => !Number.isFinite(value));
      if (odd !== undefined) refuse(`its output for "${name}" must be finite: it holds ${odd}`);
      const labels = largest(found.data as Float32Array, channels, height * width);
      return resizePlane({ height, width, labels }, { height: work.side, width: work.side });
    };
    // The first picture tells how many segments there are.
    for await (const picture of pictures(work, "Look at the model")) {
      await planeOf(picture);
      break;
    }
    return await writeMaps(work, names!, "Segment with the model", planeOf);
  } finally {
    await session.release();
  }
}

function largest(data: Float32Array, channels: number, area: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: area }, (_, p) => {
    if (channels === 1) return data[p] > 0 ? 1 : 0;
    let best = 0;
    for (let c = 1; c < channels; c++) if (data[c * area + p] > data[best * area + p]) best = c;
    return best;
  });
}
