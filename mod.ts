/**
 * SegAD for Deno: visual inspection as a typed dataflow. The exports stand in the order of the flow.
 *
 * Graphs, training, pre-training, the stand-in and figures have entries of their own: `./graph`, `./train`,
 * `./pretrain`, `./stand-in`, `./evaluate`; what the types here are made of is in `./types`.
 *
 * @module
 */

// What flows, and how stages are joined
export type {
  AnomalyMap,
  Distance,
  Features,
  GridMap,
  Image,
  Labels,
  Photo,
  Score,
  SegmentMap,
  SegmentStats,
} from "./lib/domain.ts";
export { anomalyMap, distance, features, gridMap, image, labels, photo, score } from "./lib/domain.ts";
export { IGNORED, STATISTICS } from "./lib/domain.ts";
export { type AsyncStage, pipe, pipeAsync, type Stage } from "./lib/stage.ts";
export { concat, rows, type Tensor } from "./lib/base/tensor/tensor.ts";
export { seededRandom } from "./lib/base/tensor/random.ts";

// Pictures, data sets and segment maps
export { decodePhoto, readPhoto } from "./lib/picture/image/decode.ts";
export { resizePhoto } from "./lib/picture/image/resize.ts";
export { toImage } from "./lib/picture/image/image.ts";
export { openDataset } from "./lib/picture/data/readers/table.ts";
export { oneSegment, openSegmentMaps } from "./lib/picture/segment/read.ts";

// The runtime, and what the backbone sees in pictures
export { openRuntime, type Runtime } from "./lib/engine/session/runtime.ts";
export { type Backbone, openBackbone } from "./lib/method/backbone/backbone.ts";
export { embeddedBackbone } from "./lib/method/backbone/embedded.ts";
export { loadBackbone } from "./lib/method/backbone/load.ts";
export type { Observation } from "./lib/method/learn/contract.ts";
export { observe } from "./lib/method/learn/observation.ts";

// Detectors, to anomaly maps, and classifiers, to logits
export type { FitContext } from "./lib/method/learn/contract.ts";
export { fitContext, picturesInMemory } from "./lib/method/learn/fit_context.ts";
export type { Detection, Detector } from "./lib/method/detect/contract.ts";
export { detectorNamed, DETECTORS } from "./lib/method/detect/table.ts";
export type { Classifier } from "./lib/method/classify/contract.ts";
export { classifierNamed, CLASSIFIERS } from "./lib/method/classify/table.ts";
export { upsampleMap } from "./lib/method/learn/upsample.ts";

// Statistics over segments, and features
export { segmentStats } from "./lib/method/stats/segment_stats.ts";
export { flatten } from "./lib/method/features/flatten.ts";
export { defineFeature } from "./lib/method/features/define_feature.ts";
export { type FeatureSet, featureSet } from "./lib/method/features/feature_set.ts";
export { maxima, paper, reference, statistics } from "./lib/method/features/paper.ts";
export { wholePicture } from "./lib/method/features/whole.ts";

// The boosted random forest: features to scores and reasons
export { presets } from "./lib/method/forest/presets.ts";
export { openForestRunner } from "./lib/method/forest/runner.ts";
export { trainForest } from "./lib/method/forest/train.ts";
export { explain, forest } from "./lib/method/forest/forest.ts";
export { reasonsInWords } from "./lib/method/forest/reason.ts";
export { readForest, writeForest } from "./lib/method/forest/model_file.ts";

// Judges, and the flow from pictures to scores that all of it makes
export type { Judge } from "./lib/method/judge/contract.ts";
export { applyJudge } from "./lib/method/judge/table.ts";
export {
  allColumns,
  detect,
  enlarge,
  joinMaps,
  judge,
  mapsToFeatures,
  pool,
  see,
  segad,
  toFeatures,
} from "./lib/product/model/flow.ts";

// Pipelines, and scoring with what they leave
export { definePipeline } from "./lib/product/experiment/define_pipeline.ts";
export type { PipelineDefinition } from "./lib/product/experiment/definition.ts";
export type { PaperFigures } from "./lib/product/experiment/paper_figures.ts";
export { defineReference } from "./lib/product/published/definition.ts";
export {
  type DetailedVerdict,
  type NamedPhoto,
  openScorer,
  type Scorer,
  type Verdict,
} from "./lib/product/model/scorer.ts";
export type { Seen } from "./lib/product/model/seen.ts";
