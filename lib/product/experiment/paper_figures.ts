/** Figures of a paper to stand beside measured ones. @module */

/** What a paper reports for a row: fractions 0 to 1, with the deviation behind ± where it prints one. */
export interface PaperFigures {
  /** AUROC over parts. */
  readonly auroc?: number;
  /** Its deviation over the seeds. */
  readonly aurocStd?: number;
  /** Share of good parts called bad where 95 % of the bad ones are found. */
  readonly fpr95?: number;
  /** Its deviation over the seeds. */
  readonly fpr95Std?: number;
  /** AU-PR over parts. */
  readonly aupr?: number;
  /** AUROC over pixels. */
  readonly pixelAuroc?: number;
  /** AU-PR over pixels. */
  readonly pixelAupr?: number;
}
