/** What a threshold does to parts that a judge has not seen, and which one does as is wished. @module */
import { countFrom } from "../../base/tensor/linear_quantile.ts";
import { clopperPearson } from "./clopper_pearson.ts";

/** Scores of parts, each class sorted from the lowest. */
export interface SortedScores {
  /** Of good parts. */
  readonly good: Float64Array;
  /** Of bad parts. */
  readonly bad: Float64Array;
}

/** A share of some parts, with the exact 95 % interval of that of parts to come. */
export interface Share {
  /** Fraction, 0 to 1. */
  readonly rate: number;
  /** The lower end of the interval. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
  /** How many parts the share is. */
  readonly count: number;
  /** Of how many. */
  readonly parts: number;
}

/** What thresholds do; null where there is no part to tell by. */
export interface OperatingPoint {
  /** Bad parts that are not called good. */
  readonly recall: Share | null;
  /** Good parts that are called bad. */
  readonly alarms: Share | null;
  /** Good parts that are to be looked at … */
  readonly looked: Share | null;
  /** … and bad ones: caught by whoever looks. */
  readonly reviewed: Share | null;
}

/** How sure intervals are. */
const SURE = 0.95;

/**
 * What two thresholds do; one alone has the second at the same place.
 *
 * ```ts
 * import { operatingPoint } from "./operating_point.ts";
 * const scores = { good: Float64Array.of(1, 2, 3), bad: Float64Array.of(3, 5) };
 * const { recall, alarms } = operatingPoint(scores, 3);
 * console.assert(recall?.rate === 1 && alarms?.count === 1);
 * ```
 */
export function operatingPoint(
  { good, bad }: SortedScores,
  threshold: number,
  review: number = threshold,
): OperatingPoint {
  const between = (sorted: Float64Array) => countFrom(sorted, review) - countFrom(sorted, threshold);
  return {
    recall: shareOf(countFrom(bad, review), bad.length),
    alarms: shareOf(countFrom(good, threshold), good.length),
    looked: shareOf(between(good), good.length),
    reviewed: shareOf(between(bad), bad.length),
  };
}

/** What wrong decisions cost, and how often parts are bad. */
export interface Costs {
  /** Of a bad part that is called good. */
  readonly miss: number;
  /** Of a good part that is called bad. */
  readonly alarm: number;
  /** The share of parts that are bad, 0 to 1. */
  readonly badShare: number;
}

/** What a threshold costs of 1,000 parts, in the unit of the costs. */
export interface Expense {
  /** A part whose score is at least this is called bad. */
  readonly threshold: number;
  /** Bad parts that are called good, of 1,000 parts. */
  readonly misses: number;
  /** Good parts that are called bad, of 1,000. */
  readonly alarms: number;
  /** In the unit of the costs. */
  readonly money: number;
}

/**
 * What a threshold costs.
 *
 * @throws {RangeError} where a class has no part, or a cost is none
 */
export function expenseAt(scores: SortedScores, costs: Costs, threshold: number): Expense {
  const { good, bad } = scores;
  const { miss, alarm, badShare } = checkCosts(scores, costs);
  const misses = 1000 * badShare * (1 - countFrom(bad, threshold) / bad.length);
  const alarms = 1000 * (1 - badShare) * countFrom(good, threshold) / good.length;
  return { threshold, misses, alarms, money: misses * miss + alarms * alarm };
}

/**
 * The cheapest threshold. Between two scores all cost the same: it lies in the middle of the cheapest gap, of several in that
 * which catches most.
 *
 * @throws {RangeError} where a class has no part, or a cost is none
 *
 * ```ts
 * import { cheapestThreshold } from "./operating_point.ts";
 * const scores = { good: Float64Array.of(1, 2, 4), bad: Float64Array.of(3, 6) };
 * console.assert(cheapestThreshold(scores, { miss: 100, alarm: 1, badShare: 0.5 }).threshold === 2.5);
 * console.assert(cheapestThreshold(scores, { miss: 1, alarm: 100, badShare: 0.5 }).threshold === 5);
 * ```
 */
export function cheapestThreshold(scores: SortedScores, costs: Costs): Expense {
  checkCosts(scores, costs);
  const all = Float64Array.from([...scores.good, ...scores.bad]).sort();
  const last = all.length - 1;
  const gaps = [all[0]];
  for (let i = 1; i <= last; i++) if (all[i] > all[i - 1]) gaps.push(middle(all[i - 1], all[i]));
  // Above all of them nothing is called bad.
  gaps.push(all[last] + Math.max(Number.EPSILON * Math.abs(all[last]), (all[last] - all[0]) / all.length || 1));
  let best: Expense | undefined;
  for (const gap of gaps) {
    const one = expenseAt(scores, costs, gap);
    if (!best || one.money < best.money) best = one;
  }
  return best!;
}

function middle(low: number, high: number): number {
  const between = low + (high - low) / 2;
  return between > low ? between : high;
}

function checkCosts({ good, bad }: SortedScores, costs: Costs): Costs {
  if (good.length === 0 || bad.length === 0) {
    throw new RangeError(
      `Cannot tell what a threshold costs as good and bad parts are needed: there are ${good.length} and ${bad.length}`,
    );
  }
  const { miss, alarm, badShare } = costs;
  if (!(miss >= 0 && alarm >= 0 && Number.isFinite(miss + alarm) && badShare >= 0 && badShare <= 1)) {
    throw new RangeError(
      `Cannot tell what a threshold costs as costs must be 0 or more and the share of bad parts from 0 to 1: a miss ${miss}, ` +
        `a false alarm ${alarm}, bad parts ${badShare}`,
    );
  }
  return costs;
}

function shareOf(count: number, parts: number): Share | null {
  if (parts === 0) return null;
  return { rate: count / parts, ...clopperPearson(count, parts, SURE), count, parts };
}
