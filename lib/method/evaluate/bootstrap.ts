/** Intervals by resampling. @module */
import { type Random, seededRandom } from "../../base/tensor/random.ts";
import { linearQuantile } from "../../base/tensor/linear_quantile.ts";
import { type BinaryLabels, type Scores, splitScores } from "./split_scores.ts";

/** How to resample. */
export interface BootstrapOptions {
  /** Same seed, same interval. */
  readonly seed: number;
  /** Default 1000. */
  readonly resamples?: number;
  /** Share of resamples inside the interval; default 0.95. */
  readonly level?: number;
}

/** From … to …, in the unit of what it bounds. */
export interface Interval {
  /** Its lower end. */
  readonly low: number;
  /** Its upper end. */
  readonly high: number;
}

/**
 * A percentile interval of a figure such as AUROC: parts are drawn with replacement, good from good and bad from bad
 * (stratified), so that each resample has as many of both.
 *
 * It tells how far another test set of this size could differ, not how far another seed of the training could.
 *
 * @param metric a figure of scores and labels: `auroc`, `averagePrecision`, `fprAtTpr`
 * @throws {TypeError | RangeError} as {@linkcode splitScores}; {@linkcode RangeError} for options out of range
 *
 * ```ts
 * import { auroc } from "./auroc.ts";
 * import { bootstrapInterval } from "./bootstrap.ts";
 * const { low, high } = bootstrapInterval([1, 2, 3, 2, 3, 4], [0, 0, 0, 1, 1, 1], auroc, { seed: 1, resamples: 200 });
 * console.assert(low < 0.8 && high === 1);
 * ```
 */
export function bootstrapInterval(
  scores: Scores,
  labels: BinaryLabels,
  metric: (scores: Scores, labels: BinaryLabels) => number,
  options: BootstrapOptions,
): Interval {
  const { good, bad } = splitScores(scores, labels, "bootstrap an interval");
  const drawn = new Float64Array(good.length + bad.length);
  const classes = new Uint8Array(drawn.length).fill(1, good.length);
  return percentileInterval((random) => {
    drawInto(drawn.subarray(0, good.length), good, random);
    drawInto(drawn.subarray(good.length), bad, random);
    return metric(drawn, classes);
  }, options);
}

/**
 * The interval that the share `level` of repeated values falls into, between linear quantiles at equal distance from
 * both ends.
 *
 * @param draw makes one value from the random source it is given
 * @throws {RangeError} where there are no resamples or the level is not between 0 and 1
 *
 * ```ts
 * import { percentileInterval } from "./bootstrap.ts";
 * const { low, high } = percentileInterval((random) => random.uniform(), { seed: 1, level: 0.9 });
 * console.assert(Math.abs(low - 0.05) < 0.03 && Math.abs(high - 0.95) < 0.03);
 * ```
 */
export function percentileInterval(draw: (random: Random) => number, options: BootstrapOptions): Interval {
  const { seed, resamples, level } = checkBootstrap(options);
  const random = seededRandom(seed);
  return intervalOf(Float64Array.from({ length: resamples }, () => draw(random)), level);
}

/**
 * The options with those that were left out.
 *
 * @throws {RangeError} where there are no resamples or the level is not between 0 and 1
 */
export function checkBootstrap({ seed, resamples = 1000, level = 0.95 }: BootstrapOptions): Required<BootstrapOptions> {
  if (!(Number.isInteger(resamples) && resamples >= 1)) {
    throw new RangeError(`Cannot bootstrap an interval as resamples must be a whole number from 1: it is ${resamples}`);
  }
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`Cannot bootstrap an interval as its level must be between 0 and 1: it is ${level}`);
  }
  return { seed, resamples, level };
}

/** The interval that the share `level` of some values falls into. */
export function intervalOf(values: Float64Array, level: number): Interval {
  const sorted = values.toSorted();
  return { low: linearQuantile(sorted, (1 - level) / 2), high: linearQuantile(sorted, (1 + level) / 2) };
}

/** Fills `target` with values drawn from `source` with replacement. */
export function drawInto(target: Float64Array, source: Float64Array, random: Random): void {
  for (let i = 0; i < target.length; i++) target[i] = source[random.below(source.length)];
}
