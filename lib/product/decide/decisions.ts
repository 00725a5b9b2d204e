/** The decision of a model, from scores of parts that its judge had not seen and a wish. @module */
import { catchBad, type CatchWish, type SeenShare } from "../../method/evaluate/catching.ts";
import { lowerShare, upperShare } from "../../method/evaluate/clopper_pearson.ts";
import { cheapestThreshold, type Costs, operatingPoint, type Share } from "../../method/evaluate/operating_point.ts";
import { checkThreshold } from "../../method/evaluate/decide.ts";
import { promiseFalseAlarms } from "../../method/evaluate/promise.ts";
import type { CatchingDecision, QuietDecision } from "../model/model_file.ts";
import { type PartScores, sorted } from "./unseen_scores.ts";

/** From which scores on parts are bad, and to be looked at. */
export interface Thresholds {
  readonly threshold: number;
  /** Not above the threshold. */
  readonly review?: number;
}

/** How sure what is said of thresholds is. */
const SURE = 0.95;

/** The threshold that catches the wished share of bad parts to come, with exact bounds of what it does. */
export function decideByRecall({ good, bad }: PartScores, wish: CatchWish): CatchingDecision {
  const { threshold, review, caught, promised, missing, alarms, looked } = catchBad(bad, good, wish);
  return {
    threshold,
    ...review !== undefined && { review },
    ...{ recall: wish.recall, ...shareOf(caught), promised },
    ...wish.confidence !== undefined && { confidence: wish.confidence },
    ...alarms && { alarms: shareOf(alarms) },
    ...looked && { looked: shareOf(looked) },
    // That all bad parts to come are caught can never be promised.
    ...Number.isFinite(missing) && { missing },
  };
}

/**
 * The threshold by which parts to come cost least.
 *
 * @throws {RangeError} see `cheapestThreshold`
 */
export function decideByCost(scores: PartScores, costs: Costs): CatchingDecision {
  const { threshold } = cheapestThreshold(sorted(scores), costs);
  const { miss, alarm, badShare } = costs;
  return { ...decisionAt(scores, { threshold }), by: { miss, alarm, badPer1000: 1000 * badShare } };
}

/**
 * Thresholds that somebody has chosen.
 *
 * @throws {RangeError} where one is not finite, or the second is above the first
 */
export function decideByHand(scores: PartScores, thresholds: Thresholds): CatchingDecision {
  return { ...decisionAt(scores, checkThresholds(thresholds)), by: "hand" };
}

/**
 * The threshold that calls at most a share of good parts to come bad; of models that know no bad parts.
 *
 * @throws {RangeError} see `promiseFalseAlarms`
 */
export function decideByFalseAlarms(
  { good }: Pick<PartScores, "good">,
  { falseAlarms, confidence = 0.9, review }: {
    readonly falseAlarms: number;
    readonly confidence?: number;
    /** The share of good parts that may be called bad or looked at, above `falseAlarms`. */
    readonly review?: number;
  },
): QuietDecision {
  const { threshold, parts, promised, interval } = promiseFalseAlarms(good, { share: falseAlarms, confidence });
  const second = review === undefined ? undefined : promiseFalseAlarms(good, { share: review, confidence }).threshold;
  return {
    ...second !== undefined && second < threshold && { review: second },
    ...{ threshold, falseAlarms, parts, promised, confidence },
    interval: [interval.low, interval.high],
  };
}

/**
 * Thresholds that somebody has chosen for a model that knows no bad parts.
 *
 * @throws {RangeError} where there is no good part
 */
export function decideQuietlyByHand(
  { good }: Pick<PartScores, "good">,
  thresholds: Thresholds,
): QuietDecision {
  const { threshold, review } = checkThresholds(thresholds);
  const count = good.filter((score) => score >= threshold).length;
  return {
    ...review !== undefined && { review },
    ...{ threshold, falseAlarms: count / good.length, parts: good.length },
    promised: upperShare(count, good.length, SURE),
    confidence: SURE,
    by: "hand",
  };
}

function decisionAt(scores: PartScores, { threshold, review }: Thresholds): Omit<CatchingDecision, "by"> {
  const { recall, alarms } = operatingPoint(sorted(scores), threshold, review);
  if (!recall) throw new RangeError("Cannot say what a threshold catches as no bad part is known");
  const looked = review === undefined ? null : operatingPoint(sorted(scores), review).alarms;
  return {
    threshold,
    ...review !== undefined && { review },
    ...{ recall: recall.rate, ...countedOf(recall) },
    promised: lowerShare(recall.count, recall.parts, SURE),
    ...alarms && { alarms: countedOf(alarms) },
    ...looked && { looked: countedOf(looked) },
  };
}

function countedOf({ rate, low, high, parts }: Share) {
  return { rate, interval: [low, high] as const, parts };
}

function checkThresholds(thresholds: Thresholds): Thresholds {
  const { threshold, review = threshold } = thresholds;
  if (checkThreshold(review) <= checkThreshold(threshold)) return thresholds;
  throw new RangeError(
    `Cannot decide by ${threshold} and ${review} as the second threshold must not be above the first`,
  );
}

function shareOf({ rate, interval: { low, high }, parts }: SeenShare) {
  return { rate, interval: [low, high] as const, parts };
}
