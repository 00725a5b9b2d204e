/**
 * Thresholds that keep a promise on parts to come: tolerance limits without a distribution (Wilks, "Determination of
 * sample sizes for setting tolerance limits", 1941).
 *
 * The scores must be such as new parts would get: of parts that the judge was not fitted on, on the scale of the judge
 * that is used. With n of them from any distribution, the share beyond the k-th is beta distributed, so that it can be
 * bounded with a confidence. Where scores are tied, the share is no worse.
 * @module
 */
import { countFrom } from "../../base/tensor/linear_quantile.ts";
import { betaProbability } from "./beta.ts";
import type { Interval } from "./bootstrap.ts";
import { clopperPearson, lowerShare, upperShare } from "./clopper_pearson.ts";
import { type Scores, sortScores } from "./split_scores.ts";
import { nextUp } from "./threshold.ts";

/** What is asked of a threshold. */
export interface Wish {
  /** The share of parts: of bad ones that are caught, or of good ones that are called bad. Above 0, below 1. */
  readonly share: number;
  /** How sure that must be; above 0, below 1. */
  readonly confidence: number;
  /** Of the interval that the share lies in; 0.95 where left out. */
  readonly level?: number;
}

/** A threshold and what can be promised of it. A part whose score is at least the threshold is bad. */
export interface PromisedThreshold {
  /** A part whose score is at least this is bad. */
  readonly threshold: number;
  /** The number of parts behind it. */
  readonly parts: number;
  /** Share of these whose score is at least the threshold. */
  readonly share: number;
  /** The share of parts to come that is promised with the wanted confidence: at least of bad ones, at most of good ones. */
  readonly promised: number;
  /** Where the share of parts to come lies with the confidence `level`. */
  readonly interval: Interval;
  /** How many more parts it takes, at least, to promise what was asked; 0 where it is promised. */
  readonly missing: number;
}

/**
 * The highest threshold that catches at least the wanted share of bad parts to come, with the wanted confidence.
 *
 * Where there are too few parts for that, the threshold is the lowest score, which promises as much as they allow:
 * `missing` says how many more it takes, `promised` what holds without them.
 *
 * @param bad scores of bad parts
 * @throws {RangeError} where there is no score, one is not finite, or the wish is out of range
 *
 * ```ts
 * import { promiseRecall } from "./promise.ts";
 * const wish = { share: 0.95, confidence: 0.95 };
 * const few = promiseRecall([5, 3, 4, 9, 7], wish);
 * console.assert(few.threshold === 3 && few.missing === 54 && few.promised < 0.55);
 * const enough = promiseRecall(Array.from({ length: 100 }, (_, i) => i), wish);
 * console.assert(enough.threshold === 1 && enough.missing === 0); // the second lowest may be the threshold
 * ```
 */
export function promiseRecall(bad: Scores, wish: Wish): PromisedThreshold {
  checkWish(wish);
  const sorted = sortScores(bad, "promise a recall");
  const parts = sorted.length;
  const missed = spared(parts, { ...wish, share: 1 - wish.share });
  const lost = missed ?? 0;
  const threshold = sorted[lost];
  return {
    ...shareFrom(sorted, threshold),
    promised: lowerShare(parts - lost, parts, wish.confidence),
    interval: {
      ...clopperPearson(countFrom(sorted, threshold), parts, levelOf(wish)),
      // By the place that was chosen beforehand, and not by how many others happen to have the same score.
      low: lowerShare(parts - lost, parts, (1 + levelOf(wish)) / 2),
    },
    missing: missed === undefined ? needed({ ...wish, share: 1 - wish.share }) - parts : 0,
  };
}

/**
 * The lowest threshold that calls at most the wanted share of good parts to come bad, with the wanted confidence. It lies
 * just above the score of a part that it must let pass.
 *
 * Where there are too few parts for that, it lies above all of them; see {@linkcode promiseRecall}.
 *
 * @param good scores of good parts
 * @throws {RangeError} where there is no score, one is not finite, or the wish is out of range
 *
 * ```ts
 * import { promiseFalseAlarms } from "./promise.ts";
 * const { threshold, missing, promised } = promiseFalseAlarms([2, 1, 3, 3], { share: 0.01, confidence: 0.95 });
 * console.assert(threshold > 3 && missing === 295 && promised > 0.5);
 * ```
 */
export function promiseFalseAlarms(good: Scores, wish: Wish): PromisedThreshold {
  checkWish(wish);
  const sorted = sortScores(good, "promise a rate of false alarms");
  const parts = sorted.length;
  const flagged = spared(parts, wish);
  const lost = flagged ?? 0;
  const threshold = nextUp(sorted[parts - 1 - lost]);
  return {
    ...shareFrom(sorted, threshold),
    promised: upperShare(lost, parts, wish.confidence),
    interval: {
      ...clopperPearson(countFrom(sorted, threshold), parts, levelOf(wish)),
      high: upperShare(lost, parts, (1 + levelOf(wish)) / 2),
    },
    missing: flagged === undefined ? needed(wish) - parts : 0,
  };
}

/** Two thresholds: a part below `low` is good, one from `high` on is bad, one between must be looked at. */
export interface ThresholdPair {
  /** A score below it is good. */
  readonly low: number;
  /** A score from it on is bad. */
  readonly high: number;
}

/**
 * Two thresholds that keep both promises: bad parts are not called good, good ones not bad. Where one threshold keeps both,
 * both are the one that lies halfway.
 *
 * @param recall from which on bad parts are found
 * @param falseAlarms from which on good parts are called bad
 *
 * ```ts
 * import { thresholdPair } from "./promise.ts";
 * console.assert(thresholdPair(1, 3).high === 3 && thresholdPair(3, 1).low === 2);
 * ```
 */
export function thresholdPair(recall: number, falseAlarms: number): ThresholdPair {
  if (recall < falseAlarms) return { low: recall, high: falseAlarms };
  const halfway = falseAlarms + (recall - falseAlarms) / 2;
  return { low: halfway, high: halfway };
}

/**
 * How many of `parts` may lie on the wrong side so that the true share there is at most the wanted one; undefined where
 * not even none of them is enough.
 */
export function spared(parts: number, { share, confidence }: Wish): number | undefined {
  const kept = (lost: number) => betaProbability(share, lost + 1, parts - lost) >= confidence * (1 - 1e-12);
  if (!kept(0)) return undefined;
  let [most, tooMany] = [0, parts];
  while (tooMany - most > 1) {
    const middle = (most + tooMany) >>> 1;
    if (kept(middle)) most = middle;
    else tooMany = middle;
  }
  return most;
}

/** The least number of parts of which none may lie on the wrong side: 1 − (1 − share)ⁿ is the confidence. */
function needed({ share, confidence }: Wish): number {
  return Math.ceil(Math.log1p(-confidence) / Math.log1p(-share) - 1e-9);
}

function shareFrom(sorted: Float64Array, threshold: number) {
  return { threshold, parts: sorted.length, share: countFrom(sorted, threshold) / sorted.length };
}

function levelOf({ level = 0.95 }: Wish): number {
  return level;
}

/** Throws a RangeError where a share, a confidence or a level is not between 0 and 1. */
export function checkWish(wish: Wish): void {
  for (const [name, value] of [["share", wish.share], ["confidence", wish.confidence], ["level", levelOf(wish)]]) {
    if (typeof value === "number" && value > 0 && value < 1) continue;
    throw new RangeError(`Cannot promise a share as ${name} must be between 0 and 1: it is ${value}`);
  }
}
