/**
 * The values that flow through a pipeline, in the order of the flow:
 *
 * Photo → Image → AnomalyMap → SegmentStats → Features → Score
 *
 * Each has a constructor of its name, which takes its shape and its elements, zeros where they are left out:
 *
 * ```ts
 * import { photo, score } from "./domain.ts";
 * const red = photo([1, 1, 3], new Uint8Array([255, 0, 0]));
 * console.assert(red.shape.join() === "1,1,3" && score([2]).data.join() === "0,0");
 * ```
 *
 * What the type says of K, L and F is what the caller claims, as in `features<"N", 48>([8, 48], data)`, or what the place
 * that the value goes to wants.
 *
 * Axis glossary, the same everywhere:
 *
 * | axis | counts                                   |
 * | ---- | ---------------------------------------- |
 * | N    | pictures of a batch                      |
 * | H, W | rows and columns of pixels               |
 * | K    | anomaly maps, one per detector           |
 * | L    | segments                                 |
 * | F    | features, the columns that a judge sees  |
 * | C    | channels of a backbone's features        |
 * | P    | patches, the positions of a feature grid |
 * | M    | entries of a memory bank                 |
 *
 * Words, one a thing:
 *
 * | word        | means                                                                                        |
 * | ----------- | -------------------------------------------------------------------------------------------- |
 * | part        | a thing that is inspected; good or bad                                                       |
 * | picture     | one photograph of a part, as a file or as pixels                                             |
 * | item        | a picture as a data set lists it: id, path, label, split, mask                               |
 * | source      | what is mapped in a run: an item as it is, or with a generated defect                        |
 * | observation | a batch of pictures with what the backbone sees in them                                      |
 * | detector    | fitted on good pictures, gives a map and a score                                             |
 * | classifier  | trained on labelled pictures, gives a logit                                                  |
 * | fit         | to make plain data from pictures; *train* where that goes in steps with a loss               |
 * | apply       | to load what was fitted into the runtime                                                     |
 * | held out    | not seen by a fit or a training, to set a threshold on or to evaluate on                     |
 * | score       | one number a picture, higher is worse; a *verdict* is the score with what follows of it      |
 * | evidence    | what is known of a picture beside the statistics of its maps, as columns for a judge         |
 * | judge       | what makes the score: a forest or regression over columns, an own score, or several together |
 * | decision    | good or bad, by a threshold                                                                  |
 * | benchmark   | what a pipeline evaluates: which parts train forests, and which are tested                   |
 * | method      | a row of the table: a detector or classifier alone, a forest, a mean                         |
 * | layout      | how the files of a data set lie on disk                                                      |
 * | reference   | the feature set and the results of the published code of SegAD                               |
 * | step        | a piece of a run that is kept in the cache; in training, one update of the weights           |
 *
 * @module
 */
import type { Product } from "./base/tensor/product.ts";
import { type Dim, shaped, type Tensor } from "./base/tensor/tensor.ts";

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

/** Maps at a detector's own grid of h × w places, which `upsampleMap` brings to the size of the picture. */
export type GridMap<N extends Dim = "N", K extends Dim = 1> = AnomalyMap<N, K, "h", "w">;

/** How strange each picture is to one detector, in its own unit; higher is stranger. */
export type Distance<N extends Dim = "N"> = Tensor<"f32", readonly [N], "distance">;

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
  readonly names: Names<L>;
}

/** A list of so many: of the maps of K detectors, of the names of F columns. */
export type Several<T, Count extends number> = readonly T[] & { readonly length: Count };

/** The names of so many segments or columns. */
export type Names<Count extends Dim> = Several<string, Count extends number ? Count : number>;

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

/** What a judge sees: one row a picture. NaN is "missing" (a constant segment has no skewness). */
export type Features<N extends Dim = "N", F extends Dim = "F"> = Tensor<"f32", readonly [N, F], "feature">;

/** The number of features of the paper's set, 4·K·L. */
export type PaperFeatures<K extends Dim, L extends Dim> = Product<Product<K, L>, StatisticCount>;

/** One score a picture, as its judge gives it (log-odds for the boosted forest), higher is more likely bad. */
export type Score<N extends Dim = "N"> = Tensor<"f32", readonly [N], "logit">;

/** A {@linkcode Photo}: u8[H,W,3]. Throws a TypeError for another shape, a RangeError for another number of elements. */
export function photo<H extends Dim = "H", W extends Dim = "W">(shape: Photo["shape"], data?: Uint8Array): Photo<H, W> {
  return shaped("u8", ["H", "W", 3], shape, data);
}

/** An {@linkcode Image}: f32[N,3,H,W], 0 to 1. Throws as {@linkcode photo} does. */
export function image<N extends Dim = "N", H extends Dim = "H", W extends Dim = "W">(
  shape: Image["shape"],
  data?: Float32Array,
): Image<N, H, W> {
  return shaped("f32", ["N", 3, "H", "W"], shape, data);
}

/** An {@linkcode AnomalyMap}: f32[N,K,H,W], in its detectors' units. Throws as {@linkcode photo} does. */
export function anomalyMap<N extends Dim = "N", K extends Dim = "K", H extends Dim = "H", W extends Dim = "W">(
  shape: AnomalyMap["shape"],
  data?: Float32Array,
): AnomalyMap<N, K, H, W> {
  return shaped("f32", ["N", "K", "H", "W"], shape, data);
}

/** A {@linkcode GridMap}: f32[N,1,h,w], of one detector. Throws as {@linkcode photo} does. */
export function gridMap<N extends Dim = "N">(shape: GridMap["shape"], data?: Float32Array): GridMap<N> {
  return shaped("f32", ["N", 1, "h", "w"], shape, data);
}

/** A {@linkcode Distance}: f32[N]. Throws as {@linkcode photo} does. */
export function distance<N extends Dim = "N">(shape: Distance["shape"], data?: Float32Array): Distance<N> {
  return shaped("f32", ["N"], shape, data);
}

/** {@linkcode Labels}: u8[N,H,W], 0 to L−1 or {@linkcode IGNORED}. Throws as {@linkcode photo} does. */
export function labels<N extends Dim = "N", H extends Dim = "H", W extends Dim = "W">(
  shape: Labels["shape"],
  data?: Uint8Array,
): Labels<N, H, W> {
  return shaped("u8", ["N", "H", "W"], shape, data);
}

/** {@linkcode SegmentStats}: f64[N,L,K,4]. Throws as {@linkcode photo} does. */
export function segmentStatistics<N extends Dim = "N", L extends Dim = "L", K extends Dim = "K">(
  shape: SegmentStats["shape"],
  data?: Float64Array,
): SegmentStats<N, L, K> {
  return shaped("f64", ["N", "L", "K", STATISTICS.length], shape, data);
}

/** {@linkcode Features}: f32[N,F], NaN where a value is missing. Throws as {@linkcode photo} does. */
export function features<N extends Dim = "N", F extends Dim = "F">(
  shape: Features["shape"],
  data?: Float32Array,
): Features<N, F> {
  return shaped("f32", ["N", "F"], shape, data);
}

/** A {@linkcode Score}: f32[N], higher is more likely bad. Throws as {@linkcode photo} does. */
export function score<N extends Dim = "N">(shape: Score["shape"], data?: Float32Array): Score<N> {
  return shaped("f32", ["N"], shape, data);
}
