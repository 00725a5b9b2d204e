/** A part that was judged. @module */
import type { Source } from "./experiment.ts";

/** A part of a test set and its score; higher is more likely bad. */
export interface ScoredPart {
  readonly id: string;
  readonly label: "good" | "bad";
  /** Whether its kind of defect occurs in the test set alone. */
  readonly unseen: boolean;
  readonly kind?: string;
  readonly score: number;
}

/** Parts with their scores, in their order. */
export function scoredParts(sources: readonly Source[], scores: ArrayLike<number>): ScoredPart[] {
  return sources.map(({ id, item }, i) => ({
    id,
    label: item.label,
    unseen: item.unseen,
    ...item.kind !== undefined && { kind: item.kind },
    score: scores[i],
  }));
}
