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

/**
 * What must be said of forests that see one segment beside a paper's figures, which are with several; nothing where no forest has
 * such figures.
 *
 * @param segments how many segments the run has
 */
export function describePaperSegments(
  { paper = {}, methods }: {
    readonly paper?: Readonly<Record<string, Readonly<Record<string, PaperFigures>>>>;
    readonly methods: Readonly<Record<string, object>>;
  },
  segments: number,
): string[] {
  const beside = new Set(Object.values(paper).flatMap((figures) => Object.keys(figures)));
  const forests = Object.entries(methods).filter(([name, how]) => "forest" in how && beside.has(name));
  return segments > 1 || forests.length === 0 ? [] : [
    "The paper's figures of forests are with segment maps of 2 to 8 segments, and here the whole picture is one segment: " +
    "--segments names maps, and the head of the pipeline file says how they are made",
  ];
}
