/** A verdict as it is kept and answered. @module */
import type { Photo } from "../../domain.ts";
import type { DetailedVerdict, Scorer, Verdict } from "../../product/model/scorer.ts";
import type { NewVerdict, ShareBox } from "../../product/station/verdicts.ts";
import { type PlacedBox, structureVerdict } from "../../product/verdict/structured.ts";

/** @param milliseconds since the picture came in */
export function structure(
  scored: { readonly verdict: DetailedVerdict; readonly photo: Photo },
  scorer: Pick<Scorer, "threshold" | "review" | "goodParts">,
  milliseconds: number,
): NewVerdict {
  const { score, decision, reason, statistics, threshold, review = null, segments, box } = structureVerdict(
    "",
    scored,
    scorer,
  );
  return {
    ...{ score, decision, threshold, review, reason, statistics },
    segments: segments.map(({ worst = null, ...segment }) => ({ ...segment, worst })),
    box: box ? shares(box) : null,
    milliseconds: Math.round(10 * milliseconds) / 10,
  };
}

/** A verdict of which nothing was looked for but the score: its reason is the statistics. */
export function structureBriefly(
  { score, decision, reason }: Verdict,
  { threshold, review }: Pick<Scorer, "threshold" | "review">,
  milliseconds: number,
): NewVerdict {
  return {
    ...{ score, decision, threshold, review: review ?? null, reason, statistics: reason, segments: [], box: null },
    milliseconds: Math.round(10 * milliseconds) / 10,
  };
}

/** Pages draw the picture at any size. */
function shares({ x, y, width, height, of, detector, segment }: PlacedBox): ShareBox {
  return {
    ...{ left: x / of.width, top: y / of.height, width: width / of.width, height: height / of.height, detector },
    ...segment !== undefined && { segment },
  };
}
