/**
 * The values that flow through a pipeline, in the order of the flow:
 *
 * Photo → Image → AnomalyMap → SegmentStats → Features → Score
 *
 * Axis glossary, the same everywhere:
 *
 * | axis | counts                                   |
 * | ---- | ---------------------------------------- |
 * | N    | pictures of a batch                      |
 * | H, W | rows and columns of pixels               |
 * | K    | anomaly maps, one per detector           |
 * | L    | segments                                 |
 * | F    | features, the columns that a forest sees |
 * | C    | channels of a backbone's features        |
 * | P    | patches, the positions of a feature grid |
 * | M    | entries of a memory bank                 |
 *
 * Words, one a thing:
 *
 * | word           | means                                                                                    |
 * | -------------- | ---------------------------------------------------------------------------------------- |
 * | part           | a thing that is inspected; good or bad                                                   |
 * | picture        | one photograph of a part, as a file or as pixels                                         |
 * | item           | a picture as a data set lists it: id, path, label, split, mask                           |
 * | source         | what is mapped in a run: an item as it is, or with a generated defect                    |
 * | observation    | a batch of pictures with what the backbone sees in them                                  |
 * | detector       | fitted on good pictures, gives a map and a score                                         |
 * | classifier     | trained on labelled pictures, gives a logit                                              |
 * | fit            | to make plain data from pictures; *train* where that goes in steps with a loss           |
 * | apply          | to load what was fitted into the runtime                                                 |
 * | held out       | kept from a fit or a training, to set a threshold on or to evaluate on                   |
 * | score          | one number a picture, higher is worse; a *verdict* is the score with what follows of it  |
 * | decision       | good or bad, by a threshold                                                              |
 * | benchmark      | what a pipeline evaluates: which parts train forests, and which are tested               |
 * | method         | a row of the table: a detector or classifier alone, a forest, a mean                     |
 * | layout         | how the files of a data set lie on disk                                                  |
 * | reference      | the feature set and the results of the published code of SegAD                           |
 * | step           | a piece of a run that is kept in the cache; in training, one update of the weights       |
 *
 * @module
 */
import type { Product } from "./base/tensor/product.ts";
import type { Dim, Tensor } from "./base/tensor/tensor.ts";

/** A decoded photograph: 8-bit sRGB, height × width × RGB, upright. */
export type Photo<H extends Dim = "H", W extends Dim = "W"> = Tensor<"u8", readonly [H, W, 3], "srgb8">;

/**
 * A batch of pictures of one size: RGB planes, sRGB-encoded, 0 to 1.
 * The mean and standard deviation that a backbone wants are part of its graph, so that no caller can forget them.
 */
export type Image<N extends Dim = "N", H extends Dim = "H", W extends Dim = "W"> = Tensor<
  "f32",
  readonly [N, 3, H, W],
  "rgb01"
>;

/** How strange each pixel is: K maps a picture, each in its detector's own unit, higher is stranger. */
export type AnomalyMap<N extends Dim = "N", K extends Dim = "K", H extends Dim = "H", W extends Dim = "W"> = Tensor<
  "f32",
  readonly [N, K, H, W],
  "distance"
>;

/** The segment of each pixel, 0 to L−1; {@linkcode IGNORED} belongs to none. One map for all pictures, or one each. */
export type Labels<N extends Dim = "N", H extends Dim = "H", W extends Dim = "W"> = Tensor<
  "u8",
  readonly [N, H, W],
  "label"
>;

/** The label of pixels that no statistic sees. */
export const IGNORED = 255;

/** Which pixels are solder, wire, border: labels and the name of each label. */
export interface SegmentMap<L extends Dim = "L", H extends Dim = "H", W extends Dim = "W"> {
  /** One row, shared by all pictures, or a row per picture of the batch. */
  readonly labels: Labels<"N", H, W>;
  /** L names in the order of the labels; letters, digits and underscores. */
  readonly names: readonly string[] & { readonly length: L extends number ? L : number };
}

/**
 * The four statistics of SegAD (Sec. 4), in the order in which they are stored; how each is computed stands in
 * `lib/method/stats/table.ts`.
 */
export const STATISTICS = ["q995", "skewness", "kurtosis", "mean"] as const;
/** How many there are. */
export type StatisticCount = typeof STATISTICS["length"];

/** q99.5, skewness, kurtosis, mean of each map over each segment; segment-major, as features are. */
export type SegmentStats<N extends Dim = "N", L extends Dim = "L", K extends Dim = "K"> = Tensor<
  "f64",
  readonly [N, L, K, StatisticCount],
  "statistic"
>;

/** What the forest sees: one row a picture. NaN is "missing" (a constant segment has no skewness). */
export type Features<N extends Dim = "N", F extends Dim = "F"> = Tensor<"f32", readonly [N, F], "feature">;

/** The number of features of the paper's set, 4·K·L. */
export type PaperFeatures<K extends Dim, L extends Dim> = Product<Product<K, L>, StatisticCount>;

/** One score a picture: the forest's raw output (log-odds for the boosted forest), higher is more likely bad. */
export type Score<N extends Dim = "N"> = Tensor<"f32", readonly [N], "logit">;
