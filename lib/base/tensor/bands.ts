/**
 * Linear maps of pictures that treat rows and columns alike, such as resizing and smoothing: one banded matrix an axis. An
 * output takes from few inputs that lie side by side.
 * @module
 */

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

/**
 * Applies a matrix to each axis of a picture, summed in double precision.
 *
 * @param source values row by row, `width` a row
 * @param from where the picture begins in them
 * @param to where what is made begins in `target`, row by row
 */
export function applyBands(
  source: Float32Array | Float64Array,
  from: number,
  width: number,
  { down, across }: { readonly down: Bands; readonly across: Bands },
  target: Float32Array | Float64Array,
  to: number,
): void {
  const columns = across.length;
  const height = down.reduce((most, { first, weights }) => Math.max(most, first + weights.length), 0);
  const wide = new Float64Array(height * columns);
  for (let x = 0; x < columns; x++) {
    const { first, weights } = across[x];
    for (let y = 0; y < height; y++) {
      const at = from + y * width + first;
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * source[at + i];
      wide[y * columns + x] = sum;
    }
  }
  const line = new Float64Array(columns);
  for (let y = 0; y < down.length; y++) {
    const { first, weights } = down[y];
    line.fill(0);
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i];
      const row = (first + i) * columns;
      for (let x = 0; x < columns; x++) line[x] += weight * wide[row + x];
    }
    target.set(line, to + y * columns);
  }
}
