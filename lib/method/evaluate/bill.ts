/** What decisions on parts to come cost, with how sure that is, and what every threshold does. @module */
import { type Costs, type OperatingPoint, operatingPoint, type Share, type SortedScores } from "./operating_point.ts";
import { nextUp } from "./threshold.ts";

/** What 1,000 parts to come cost, on average. */
export interface Bill {
  /** Bad parts that are called good, of 1,000 parts. */
  readonly misses: number;
  /** Good parts that are called bad, of 1,000. */
  readonly alarms: number;
  /** Parts to look at, of 1,000. */
  readonly looked: number;
  /** In the unit of the costs. */
  readonly money: number;
  /** Where the money lies if both shares lie at the ends of their intervals. */
  readonly interval: { readonly low: number; readonly high: number };
}

/**
 * What 1,000 parts to come cost by thresholds.
 *
 * @param look what looking at a part costs
 * @throws {RangeError} where nothing is known of bad or of good parts
 *
 * ```ts
 * import { billOf } from "./bill.ts";
 * import { operatingPoint } from "./operating_point.ts";
 * const point = operatingPoint({ good: Float64Array.of(1, 2, 3, 4), bad: Float64Array.of(3, 5) }, 3.5);
 * console.assert(billOf(point, { miss: 100, alarm: 2, badShare: 0.02 }).money === 100 * 10 + 2 * 245);
 * ```
 */
export function billOf(
  { recall, alarms, looked, reviewed }: OperatingPoint,
  { miss, alarm, badShare, look = 0 }: Costs & { readonly look?: number },
): Bill {
  if (!recall || !alarms) throw new RangeError("Cannot count costs as good and bad parts are needed");
  const bad = 1000 * badShare;
  const good = 1000 - bad;
  const bill = (of: (share: Share, worst: "low" | "high") => number, better: "low" | "high", worse: "low" | "high") => {
    const misses = bad * (1 - of(recall, better));
    const called = good * of(alarms, worse);
    const seen = (looked ? good * of(looked, worse) : 0) + (reviewed ? bad * of(reviewed, worse) : 0);
    return { misses, alarms: called, looked: seen, money: miss * misses + alarm * called + look * seen };
  };
  return {
    ...bill(({ rate }) => rate, "low", "low"),
    interval: {
      low: bill((share, end) => share[end], "high", "low").money,
      high: bill((share, end) => share[end], "low", "high").money,
    },
  };
}

/**
 * What each threshold does at which something changes, from the lowest, which calls all parts bad, to one above all scores.
 * Between two of them nothing changes; each lies halfway between the scores around it.
 *
 * ```ts
 * import { operatingCurve } from "./bill.ts";
 * const curve = operatingCurve({ good: Float64Array.of(1, 2), bad: Float64Array.of(2, 4) });
 * console.assert(curve.map(({ threshold }) => threshold).join() === "1,1.5,3,4.000000000000001");
 * ```
 */
export function operatingCurve(scores: SortedScores): (OperatingPoint & { readonly threshold: number })[] {
  const all = [...new Set([...scores.good, ...scores.bad])].sort((a, b) => a - b);
  const thresholds = all.length === 0 ? [] : [
    all[0],
    ...all.slice(1).map((score, i) => {
      const middle = all[i] + (score - all[i]) / 2;
      return middle > all[i] ? middle : score;
    }),
    nextUp(all[all.length - 1]),
  ];
  return thresholds.map((threshold) => ({ threshold, ...operatingPoint(scores, threshold) }));
}
