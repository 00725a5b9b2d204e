/**
 * Linear maps of pictures that treat rows and columns alike, such as resizing and smoothing: one banded matrix an axis. An
 * output takes from few inputs that lie side by side.
 * @module
 */
import { kernelOf } from "../io/kernel.ts";
import { wasmBytes } from "./bands.generated.ts";

/** What one output takes from the input, from index `first` on. */
export interface Band {
  readonly first: number;
  readonly weights: Float64Array;
}

/** The matrix of an axis: one band an output. */
export type Bands = readonly Band[];

/** The band of a row of a matrix: without the zeros around it. */
export function bandOf(row: Float64Array): Band {
  const first = row.findIndex((weight) => weight !== 0);
  return { first, weights: row.slice(first, row.findLastIndex((weight) => weight !== 0) + 1) };
}

/**
 * The matrix with its zeros, f32[outputs, inputs].
 *
 * @param inputs how many each row has
 *
 * ```ts
 * import { bandOf, denseOf } from "./bands.ts";
 * console.assert(denseOf([bandOf(Float64Array.of(0, 0.5, 0.5, 0))], 4).join() === "0,0.5,0.5,0");
 * ```
 */
export function denseOf(bands: Bands, inputs: number): Float32Array<ArrayBuffer> {
  const matrix = new Float32Array(bands.length * inputs);
  bands.forEach(({ first, weights }, row) => matrix.set(weights, row * inputs + first));
  return matrix;
}

/** Matrices that were made lately; pictures of one kind want the same ones again and again. */
const LATELY = 16;

/**
 * Makes each matrix once, while no more than 16 others are wanted in between.
 *
 * @param make the row of each output, before the zeros are dropped
 *
 * ```ts
 * import { rememberBands } from "./bands.ts";
 * const halves = rememberBands((from: number) => Array.from({ length: from / 2 }, (_, at) =>
 *   Float64Array.from({ length: from }, (_, i) => i >> 1 === at ? 0.5 : 0)));
 * console.assert(halves(4)[1].first === 2 && halves(4) === halves(4));
 * ```
 */
export function rememberBands<A extends readonly number[]>(
  make: (...facts: A) => readonly Float64Array[],
): (...facts: A) => Bands {
  const made = new Map<string, Bands>();
  return (...facts) => {
    const key = facts.join();
    const known = made.get(key) ?? make(...facts).map(bandOf);
    // The last one wanted is the last one dropped.
    made.delete(key);
    made.set(key, known);
    if (made.size > LATELY) made.delete(made.keys().next().value!);
    return known;
  };
}

/** Planes, row by row, one after the other. */
export interface Planes {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
}

/**
 * Applies a matrix to each axis of planes, summed in double precision in the order of the inputs.
 *
 * @param planes as many as the data holds
 * @param target gets down.length × across.length values a plane
 * @throws {RangeError} where the target has another length, or a matrix takes from beyond a plane
 *
 * ```ts
 * import { applyBands, bandOf } from "./bands.ts";
 * const sum = [bandOf(Float64Array.of(1, 1))];
 * const target = new Float64Array(1);
 * applyBands({ data: new Float32Array([1, 2, 3, 4]), height: 2, width: 2 }, { down: sum, across: sum }, target);
 * console.assert(target[0] === 10);
 * ```
 */
export function applyBands(
  { data, height, width }: Planes,
  { down, across }: { readonly down: Bands; readonly across: Bands },
  target: Float32Array | Float64Array,
): void {
  const planes = data.length / (height * width);
  const [rows, columns] = [tableOf(down), tableOf(across)];
  if (rows.reach > height || columns.reach > width || target.length !== planes * rows.size * columns.size) {
    throw new RangeError(
      `Cannot apply matrices of ${rows.size} and ${columns.size} outputs to ${planes} planes of ${height} × ${width} ` +
        `values for ${target.length}`,
    );
  }
  instance ??= instantiate();
  // A few planes at a time, so that they stay in the cache and a large batch does not stay in memory.
  const step = Math.max(1, Math.floor(AT_ONCE / Math.max(height * width, rows.size * columns.size)));
  for (let from = 0; from < planes; from += step) {
    const to = Math.min(planes, from + step);
    const [source, out] = [height * width, rows.size * columns.size];
    applyTo(instance, { height, width, data: data.subarray(from * source, to * source) }, {
      ...{ rows, columns },
      target: target.subarray(from * out, to * out),
    });
  }
}

/** Values of planes that are in the kernel's memory at once. */
const AT_ONCE = 1 << 18;

function applyTo(
  { memory, apply }: Kernel,
  { data, height, width }: Planes,
  { rows, columns, target }: {
    readonly rows: Table;
    readonly columns: Table;
    readonly target: Float32Array | Float64Array;
  },
): void {
  let end = 16;
  const room = ({ byteLength }: { readonly byteLength: number }) => {
    const at = end;
    end += Math.ceil(byteLength / 16) * 16;
    return at;
  };
  const [acrossAt, acrossWeights, downAt, downWeights] = [columns.ranges, columns.weights, rows.ranges, rows.weights]
    .map(room);
  const [wide, source, out] = [{ byteLength: 8 * rows.reach * columns.size }, data, target].map(room);
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  const { buffer } = memory;
  new Uint32Array(buffer, acrossAt).set(columns.ranges);
  new Float64Array(buffer, acrossWeights).set(columns.weights);
  new Uint32Array(buffer, downAt).set(rows.ranges);
  new Float64Array(buffer, downWeights).set(rows.weights);
  new Float32Array(buffer, source).set(data);
  const single = target instanceof Float32Array;
  apply(
    ...[source, data.length / (height * width), height, width],
    ...[acrossAt, acrossAt + 4 * columns.size, acrossWeights, columns.stride, columns.size],
    ...[downAt, downAt + 4 * rows.size, downWeights, rows.stride, rows.size],
    ...[rows.reach, wide, out, single ? 1 : 0],
  );
  const made = single ? new Float32Array(buffer, out, target.length) : new Float64Array(buffer, out, target.length);
  target.set(made);
}

interface Kernel {
  readonly memory: WebAssembly.Memory;
  apply(...numbers: number[]): void;
}

const instantiate = kernelOf<Kernel>(wasmBytes);
/** One for all of a thread; holds what one call needs. */
let instance: Kernel | undefined;

/** A matrix as the kernel reads it. */
interface Table {
  readonly size: number;
  /** The first input of each output, then how many it takes from. */
  readonly ranges: Uint32Array;
  /** f64[size, stride] */
  readonly weights: Float64Array;
  readonly stride: number;
  /** Inputs up to the last that is taken from. */
  readonly reach: number;
}

const tables = new WeakMap<Bands, Table>();

function tableOf(bands: Bands): Table {
  const known = tables.get(bands);
  if (known) return known;
  const size = bands.length;
  const stride = Math.max(0, ...bands.map(({ weights }) => weights.length));
  const ranges = new Uint32Array(2 * size);
  const weights = new Float64Array(size * stride);
  bands.forEach((band, at) => {
    // A row of zeros takes from nowhere.
    ranges[at] = Math.max(0, band.first);
    ranges[size + at] = band.weights.length;
    weights.set(band.weights, at * stride);
  });
  const reach = Math.max(0, ...bands.map(({ first, weights }) => first + weights.length));
  const made = { size, ranges, weights, stride, reach };
  tables.set(bands, made);
  return made;
}
