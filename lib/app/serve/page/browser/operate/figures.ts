/** What thresholds do to parts that the model has not seen, and what that costs. @module */
import { countFrom } from "../../../../../base/tensor/linear_quantile.ts";
import { billOf as billOfShares } from "../../../../../method/evaluate/bill.ts";
import { clopperPearson } from "../../../../../method/evaluate/clopper_pearson.ts";
import {
  type OperatingPoint,
  operatingPoint,
  type Share,
  type SortedScores,
} from "../../../../../method/evaluate/operating_point.ts";

/** From `threshold` on a part is bad; from `review` on it is looked at. */
export interface Thresholds {
  readonly threshold: number;
  /** At most the threshold; null where there is one threshold alone. */
  readonly review: number | null;
}

/** What things cost, in one currency, and how many bad parts there are. */
export interface Costs {
  /** A bad part that is called good. */
  readonly miss: number;
  /** A good part that is called bad. */
  readonly alarm: number;
  /** A person who looks at a part. */
  readonly look: number;
  /** Bad parts in 1,000. */
  readonly badPerThousand: number;
  readonly partsPerShift: number;
}

/** What 1,000 parts and a shift bring on average. */
export interface Bill {
  readonly misses: number;
  readonly alarms: number;
  readonly looks: number;
  readonly money: number;
  /** Where the money lies if all shares lie at the ends of their intervals; null where a class has no parts. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly alarmsPerShift: number;
  readonly looksPerShift: number;
}

/** What the thresholds do to the held-out parts. */
export function effectOf(scores: SortedScores, { threshold, review }: Thresholds): OperatingPoint {
  return operatingPoint(scores, threshold, review ?? undefined);
}

/** What stands for a class of which there are no parts: nothing of it is counted. */
const [ALL, NONE]: Share[] = [1, 0].map((rate) => ({ rate, low: rate, high: rate, count: 0, parts: 0 }));

/** What the thresholds cost. Of a class of which there are no parts nothing is counted. */
export function billOf(effect: OperatingPoint, costs: Costs): Bill {
  const shares = { ...effect, recall: effect.recall ?? ALL, alarms: effect.alarms ?? NONE };
  const bill = billOfShares(shares, { ...costs, badShare: costs.badPerThousand / 1000 });
  const shifts = costs.partsPerShift / 1000;
  return {
    ...{ misses: bill.misses, alarms: bill.alarms, looks: bill.looked, money: bill.money },
    interval: effect.recall && effect.alarms ? bill.interval : null,
    alarmsPerShift: bill.alarms * shifts,
    looksPerShift: bill.looked * shifts,
  };
}

/** Scores in bins of one width: the share of the class in each. */
export interface Histogram {
  /** The middles of the bins. */
  readonly x: number[];
  readonly good: number[];
  readonly bad: number[];
}

/** The range of all scores, a little wider, so that thresholds beyond all of them can be chosen. */
export function rangeOf({ good, bad }: SortedScores): { low: number; high: number } {
  const low = Math.min(good[0] ?? Infinity, bad[0] ?? Infinity);
  const high = Math.max(good.at(-1) ?? -Infinity, bad.at(-1) ?? -Infinity);
  if (!Number.isFinite(low)) return { low: 0, high: 1 };
  const margin = 0.02 * (high - low) || 0.5;
  return { low: low - margin, high: high + margin };
}

/** Both classes in bins. */
export function histogramOf(scores: SortedScores, bins: number): Histogram {
  const { low, high } = rangeOf(scores);
  const width = (high - low) / bins;
  const shares = (sorted: Float64Array) => {
    const counts = new Array<number>(bins).fill(0);
    for (const score of sorted) counts[Math.min(bins - 1, Math.floor((score - low) / width))] += 1 / sorted.length;
    return counts;
  };
  return {
    x: Array.from({ length: bins }, (_, i) => low + (i + 0.5) * width),
    good: shares(scores.good),
    bad: shares(scores.bad),
  };
}

/** Recall and false alarms with their intervals at thresholds over the whole range. */
export function curvesOf(scores: SortedScores, steps: number): (number | null)[][] {
  const { low, high } = rangeOf(scores);
  const x = Array.from({ length: steps }, (_, i) => low + i * (high - low) / (steps - 1));
  const known = new Map<string, { low: number; high: number }>();
  // Neighbouring thresholds mostly have the same counts.
  const boundsOf = (count: number, parts: number) => {
    const key = `${count}/${parts}`;
    if (!known.has(key)) known.set(key, clopperPearson(count, parts, 0.95));
    return known.get(key)!;
  };
  const rows = [scores.bad, scores.good].flatMap((sorted) => {
    const found = x.map((threshold) => {
      if (sorted.length === 0) return [null, null, null];
      const count = countFrom(sorted, threshold);
      const bounds = boundsOf(count, sorted.length);
      return [count / sorted.length, bounds.low, bounds.high];
    });
    return [0, 1, 2].map((i) => found.map((values) => values[i]));
  });
  return [x, ...rows];
}
