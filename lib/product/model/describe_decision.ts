/** What a model's threshold does, in words. @module */
import type { CatchingDecision } from "./model_file.ts";

const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`;
const range = ([low, high]: readonly [number, number]) => `95 % interval ${percent(low)} to ${percent(high)}`;

/**
 * One sentence: what the threshold has caught of bad parts that the judge has not seen, what it has called bad of
 * such good ones, and where there are too few parts to promise the recall, that it cannot be, and how many more it takes. Of
 * two thresholds also what is to be looked at.
 *
 * ```ts
 * import { describeDecision } from "./describe_decision.ts";
 * const decision = { threshold: 1, recall: 0.95, rate: 1, interval: [0.69, 1], parts: 10, promised: 0.74, missing: 49 } as const;
 * console.assert(describeDecision(decision) ===
 *   "it is set to catch 95 % of bad parts, and catches 100 % of 10 that were not learned from (95 % interval 69 % to 100 %)" +
 *   "; 95 % cannot be promised with 10 bad parts, only 74 % with 95 % confidence: that takes 49 more");
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
  const more = missing
    ? `; ${percent(recall)} cannot be promised with ${parts} bad part${parts === 1 ? "" : "s"}` +
      (promised === undefined ? "" : `, only ${percent(promised)} with ${sure} confidence`) +
      `: that takes ${missing} more`
    : "";
  return caught + called + between + more;
}
