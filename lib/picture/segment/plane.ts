/** Files of one segment map as planes of labels. @module */
import { IGNORED, type Labels, labels as labelsOf } from "../../domain.ts";
import { readPixels } from "../image/decode.ts";
import { readWhole } from "../../base/io/read_file.ts";
import { readHead } from "../../base/io/read_head.ts";
import { readSize } from "../image/size.ts";
import { hexOf, snapColours } from "./snap.ts";
import { readNpy, readNpyShape } from "../../base/io/npy.ts";
import { colourTable, labelTable, type Legend } from "./legend.ts";

/** Segments 0 to L−1 and {@linkcode IGNORED}, row-major. */
export interface LabelPlane {
  readonly height: number;
  readonly width: number;
  readonly labels: Uint8Array;
  /** Pixels of a painting that had another colour than the legend's; left out where there are none. */
  readonly snapped?: number;
}

/** How a map is read. */
export interface PlaneOptions {
  readonly maxPixels?: number;
  readonly exactly?: boolean;
}

/**
 * Reads a map from a picture or `.npy`. A grey picture holds the values of its pixels; of a picture in colours, each must
 * be one of the legend, near one or between two: see {@linkcode snapColours}. The grey of a value stands for it too, and
 * white is ignored. A `.npy` array is [H, W], [1, H, W] or [H, W, 1], of whole numbers.
 *
 * @param options.maxPixels of a picture; 100 million where left out
 * @param options.exactly no colour is taken for another
 * @throws {SyntaxError} where the file is damaged
 * @throws {TypeError} where an array has another shape
 * @throws {RangeError} where a pixel has a value or a colour that the legend does not have, or is NaN
 */
export async function readPlane(path: string, legend: Legend, options: PlaneOptions = {}): Promise<LabelPlane> {
  return path.toLowerCase().endsWith(".npy") ? await readArray(path, legend) : await readPicture(path, legend, options);
}

/** Labels of 16 bits are numbers as well. */
const NUMBERS = { kind: "window", low: 0, high: 255 } as const;

async function readPicture(
  path: string,
  legend: Legend,
  { maxPixels, exactly = false }: PlaneOptions,
): Promise<LabelPlane> {
  const { height, width, channels, data } = await readPixels(path, { depth: NUMBERS, maxPixels });
  const colours = colourTable(legend);
  const table = labelTable(legend);
  const isGrey = channels === 1 || data.every((value, i) => value === data[i - i % 3]);
  if (isGrey) {
    const labels = Uint8Array.from({ length: height * width }, (_, i) => {
      const value = data[channels * i];
      return segmentOf(table, (channels === 3 ? colours.get(value * 0x010101) : undefined) ?? value, path, i, width);
    });
    return { height, width, labels };
  }
  const exact = greysOf(legend).filter(([grey]) => !colours.has(grey));
  const values = [...colours, ...exact];
  const { places, snapped } = snapColours(
    { height, width, data },
    values.map(([colour]) => colour),
    exact.length,
    (reason, pixel) => refuse(path, `no label of the legend ${reason}`, pixel, width),
  );
  if (snapped > 0 && exactly) {
    const first = places.findIndex((place, i) => values[place][0] !== coloursAt(data, i));
    throw refuse(path, `no label of the legend has the colour ${hexOf(coloursAt(data, first))}`, first, width);
  }
  const segments = values.map(([, value]) => table[value]);
  return { height, width, labels: Uint8Array.from(places, (place) => segments[place]), ...snapped > 0 && { snapped } };
}

/** The greys that stand for labels, 0xrrggbb, with their values; white for what is ignored. */
function greysOf({ labels }: Legend): [number, number][] {
  const values = new Set([...labels.map(({ value }) => value), IGNORED]);
  return Array.from(values, (value) => [value * 0x010101, value]);
}

function coloursAt(data: Uint8Array, pixel: number): number {
  return data[3 * pixel] << 16 | data[3 * pixel + 1] << 8 | data[3 * pixel + 2];
}

async function readArray(path: string, legend: Legend): Promise<LabelPlane> {
  const array = readNpy(await readWhole(path), path);
  const shape = array.shape.length === 3 ? dropOne(array.shape) : array.shape;
  if (shape.length !== 2) {
    throw new TypeError(
      `Cannot read the segment map "${path}" as it must be [H,W]: current shape is [${array.shape.join(",")}]`,
    );
  }
  const [height, width] = shape;
  const table = labelTable(legend);
  const labels = new Uint8Array(height * width);
  for (let i = 0; i < labels.length; i++) labels[i] = segmentOf(table, array.data[i], path, i, width);
  return { height, width, labels };
}

/**
 * Height and width of a map's file by its header.
 *
 * @throws {Error} where it cannot be read, or is no picture and no array of two axes
 */
export async function readPlaneSize(path: string): Promise<{ readonly height: number; readonly width: number }> {
  if (!path.toLowerCase().endsWith(".npy")) return await readSize(path);
  const shape = readNpyShape(await readHead(path, 4096), path);
  const [height, width] = shape.length === 3 ? dropOne(shape) : shape;
  return { height, width };
}

function dropOne(shape: readonly number[]): readonly number[] {
  if (shape[0] === 1) return shape.slice(1);
  return shape[2] === 1 ? shape.slice(0, 2) : shape;
}

function segmentOf(table: Int16Array, value: number, path: string, i: number, width: number): number {
  const segment = Number.isInteger(value) && value >= 0 && value <= 255 ? table[value] : -1;
  if (segment < 0) throw refuse(path, `no label of the legend has the value ${value}`, i, width);
  return segment;
}

function refuse(path: string, reason: string, i: number, width: number): RangeError {
  return new RangeError(
    `Cannot read the segment map "${path}" as ${reason}: row ${Math.floor(i / width)}, column ${i % width}`,
  );
}

/**
 * A plane of another size; each pixel takes the label of the nearest one, as segments cannot be blended.
 *
 * @throws {RangeError} where a side is not a whole number of at least 1
 */
export function resizePlane(plane: LabelPlane, size: { height: number; width: number }): LabelPlane {
  const { height, width } = size;
  if (![height, width].every((side) => Number.isInteger(side) && side >= 1)) {
    throw new RangeError(`Cannot resize a segment map to ${height} × ${width} as its sides must be whole numbers`);
  }
  if (height === plane.height && width === plane.width) return plane;
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor((x + 0.5) * plane.width / width));
  const labels = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y + 0.5) * plane.height / height) * plane.width;
    for (let x = 0; x < width; x++) labels[y * width + x] = plane.labels[row + columns[x]];
  }
  return { height, width, labels };
}

/** A plane as a batch of one: u8[1,H,W], sharing its data. */
export function toLabels({ height, width, labels }: LabelPlane): Labels {
  return labelsOf([1, height, width], labels);
}

/** One map of a batch as a plane, sharing its data. */
export function toPlane({ shape: [, height, width], data }: Labels, row = 0): LabelPlane {
  return { height, width, labels: data.subarray(row * height * width, (row + 1) * height * width) };
}

/** How many pixels each segment of a plane has, and how many are ignored. */
export function countPixels(labels: Uint8Array, segments: number): { counts: number[]; ignored: number } {
  const all = new Uint32Array(256);
  for (const label of labels) all[label]++;
  return { counts: Array.from(all.subarray(0, segments)), ignored: all[IGNORED] };
}
