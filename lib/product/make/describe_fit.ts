/** What a threshold that was set on good pictures promises, in words. @module */
import type { PromisedThreshold } from "../../method/evaluate/promise.ts";
import { HELD_OUT, type UnseenBy } from "./unseen_scores.ts";

/** A threshold, what it promises of good parts to come, and how that was found. */
export interface FitSummary {
  readonly promise: PromisedThreshold;
  /** The second threshold, from which on parts are to be looked at. */
  readonly looked?: PromisedThreshold;
  /** The share of false alarms that was asked for. */
  readonly falseAlarms: number;
  /** How sure it was to be. */
  readonly confidence: number;
  readonly by: UnseenBy;
  /** All good pictures, those of the fit too. */
  readonly good: number;
}

const UNSEEN: Readonly<Record<UnseenBy, string>> = {
  "left out": ", each of which was left out of the fit to judge it",
  folds: ", each judged by a fit that did not see it",
  "held out": " that the fit did not see",
};

/**
 * Says in two sentences where a threshold lies and what share of false alarms it promises.
 *
 * ```ts
 * import { promiseFalseAlarms } from "../../method/evaluate/promise.ts";
 * import { describeFit } from "./describe_fit.ts";
 * const wish = { share: 0.01, confidence: 0.9 };
 * const promise = promiseFalseAlarms(Array.from({ length: 40 }, (_, i) => i), wish);
 * const summary = { promise, falseAlarms: 0.01, confidence: 0.9, by: "left out", good: 40 } as const;
 * console.assert(describeFit(summary)[1].includes("at most 5.6 % of good parts to come"));
 * console.assert(describeFit(summary)[1].includes("190 more good pictures"));
 * ```
 */
export function describeFit(summary: FitSummary): readonly [string, string] {
  const { promise, looked, falseAlarms, confidence, by, good } = summary;
  const { threshold, parts, promised, missing } = promise;
  const between = looked
    ? `, parts from ${looked.threshold.toPrecision(4)} on (${percent(looked.share)} of the good ones) to be looked at`
    : "";
  const where = `threshold ${threshold.toPrecision(4)}${between}, set on ${parts} good ${plural(parts)}${UNSEEN[by]}`;
  const most = `at most ${percent(missing > 0 ? promised : falseAlarms)} of good parts to come are called bad, with ` +
    `${percent(confidence)} confidence`;
  if (missing === 0) return [where, `A${most.slice(1)}`];
  // Where a tenth is held out, ten more pictures give the threshold one.
  const more = by === "held out" ? Math.ceil((parts + missing - 0.5) / HELD_OUT - 1e-9) - good : missing;
  return [
    where,
    `${percent(falseAlarms)} of false alarms cannot be promised on ${parts} ${plural(parts)}, so that the threshold ` +
    `lies above all of them: ${most}; ${percent(falseAlarms)} takes ${more} more good ${plural(more)}`,
  ];
}

function plural(count: number): string {
  return count === 1 ? "picture" : "pictures";
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
