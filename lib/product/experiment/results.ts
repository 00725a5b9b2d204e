/** The numbers of a run: scores, and the rows of the table that are made of them. @module */
import type { Interval } from "../../method/evaluate/bootstrap.ts";
import type { PairedComparison } from "../../method/evaluate/delong.ts";
import type { FailedCell } from "./failures.ts";
import type { LeftOutKind } from "./left_out.ts";
import type { ScoredPart } from "./scored_part.ts";
import type { DataOrigin } from "./data_source.ts";
import type { PaperFigures } from "./paper_figures.ts";
import type { PixelFigures } from "../../method/evaluate/pixel_counts.ts";

/** The scores of one method on one benchmark with one seed. */
export interface ScoreSet {
  readonly benchmark: string;
  readonly method: string;
  readonly seed: number;
  readonly parts: readonly ScoredPart[];
  /** Parts at or above it are called bad, where a threshold was set. */
  readonly threshold?: number;
  /** Over the pixels of all parts, where pixels were judged. */
  readonly pixel?: PixelFigures;
  /** Kinds of defects as the method scores them that has not seen them, where there are folds and two kinds. */
  readonly leftOut?: readonly LeftOutKind[];
}

/** A figure over the seeds: fractions 0 to 1. */
export interface Summary {
  readonly mean: number;
  readonly std: number;
  readonly values: readonly number[];
}

/** A row of the table. */
export interface ResultRow {
  readonly benchmark: string;
  readonly method: string;
  /** The seeds of the values, where some of the run's could not be judged. */
  readonly seeds?: readonly number[];
  readonly auroc: Summary;
  readonly fpr95: Summary;
  /** 95 % interval of the mean AUROC over other test sets of this size, where all seeds are judged on the same parts. */
  readonly interval?: Interval;
  /**
   * 95 % intervals of the means of AUROC and FPR@95TPR over other test parts, by 1,000 resamples of the parts (see
   * `bootstrapSeeds`). Left out where a class has a single part.
   */
  readonly bootstrap?: { readonly auroc: Interval; readonly fpr95: Interval };
  readonly aupr?: Summary;
  /** F1 at the threshold that is best for it; older results have none. */
  readonly f1Max?: Summary;
  /** Over the pixels of all test parts, good ones too … */
  readonly pixelAuroc?: Summary;
  readonly pixelAupr?: Summary;
  /** AUPRO up to 30 % of the good pixels, where the parts have defects with masks. */
  readonly pixelAupro?: Summary;
  /** SegF1: F1 of pixels at the threshold that is best for it. */
  readonly pixelF1?: Summary;
  /** … and how far those figures can be from the ones of sorted scores, at most. */
  readonly pixelError?: {
    readonly auroc: number;
    readonly aupr: number;
    readonly aupro?: number;
    readonly f1?: number;
  };
  /** AUROC of the good parts against those with defects that no training part has. */
  readonly aurocUnseen?: Summary;
  /** AUROC of kinds of defects, each left out of the training in turn; the mean over the bad parts. */
  readonly aurocLeftOut?: Summary;
  /** Parts of the test set (of the first seed where they differ). */
  readonly n: { readonly good: number; readonly bad: number; readonly unseen?: number };
  /** What the paper reports for this row, as fractions. */
  readonly paper?: PaperFigures;
}

/**
 * Two methods of a benchmark over the same test parts, by their AUROC averaged over the seeds. Where the seeds judge different
 * parts, the difference is over all of them, and its error counts a part that several seeds judge once.
 */
export interface MethodComparison extends PairedComparison {
  readonly benchmark: string;
  readonly first: string;
  readonly second: string;
  /** p by Holm over all comparisons of the run. */
  readonly corrected: number;
}

/** Something that a judge sees, and how it does without. */
export interface Worth {
  readonly kind: "detector" | "segment" | "block" | "parts";
  readonly name: string;
  /** The AUROC without it. */
  readonly without: number;
  /** What is lost of the AUROC. */
  readonly difference: number;
  /** How often a difference as large comes of this many parts where there is none … */
  readonly p: number;
  /** … by Holm over all that were left out. */
  readonly corrected: number;
}

/** `results.json`; holds nothing that two runs with the same seeds could differ in. */
export interface Results {
  readonly pipeline: string;
  readonly seeds: readonly number[];
  readonly data: {
    /** Where the figures were measured. */
    readonly origin: DataOrigin;
    readonly counts: Record<string, number>;
    readonly sha256: string;
    /** Of all masks, where pixels are judged or learnt. */
    readonly masks?: string;
  };
  readonly rows: readonly ResultRow[];
  /** Every two methods of a benchmark; left out where none can be compared. */
  readonly comparisons?: readonly MethodComparison[];
  /** What each detector, segment and block of evidence is worth to the regression of the first seed, where there is one. */
  readonly worth?: readonly Worth[];
  /** Cells that could not be judged; rows are over the seeds that could. */
  readonly failed?: readonly FailedCell[];
}
