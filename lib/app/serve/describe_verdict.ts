/** A verdict as it is kept and answered. @module */
import type { DetailedVerdict, Scorer } from "../../product/model/scorer.ts";
import type { NewVerdict, SegmentShare, ShareBox } from "../../product/station/verdicts.ts";

/** @param milliseconds since the picture came in */
export function describeVerdict(
  { score, decision, reason, details }: DetailedVerdict,
  { threshold, review }: Pick<Scorer, "threshold" | "review">,
  milliseconds: number,
): NewVerdict {
  const { worst, size } = details;
  const box: ShareBox | null = worst
    ? {
      left: worst.x / size.width,
      top: worst.y / size.height,
      width: worst.width / size.width,
      height: worst.height / size.height,
      detector: worst.detector,
      ...worst.segment !== undefined && { segment: worst.segment },
    }
    : null;
  return {
    ...{ score, decision, threshold, review: review ?? null, reason, segments: bySegment(details), box },
    milliseconds: Math.round(10 * milliseconds) / 10,
  };
}

/** The furthest towards bad first. */
function bySegment({ contributions }: DetailedVerdict["details"]): SegmentShare[] {
  const groups = Map.groupBy(contributions, ({ segment }) => segment ?? null);
  return Array.from(groups, ([name, some]) => {
    const worst = some.reduce((most, one) => one.logit > most.logit ? one : most);
    return {
      name,
      contribution: some.reduce((sum, { logit }) => sum + logit, 0),
      worst: worst.logit > 0 ? { detector: worst.source } : null,
    };
  }).sort((a, b) => b.contribution - a.contribution);
}
