/**
 * Where a part is called bad, by scores of good and of bad parts that the judge has not seen: as few good parts as it takes
 * to catch a share of the bad ones to come.
 * @module
 */
import { countFrom } from "../../base/tensor/linear_quantile.ts";
import type { Interval } from "./bootstrap.ts";
import { clopperPearson, lowerShare } from "./clopper_pearson.ts";
import { promiseFalseAlarms, promiseRecall, spared } from "./promise.ts";
import { type Scores, sortScores } from "./split_scores.ts";

/** What is wished of a threshold that catches bad parts. */
export interface CatchWish {
  /** The share of bad parts to come that is caught; above 0, at most 1. */
  readonly recall: number;
  /** How sure that must be, above 0 and below 1; where left out as many are caught on average. */
  readonly confidence?: number;
  /** With it two thresholds: at most this share of good parts to come is called bad, and what is between is looked at. */
  readonly falseAlarms?: number;
}

/** A share of some parts, and where that of parts to come lies with 95 % confidence. */
export interface SeenShare {
  /** Fraction 0 to 1. */
  readonly rate: number;
  /** Exact, at 95 %. */
  readonly interval: Interval;
  /** How many parts that was seen on. */
  readonly parts: number;
}

/** Thresholds, and what is known of them. */
export interface Catch {
  /** A part whose score is at least this is bad. */
  readonly threshold: number;
  /** A part whose score is at least this and below the threshold must be looked at; there is none where this is left out. */
  readonly review?: number;
  /** The bad parts that are not called good. */
  readonly caught: SeenShare;
  /** The share of them among bad parts to come that is promised with 95 % confidence, or the wished one. */
  readonly promised: number;
  /** How many more bad parts it takes at least so that some threshold can promise the recall; never where all must be caught. */
  readonly missing: number;
  /** The good parts that are called bad; where there are any. */
  readonly alarms?: SeenShare;
  /** The good parts that are called bad or looked at, where these differ. */
  readonly looked?: SeenShare;
}

/** How sure what is said of a threshold is. */
const SURE = 0.95;

/**
 * The threshold that catches the wished share of bad parts to come.
 *
 * With n bad scores of any distribution, k of them below the threshold, the share of bad parts to come that is missed is
 * (k+1)/(n+1) on average: k is the largest for which that is at most what may be missed, or 0. With a confidence k is what the
 * binomial distribution allows. Where no good part lies beyond, the threshold lies halfway between the k-th and the score
 * below it, of either class: it decides these parts alike, and leaves room for parts to come on both sides.
 *
 * @param bad scores of bad parts
 * @param good scores of good parts; of none, nothing is said of false alarms
 * @throws {RangeError} where there is no bad part, a score is not finite, or the wish is out of range; where false alarms are
 * wished for and there is no good part
 *
 * ```ts
 * import { catchBad } from "./catching.ts";
 * const found = catchBad([5, 9, 6], [1, 3, 2], { recall: 0.95 });
 * console.assert(found.threshold === 4 && found.caught.rate === 1 && found.alarms?.rate === 0 && found.missing === 56);
 * ```
 */
export function catchBad(bad: Scores, good: Scores, { recall, confidence, falseAlarms }: CatchWish): Catch {
  if (!(recall > 0 && recall <= 1)) {
    throw new RangeError(`Cannot choose a threshold as the recall must be above 0 and at most 1: it is ${recall}`);
  }
  const bads = sortScores(bad, "choose a threshold");
  const goods = good.length > 0 ? sortScores(good, "choose a threshold") : new Float64Array(0);
  const n = bads.length;
  const may = 1 - recall;
  const promise = recall < 1
    ? promiseRecall(bads, { share: recall, confidence: confidence ?? SURE })
    : { missing: Infinity };
  const missed = recall === 1
    ? 0
    : confidence === undefined
    ? Math.max(0, Math.floor((n + 1) * may + 1e-9) - 1)
    : spared(n, { share: may, confidence }) ?? 0;
  const limit = bads[missed];
  const low = countFrom(goods, limit) === 0 ? halfway(limit, bads, goods) : limit;
  const high = falseAlarms === undefined
    ? low
    : promiseFalseAlarms(goods, { share: falseAlarms, confidence: confidence ?? SURE }).threshold;
  const review = low < high ? low : undefined;
  const threshold = review === undefined ? low : high;
  return {
    threshold,
    ...review !== undefined && { review },
    caught: seen(bads, low, missed),
    promised: lowerShare(n - missed, n, confidence ?? SURE),
    missing: promise.missing,
    ...goods.length > 0 && { alarms: seen(goods, threshold) },
    ...review !== undefined && { looked: seen(goods, review) },
  };
}

/** Between a score and the highest of all below it. */
function halfway(score: number, ...classes: readonly Float64Array[]): number {
  let below = -Infinity;
  for (const sorted of classes) {
    const value = sorted[sorted.length - countFrom(sorted, score) - 1];
    if (value !== undefined) below = Math.max(below, value);
  }
  if (below === -Infinity) return score;
  const middle = below + (score - below) / 2;
  return middle > below ? middle : score;
}

/** @param missed by which place the threshold was chosen, where it was: others may happen to have the same score */
function seen(sorted: Float64Array, threshold: number, missed?: number): SeenShare {
  const parts = sorted.length;
  const count = countFrom(sorted, threshold);
  const interval = clopperPearson(count, parts, SURE);
  return {
    rate: count / parts,
    interval: missed === undefined ? interval : { ...interval, low: lowerShare(parts - missed, parts, (1 + SURE) / 2) },
    parts,
  };
}
