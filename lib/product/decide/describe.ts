/** What thresholds do, in lines for people. @module */
import { billOf } from "../../method/evaluate/bill.ts";
import type { Costs, OperatingPoint, Share } from "../../method/evaluate/operating_point.ts";

/** Recalls whose thresholds are shown beside each other. */
export const SHOWN_RECALLS: readonly number[] = [0.8, 0.9, 0.95, 0.98, 0.99, 1];

const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`;

/**
 * A table of operating points, a line each, with intervals at 95 %.
 *
 * ```ts
 * import { operatingPoint } from "../../method/evaluate/operating_point.ts";
 * import { describePoints } from "./describe.ts";
 * const point = operatingPoint({ good: Float64Array.of(1, 2, 3, 4), bad: Float64Array.of(3, 5) }, 3.5);
 * console.assert(describePoints([{ threshold: 3.5, ...point }])[1].includes("50 %"));
 * ```
 */
export function describePoints(points: readonly (OperatingPoint & { readonly threshold: number })[]): string[] {
  const rows = [
    ["threshold", "bad ones caught", "good ones called bad"],
    ...points.map((
      { threshold, recall, alarms },
    ) => [threshold.toPrecision(4), shareInWords(recall), shareInWords(alarms)]),
  ];
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  return rows.map((row) => row.map((text, c) => text.padEnd(widths[c])).join("  ").trimEnd());
}

function shareInWords(share: Share | null): string {
  if (!share) return "";
  const { rate, low, high } = share;
  return `${percent(rate)} (${percent(low)} to ${percent(high)})`;
}

/** What 1,000 parts cost by a point, and what a shift of parts brings, in sentences. */
export function describeBill(point: OperatingPoint, costs: Costs, partsPerShift?: number): string[] {
  const { misses, alarms, looked, money, interval } = billOf(point, costs);
  const number = (value: number) => Number(value.toPrecision(3)).toLocaleString("en");
  return [
    `Of 1,000 parts with ${number(1000 * costs.badShare)} bad ones ${number(misses)} are missed and ${
      number(alarms)
    } called bad ` +
    `without need${looked > 0 ? `, ${number(looked)} looked at` : ""}`,
    `That costs ${number(money)} in 1,000 parts (${number(interval.low)} to ${number(interval.high)})`,
    ...partsPerShift === undefined
      ? []
      : [`A shift of ${number(partsPerShift)} parts has ${number(alarms * partsPerShift / 1000)} false alarms`],
  ];
}
