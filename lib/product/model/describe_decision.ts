/** What a model's threshold does, in words. @module */
import type { CatchingDecision } from "./model_file.ts";

const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`;
const range = ([low, high]: readonly [number, number]) => `95 % interval ${percent(low)} to ${percent(high)}`;

/**
 * One or two sentences: what the threshold has caught of bad parts that the judge has not seen, what it has called bad of
 * such good ones, and where there are too few parts to promise the recall, how many more it takes.
 *
 * ```ts
 * import { describeDecision } from "./describe_decision.ts";
 * const decision = { threshold: 1, recall: 0.95, rate: 1, interval: [0.69, 1], parts: 10, missing: 49 } as const;
 * console.assert(describeDecision(decision) ===
 *   "it is set to catch 95 % of bad parts, and catches 100 % of 10 that were not learned from (95 % interval 69 % to 100 %)" +
 *   "; to promise 95 % with 95 % confidence takes 49 more bad parts");
 * ```
 */
export function describeDecision({ recall, rate, interval, parts, alarms, missing }: CatchingDecision): string {
  const caught =
    `it is set to catch ${percent(recall)} of bad parts, and catches ${percent(rate)} of ${parts} that were ` +
    `not learned from (${range(interval)})`;
  const called = alarms
    ? `, and calls ${percent(alarms.rate)} of ${alarms.parts} good ones bad (${range(alarms.interval)})`
    : "";
  const more = missing
    ? `; to promise ${percent(recall)} with 95 % confidence takes ${missing} more bad part${missing === 1 ? "" : "s"}`
    : "";
  return caught + called + more;
}
