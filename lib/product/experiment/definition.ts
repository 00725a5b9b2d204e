/** What a pipeline file says, as types: plain data. @module */
import type { Layout } from "../../picture/data/readers/table.ts";
import type { VisaSplit } from "../../picture/data/readers/visa.ts";
import type { FeatureSet } from "../../method/features/feature_set.ts";
import type { Preset } from "../../method/forest/presets.ts";
import type { PictureSettings } from "../../picture/image/settings.ts";
import type { Looks } from "./looks.ts";
import type { PaperFigures } from "./paper_figures.ts";
import type { Smoothing } from "./smoothing.ts";

/** How parts are dealt out by seed; see the functions of `lib/picture/data/split_*.ts` for each kind. */
export type SplitSettings =
  | { readonly kind: "vad" }
  | { readonly kind: "auto"; readonly detectors?: number; readonly good?: number; readonly bad?: number }
  | { readonly kind: "test-bad"; readonly bad?: number; readonly goodShare?: number }
  | { readonly kind: "count"; readonly detectors: number; readonly good: number; readonly bad: number }
  | { readonly kind: "share"; readonly detectors?: number; readonly good?: number; readonly bad?: number }
  /**
   * The data set's own: all good training parts serve to fit the detectors but for a share `held` (0 where left out) that serves
   * the threshold of a "generated" benchmark; all training parts train classifiers.
   */
  | { readonly kind: "own"; readonly held?: number }
  /**
   * All good parts serve to fit the detectors, all parts train and all are judged: each by maps and judges that have not seen it. Good
   * parts are left out of the detectors' fits; judges are trained on all folds but the part's (5 where left out).
   */
  | {
    readonly kind: "folds";
    readonly folds?: number;
    /**
     * The good parts that detectors are fitted on, by id: what was fitted before parts came to be learned from stays as it
     * is. Parts beside them are mapped by it like new ones; all good parts where left out.
     */
    readonly fit?: readonly string[];
  };

/**
 * Which bad parts the forests of a benchmark learn from. With "none", detectors alone are judged. With a number `bad`, as
 * many of all, drawn by seed: smaller draws lie within larger ones, and all are judged on the same parts. `shots` draws as
 * many good parts and as many bad ones.
 */
export type BenchmarkKind =
  | "none"
  | "generated"
  | "all"
  | "low-shot"
  | { readonly kind: "all"; readonly bad: number }
  | { readonly kind: "shots"; readonly shots: number };

/** A row of the table: a detector or a classifier alone, something trained, several rows as one, or the mean of figures. */
export type MethodSettings =
  | { readonly alone: string }
  | ForestMethod
  | RegressionMethod
  | TogetherMethod
  | BestMethod
  | AutoMethod
  | { readonly mean: readonly string[] };

/** A logistic regression over all evidence of the pipeline's detectors; where the split has folds. */
export interface RegressionMethod {
  /** "evidence": all blocks, which weigh the same. */
  readonly regression: "evidence";
}

/** Other methods as one: the sum of their scores, each in deviations of good parts; where the split has folds. */
export interface TogetherMethod {
  /** What is trained counts once, a detector alone the less the more bad parts there are. */
  readonly together: readonly string[];
}

/**
 * The first of other methods, or the one that tells good and bad parts apart better than it by more than a standard error, by
 * parts that it has not seen; where the split has folds.
 */
export interface BestMethod {
  /** The first is what is taken unless another is clearly better. */
  readonly best: readonly string[];
}

/**
 * The judge of `folder.ts` over some detectors, whatever the split: all training parts fit the detectors and train, folds
 * among them choose, and the test parts are judged by what was chosen. Only in benchmarks with real bad training parts, and
 * by the first seed, as it takes a run of its own.
 */
export interface AutoMethod {
  /** The detectors that it sees. */
  readonly auto: readonly string[];
}

/** A forest over detectors and at most one classifier. */
export interface ForestMethod {
  /** The detectors whose features the forest sees. */
  readonly forest: readonly string[];
  /** The classifier whose score it sees as well. */
  readonly classifier?: string;
  /** In place of the pipeline's. */
  readonly preset?: Preset;
  /** Which features it sees, all where left out; `*` stands for any text without a dot: "whole.*.*". */
  readonly columns?: readonly string[];
  /** Blocks of evidence that it sees beside them: "pooled"; where the split has folds. */
  readonly blocks?: readonly string[];
}

/** A pipeline file's content. */
export interface PipelineDefinition {
  /** Name of the run folder's parent: lower-case letters, digits and hyphens. */
  readonly name: string;
  /** What is inspected, for the report. */
  readonly about: string;
  /** Which pictures. */
  readonly data: {
    readonly layout: Layout | "auto";
    /** Object of a data set that has several (VisA, MVTec AD). */
    readonly object?: string;
    /** VisA: which of its split files; "1cls" where left out. */
    readonly split?: VisaSplit;
    /** Which pictures are of one part, by their paths; see `PartSettings`. Where `split.kind` is "folds". */
    readonly group?: string;
    /** A CSV file with the part of pictures, the kinds of defects, or both; see `PartSettings`. */
    readonly table?: string;
    /**
     * With no data named, use VAD where it lies, or else the procedural stand-in; where `layout` is "folder", a smaller one as a
     * folder of good and bad parts.
     */
    readonly standIn?: boolean;
  };
  /** How they are brought to one size. */
  readonly picture: PictureSettings;
  /** Each detector by the name that columns carry: its settings, with `type` where the name is one of your own. */
  readonly detectors: Readonly<Record<string, object>>;
  /**
   * Supervised classifiers g, likewise. They are trained in benchmarks with real bad training parts, on all training parts,
   * or 80 % of them where a forest sees their score; elsewhere their methods have no row.
   */
  readonly classifiers?: Readonly<Record<string, object>>;
  /**
   * The scores of classifiers that forests learn from are by classifiers that have not seen the part: as many of them, each
   * trained without a fold of the forest's parts. One more, trained on all parts, scores the test parts. Where left out, as in the
   * paper, forests learn from scores of parts four fifths of which the classifier was trained on.
   */
  readonly crossFit?: number;
  /** Where a detector or classifier has a backbone or a size of pictures of its own. */
  readonly looks?: Looks;
  /** Standard deviation in pixels of the Gaussian that smooths each map at picture size, of all detectors or by name; 0 where left out. */
  readonly smoothing?: Smoothing;
  /** Judge pixels too: AU-ROC and AU-PR of maps against the masks of the data set, over all test parts. */
  readonly pixel?: boolean;
  /** A segment map (PNG with a JSON legend beside it), a folder with one map a picture, or "none" for one segment. */
  readonly segments: string;
  /** A feature set by its name, or one of your own. */
  readonly features: "paper" | "reference" | FeatureSet;
  /** How forests are trained. */
  readonly forest: {
    readonly preset: Preset;
    /** Number of columns that each forest must see; checked against the feature set before anything is fitted. */
    readonly features?: number;
  };
  /** Which part does what. */
  readonly split: SplitSettings;
  /** What is judged, by a name of your own. */
  readonly benchmarks: Readonly<Record<string, BenchmarkKind>>;
  /** The rows of the table, by a name of your own. */
  readonly methods: Readonly<Record<string, MethodSettings>>;
  /** Figures of a paper to stand beside ours, by benchmark and method: fractions 0 to 1. */
  readonly paper?: Readonly<Record<string, Readonly<Record<string, PaperFigures>>>>;
  /** Whole numbers from 0 to 2³²−1, each once. */
  readonly seeds: readonly number[];
  /** The model that `score` uses, and what its threshold must do. */
  readonly decision: {
    readonly benchmark: string;
    readonly method: string;
    /** The share of bad parts to come that it catches, above 0 and at most 1: on average, or … */
    readonly recall: number;
    /** … with this confidence, above 0 and below 1, where there are bad parts enough. */
    readonly confidence?: number;
    /** With it two thresholds: at most this share of good parts is called bad, and what lies between is to be looked at. */
    readonly falseAlarms?: number;
  };
}
