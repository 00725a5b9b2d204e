/**
 * How good scores are: ranking figures and their uncertainty, comparisons, thresholds, figures over pixels.
 *
 * @module
 */
export { auroc } from "./auroc.ts";
export { averagePrecision } from "./average_precision.ts";
export { type Bill, billOf, operatingCurve } from "./bill.ts";
export { bootstrapInterval, type BootstrapOptions, type Interval } from "./bootstrap.ts";
export { type Catch, catchBad, type CatchWish, type SeenShare } from "./catching.ts";
export { clopperPearson, lowerShare, upperShare } from "./clopper_pearson.ts";
export { compareAuroc, type PairedComparison } from "./delong.ts";
export { f1Max } from "./f1_max.ts";
export { fprAtTpr } from "./fpr_at_tpr.ts";
export { holm } from "./holm.ts";
export { type MeanStd, meanStd } from "./mean_std.ts";
export {
  cheapestThreshold,
  type Costs,
  type Expense,
  expenseAt,
  type OperatingPoint,
  operatingPoint,
  type Share,
  type SortedScores,
} from "./operating_point.ts";
export { addPixels, pixelCounts, type PixelFigures, pixelFigures } from "./pixel_counts.ts";
export { type Bounded, pixelAupro, type PixelCounts, pixelF1 } from "./pixel_curves.ts";
export { presortedBad, presortedCurve, presortedGood, type PresortedPoint } from "./presorted.ts";
export {
  type PromisedThreshold,
  promiseFalseAlarms,
  promiseRecall,
  type ThresholdPair,
  thresholdPair,
  type Wish,
} from "./promise.ts";
export { rocCurve, type RocPoint } from "./roc_curve.ts";
export type { BinaryLabels, Scores } from "./split_scores.ts";
export { type Threshold, thresholdAtFalsePositiveRate, thresholdAtRecall } from "./threshold.ts";
