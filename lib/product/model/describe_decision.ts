/** What a model's threshold does, in words. @module */
import type { CatchingDecision } from "./model_file.ts";

const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`;
const range = ([low, high]: readonly [number, number]) => `95 % interval ${percent(low)} to ${percent(high)}`;

/**
 * One sentence: first, where there are too few parts to promise the recall, that it cannot be, and how many more it takes; then
 * what the threshold has caught of bad parts that the judge has not seen, and what it has called bad of such good ones. Of two
 * thresholds also what is to be looked at.
 *
 * ```ts
 * import { describeDecision } from "./describe_decision.ts";
 * const decision = { threshold: 1, recall: 0.95, rate: 1, interval: [0.69, 1], parts: 10, promised: 0.74, missing: 49 } as const;
 * console.assert(describeDecision(decision) ===
 *   "it cannot be promised to catch 95 % of bad parts: 10 to learn from promise 74 % with 95 % confidence, and 49 more are " +
 *   "needed; it is set to catch 95 % of bad parts, and catches 100 % of 10 that were not learned from (95 % interval 69 % to 100 %)");
 * ```
 */
export function describeDecision(decision: CatchingDecision): string {
  const { recall, rate, interval, parts, alarms, looked, missing, promised, confidence, review, threshold, by } =
    decision;
  const sure = percent(confidence ?? 0.95);
  const wished = `${percent(recall)} of bad parts${confidence === undefined ? "" : ` with ${sure} confidence`}`;
  const aim = by === undefined
    ? `to catch ${wished}`
    : by === "hand"
    ? "by hand"
    : `to cost least where a miss costs ${by.miss}, a false alarm ${by.alarm} and ${by.badPer1000} of 1,000 parts are bad`;
  const caught = `it is set ${aim}, and catches ${percent(rate)} of ${parts} that were ` +
    `not learned from (${range(interval)})`;
  const called = alarms
    ? `, and calls ${percent(alarms.rate)} of ${alarms.parts} good ones bad (${range(alarms.interval)})`
    : "";
  const between = review === undefined ? "" : `; parts that score from ${review.toPrecision(4)} to below ` +
    `${threshold.toPrecision(4)} are to be looked at` +
    (looked && alarms ? `: ${percent(looked.rate - alarms.rate)} of the good ones` : "");
  const first = missing
    ? `it cannot be promised to catch ${percent(recall)} of bad parts: ` +
      (promised === undefined
        ? `${parts} ${parts === 1 ? "is" : "are"} too few to learn from`
        : `${parts} to learn from promise${parts === 1 ? "s" : ""} ${percent(promised)} with ${sure} confidence`) +
      `, and ${missing} more ${missing === 1 ? "is" : "are"} needed; `
    : "";
  return first + caught + called + between;
}
