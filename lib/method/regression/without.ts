/**
 * What a regression would say without some of its columns: products of rows are taken once for all that is left out.
 * @module
 */
import { type Features, features as featuresOf } from "../../domain.ts";
import { takeFeatures } from "../features/rows.ts";
import { applyLogistic } from "./apply.ts";
import { classCosts } from "./class_costs.ts";
import { checkBlocks, fitLogistic, type LogisticConfig } from "./logistic.ts";
import { minimise } from "./newton.ts";
import { gramOf } from "./panels.ts";
import { inRows } from "./rows.ts";
import { standardise, standardsOf } from "./standard_columns.ts";

/** Rows that a regression is fitted to, and others. */
export interface SeenRows {
  /** 1 for bad, 0 for good, one a row of the features. */
  readonly labels: ArrayLike<number>;
  /** The numbers of the rows to fit to. */
  readonly seen: readonly number[];
  /** The numbers of the rows to judge. */
  readonly judged: readonly number[];
}

/**
 * Log-odds of the judged rows by the regression on the seen ones without some columns: what `fitLogistic` and `applyLogistic`
 * give on the columns that are left, of which the blocks weigh the same.
 *
 * @param features f32[N,F]; NaN counts as the mean
 * @param config.blocks widths of the blocks of columns
 * @returns a function of the numbers of the columns to leave out, to f64 log-odds, one a judged row; it throws a RangeError
 * where no column is left
 * @throws {TypeError} where blocks are not the columns, or a label is neither 0 nor 1
 * @throws {RangeError} where a class has no row among the seen ones, or a value is infinite
 *
 * ```ts
 * import { features as featuresOf } from "../../domain.ts";
 * import { regressionWithout } from "./without.ts";
 * const features = featuresOf([4, 2], new Float32Array([1, 0, 2, 1, 3, 1, 4, 0]));
 * const rows = { labels: [0, 0, 1, 1], seen: [0, 1, 2, 3], judged: [3] };
 * const without = regressionWithout({ cost: 1, blocks: [1, 1] }, features, rows);
 * console.assert(without([1])[0] > 0 && Math.abs(without([0])[0]) < 1e-9);
 * ```
 */
export function regressionWithout(
  { cost, blocks }: Required<LogisticConfig>,
  features: Features,
  { labels, seen, judged }: SeenRows,
): (columns: readonly number[]) => Float64Array {
  const [, F] = features.shape;
  checkBlocks(blocks, F);
  const n = seen.length;
  // Products of rows are smaller than rows only where these are few; long tables are fitted anew.
  const without = n <= F ? byProducts() : anew;
  return without;

  function anew(columns: readonly number[]): Float64Array {
    const { left, widths } = leftOf(columns, blocks, F);
    const rest = pick(features, left);
    const fitted = fitLogistic({ cost, blocks: widths }, takeFeatures(rest, seen), seen.map((row) => labels[row]));
    return Float64Array.from(applyLogistic(fitted)(takeFeatures(rest, judged)).data);
  }

  function byProducts(): (columns: readonly number[]) => Float64Array {
    const own = seen.map((row) => labels[row]);
    const costs = classCosts(own, n).map((share) => cost * share);
    const standards = standardsOf(takeFeatures(features, seen));
    const N = n + judged.length;
    const rows = standardise(takeFeatures(features, [...seen, ...judged]), standards);
    const products = (columns: readonly number[]) => gramOf(pickRows(rows, N, F, columns), N);
    let offset = 0;
    const spans = blocks.map((width) => ({ from: offset, to: offset += width }));
    const whole = spans.map(({ from, to }) => products(Array.from({ length: to - from }, (_, i) => from + i)));
    let point = new Float64Array(n + 1);
    return (columns) => {
      const { widths } = leftOf(columns, blocks, F);
      const kernel = new Float64Array(N * N);
      for (const [b, { from, to }] of spans.entries()) {
        const gone = [...new Set(columns)].filter((column) => column >= from && column < to);
        if (gone.length === to - from) continue;
        const share = 1 / ((to - from - gone.length) * widths.length);
        const without = gone.length > 0 ? products(gone) : undefined;
        for (let at = 0; at < kernel.length; at++) kernel[at] += share * (whole[b][at] - (without?.[at] ?? 0));
      }
      const among = new Float64Array(n * n);
      for (let i = 0; i < n; i++) among.set(kernel.subarray(i * N, i * N + n), i * n);
      // What was found last is near: few steps lead from there.
      point = Float64Array.from(minimise(inRows(among, { labels: own, costs }), point));
      return Float64Array.from(judged, (_, i) => {
        let sum = point[n];
        for (let j = 0; j < n; j++) sum += kernel[(n + i) * N + j] * point[j];
        return sum;
      });
    };
  }
}

/** The columns that are left, and the widths of the blocks that have some. */
function leftOf(
  columns: readonly number[],
  blocks: readonly number[],
  F: number,
): { left: number[]; widths: number[] } {
  const gone = new Set(columns);
  const left = Array.from({ length: F }, (_, column) => column).filter((column) => !gone.has(column));
  if (left.length === 0) throw new RangeError("Cannot fit a regression without all of its columns");
  let offset = 0;
  const widths = blocks.map((width) => {
    const [from, to] = [offset, offset += width];
    return left.filter((column) => column >= from && column < to).length;
  });
  return { left, widths: widths.filter((width) => width > 0) };
}

function pick(features: Features, columns: readonly number[]): Features {
  const { data, shape: [N, F] } = features;
  const picked = featuresOf([N, columns.length]);
  for (let i = 0; i < N; i++) {
    columns.forEach((column, k) => picked.data[i * columns.length + k] = data[i * F + column]);
  }
  return picked;
}

function pickRows(rows: Float64Array, N: number, F: number, columns: readonly number[]): Float64Array {
  const picked = new Float64Array(N * columns.length);
  for (let i = 0, to = 0; i < N; i++) {
    for (const column of columns) picked[to++] = rows[i * F + column];
  }
  return picked;
}
