/** A part that was judged. @module */

/** A part of a test set and its score; higher is more likely bad. */
export interface ScoredPart {
  readonly id: string;
  readonly label: "good" | "bad";
  /** Whether its kind of defect occurs in the test set alone. */
  readonly unseen: boolean;
  readonly kind?: string;
  readonly score: number;
}
