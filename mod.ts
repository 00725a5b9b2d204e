/**
 * SegAD for Deno: visual inspection as a typed dataflow. The exports stand in the order of the flow.
 *
 * @module
 */

// What flows, and how stages are joined
export * from "./lib/domain.ts";
export * from "./lib/stage.ts";
export * from "./lib/base/tensor/tensor.ts";
export * from "./lib/base/tensor/random.ts";
export type { Product } from "./lib/base/tensor/product.ts";

// Files: tensors and arrays
export { readNpy, writeNpy } from "./lib/base/io/npy.ts";
export { readSafetensors, type Safetensors, type Stored, writeSafetensors } from "./lib/base/io/safetensors.ts";

// Pictures in, and data sets
export { type DecodeOptions, decodePhoto, type ReadOptions, readPhoto } from "./lib/picture/image/decode.ts";
export type { DepthPolicy } from "./lib/picture/image/depth.ts";
export { encodeGrey, encodePng } from "./lib/picture/image/encode.ts";
export { toImage } from "./lib/picture/image/image.ts";
export { type Loaded, type Loader, type LoaderOptions, openLoader } from "./lib/picture/image/loader.ts";
export { type Filter, resizePhoto, type Size } from "./lib/picture/image/resize.ts";
export { countItems, type Dataset, type Item } from "./lib/picture/data/dataset.ts";
export { detectLayout, type Layout, openDataset, type OpenOptions } from "./lib/picture/data/readers/table.ts";
export { makeManifest, type Manifest, type ManifestEntry } from "./lib/picture/data/manifest.ts";
export { type GeneratedDefect, generateDefect } from "./lib/picture/change/generated_defects.ts";
export { partSpec } from "./lib/picture/stand_in/part.ts";
export { renderPart } from "./lib/picture/stand_in/render.ts";
export { STAND_IN_VERSION } from "./lib/picture/stand_in/version.ts";
export { writeMaskedStandIn, writeStandIn } from "./lib/picture/stand_in/write.ts";
export { hashMasks, readMask } from "./lib/picture/data/mask.ts";
export {
  type Split,
  splitAuto,
  splitByCount,
  splitByShare,
  splitOwn,
  splitTestBad,
  splitVad,
} from "./lib/picture/data/split.ts";

// The ONNX runtime, graphs and backbones
export { type Device, DeviceError, DEVICES } from "./lib/engine/session/device.ts";
export { openRuntime, type Runtime, type RuntimeOptions } from "./lib/engine/session/runtime.ts";
export type { Session } from "./lib/engine/session/session.ts";
export {
  type Backbone,
  type BackboneLayer,
  type FeatureExtractor,
  type FeatureMap,
  type FeatureMaps,
  openBackbone,
} from "./lib/method/backbone/backbone.ts";
export { embeddedBackbone } from "./lib/method/backbone/embedded.ts";
export { loadBackbone, type LoadOptions } from "./lib/method/backbone/load.ts";
export { type Architecture, ARCHITECTURES, makeBackbone, readWeights } from "./lib/method/backbone/make_file.ts";
export { pdn, type PdnShape } from "./lib/method/backbone/pdn.ts";
export { type PdnWeights, readPdn, writePdn } from "./lib/method/backbone/pdn_file.ts";
export { type TrainableBackbone, trainableBackbone } from "./lib/method/backbone/trainable.ts";

// Graphs that differentiate themselves, and training on them
export { withBatchStatistics } from "./lib/engine/graph/batch_statistics.ts";
export { gradients } from "./lib/engine/graph/gradients/differentiate.ts";
export { readOnnxFile } from "./lib/engine/graph/file/read.ts";
export { importModel } from "./lib/engine/graph/file/import.ts";
export { buildModel, type ModelOptions } from "./lib/engine/graph/model.ts";
export * as ops from "./lib/engine/graph/ops.ts";
export { substitute } from "./lib/engine/graph/substitute.ts";
export { input, literal, type Value } from "./lib/engine/graph/value.ts";
export { drawWeights, storedWeights, type Weights, weightsBehind } from "./lib/engine/graph/weights.ts";
export { adam, adamW, type Optimiser, sgd } from "./lib/engine/train/optimiser.ts";
export { constant, cosine, type Schedule, stepped, warmedUp } from "./lib/engine/train/schedule.ts";
export { buildStep, type StepOptions, type TrainingStep } from "./lib/engine/train/step.ts";
export { train, type Trained, type TrainOptions } from "./lib/engine/train/train.ts";

// Detectors: pictures to anomaly maps
export type {
  Applied,
  ApplyContext,
  Estimator,
  FitContext,
  LabelledContext,
  Network,
  Observation,
  TrainingPictures,
} from "./lib/method/learn/contract.ts";
export { fitContext, type FitInputs, type LabelledInputs, picturesInMemory } from "./lib/method/learn/fit_context.ts";
export { joinObservations, observationAt, observe } from "./lib/method/learn/observation.ts";
export type { AppliedDetector, Detection, Detector } from "./lib/method/detect/contract.ts";
export { detectorNamed, DETECTORS } from "./lib/method/detect/table.ts";
export { distil, type Distillation } from "./lib/method/detect/efficientad/distil.ts";
export { efficientAd } from "./lib/method/detect/efficientad/efficientad.ts";
export type { EfficientAdConfig, EfficientAdFitted } from "./lib/method/detect/efficientad/fit.ts";
export { fastFlow, type FastFlowConfig, type FastFlowFitted } from "./lib/method/detect/fastflow/fastflow.ts";
export { maps, type MapsConfig } from "./lib/method/detect/maps/maps.ts";
export { meanDifference, type MeanDifferenceFitted } from "./lib/method/detect/mean_difference/mean_difference.ts";
export { onnx, type OnnxConfig, type OnnxFitted } from "./lib/method/detect/onnx/onnx.ts";
export { padim, type PaDiMConfig, type PaDiMFitted } from "./lib/method/detect/padim/padim.ts";
export { patchCore, type PatchCoreConfig, type PatchCoreFitted } from "./lib/method/detect/patchcore/patchcore.ts";
export { rd4ad, type Rd4adConfig, type Rd4adFitted } from "./lib/method/detect/rd4ad/rd4ad.ts";
export { upsampleMap } from "./lib/method/learn/upsample.ts";

// Supervised classifiers: pictures to logits
export type { AppliedClassifier, Classifier } from "./lib/method/classify/contract.ts";
export { classifierNamed, CLASSIFIERS } from "./lib/method/classify/table.ts";
export { linear, type LinearConfig } from "./lib/method/classify/linear.ts";
export { unet, type UNetConfig } from "./lib/method/classify/unet.ts";
export { devnet, type DevNetConfig } from "./lib/method/classify/devnet.ts";
export { dra, type DraConfig } from "./lib/method/classify/dra.ts";
export { wrn, type WrnConfig } from "./lib/method/classify/wrn.ts";

// Pre-training of backbones on pictures
export {
  PRETRAINING_METHODS,
  type PretrainingMethod,
  type PretrainingSettings,
} from "./lib/method/pretrain/settings.ts";
export { pretrain, type Pretrained, type PretrainOptions } from "./lib/method/pretrain/pretrain.ts";
export { startingBackbone, type StartOptions } from "./lib/method/pretrain/initial_network.ts";
export { changePictures, type Distances, featureDistances } from "./lib/method/pretrain/sensitivity.ts";
export { type ChangeLocally, cutPaste, type LocalChange, smoothBlend } from "./lib/picture/change/local_change.ts";

// Segments, statistics, features
export { outlineSegments } from "./lib/picture/segment/outline.ts";
export { checkSegmentMap, type SegmentCheck } from "./lib/picture/segment/check.ts";
export { findForeground, type ForegroundOptions } from "./lib/picture/segment/foreground.ts";
export { oneSegment, openSegmentMaps, readSegmentMap, type SegmentMaps } from "./lib/picture/segment/read.ts";
export { segmentStats, type SegmentStatsOptions } from "./lib/method/stats/segment_stats.ts";
export type { FeatureContext } from "./lib/method/features/columns.ts";
export { defineFeature } from "./lib/method/features/define_feature.ts";
export { type FeatureInputs, type FeatureSet, featureSet } from "./lib/method/features/feature_set.ts";
export { flatten } from "./lib/method/features/flatten.ts";
export { maxima, paper, reference, statistics } from "./lib/method/features/paper.ts";
export { wholePicture } from "./lib/method/features/whole.ts";

// The boosted random forest: features to scores and reasons
export { type Contributions, explain, forest, type ForestOptions } from "./lib/method/forest/forest.ts";
export type { ForestModel } from "./lib/method/forest/model.ts";
export { readForest, writeForest } from "./lib/method/forest/model_file.ts";
export { type ForestSettings, type Preset, presets } from "./lib/method/forest/presets.ts";
export { type ExplainedPart, reasonInWords, reasonsInWords } from "./lib/method/forest/reason.ts";
export { type ForestRunner, openForestRunner, type RunnerOptions } from "./lib/method/forest/runner.ts";
export { type ForestTraining, trainForest } from "./lib/method/forest/train.ts";

// How good it is
export { auroc } from "./lib/method/evaluate/auroc.ts";
export { averagePrecision } from "./lib/method/evaluate/average_precision.ts";
export { bootstrapInterval, type BootstrapOptions, type Interval } from "./lib/method/evaluate/bootstrap.ts";
export { compareAuroc } from "./lib/method/evaluate/delong.ts";
export { fprAtTpr } from "./lib/method/evaluate/fpr_at_tpr.ts";
export { holm } from "./lib/method/evaluate/holm.ts";
export { type MeanStd, meanStd } from "./lib/method/evaluate/mean_std.ts";
export {
  addPixels,
  type PixelCounts,
  pixelCounts,
  type PixelFigures,
  pixelFigures,
} from "./lib/method/evaluate/pixel_counts.ts";
export { rocCurve, type RocPoint } from "./lib/method/evaluate/roc_curve.ts";
export { type Threshold, thresholdAtFalsePositiveRate, thresholdAtRecall } from "./lib/method/evaluate/threshold.ts";

// Pipelines, and scoring with what they leave
export {
  type BenchmarkKind,
  definePipeline,
  type ForestMethod,
  type MethodSettings,
  type PictureSettings,
  type PipelineDefinition,
  type SplitSettings,
} from "./lib/product/experiment/definition.ts";
export { defineReference } from "./lib/product/published/definition.ts";
export {
  openScorer,
  type Scorable,
  type Scorer,
  type ScorerOptions,
  type Verdict,
} from "./lib/product/model/scorer.ts";

// What the types above are made of
export type { NetworkFitted } from "./lib/method/classify/classifier_file.ts";
export type { Shots } from "./lib/picture/data/split.ts";
export type { MaskedCounts, MaskedLayout } from "./lib/picture/stand_in/masked_plan.ts";
export type { StandInCounts } from "./lib/picture/stand_in/plan.ts";
export type { WriteMaskedOptions, WriteStandInOptions } from "./lib/picture/stand_in/write.ts";
export type { VisaSplit } from "./lib/picture/data/readers/visa.ts";
export type { MapQuantiles } from "./lib/method/detect/efficientad/network.ts";
export type { FlowSettings } from "./lib/method/detect/fastflow/flow.ts";
export type { Gaussians } from "./lib/method/detect/padim/gaussian.ts";
export type { TrainedWeights } from "./lib/method/learn/learned.ts";
export type { PatchGrid } from "./lib/method/detect/patch_features.ts";
export type { StudentSettings } from "./lib/method/detect/rd4ad/network.ts";
export type { Grid } from "./lib/method/detect/channel_standards.ts";
export type { PairedComparison } from "./lib/method/evaluate/delong.ts";
export type { Bounded } from "./lib/method/evaluate/pixel_counts.ts";
export type { BinaryLabels, Scores } from "./lib/method/evaluate/split_scores.ts";
export type { FeatureOptions } from "./lib/method/features/define_feature.ts";
export type { Training } from "./lib/method/forest/model.ts";
export type { ReferenceTable } from "./lib/method/forest/good_quantiles.ts";
export type { BatchStatistics } from "./lib/engine/graph/batch_statistics.ts";
export type { ImportOptions } from "./lib/engine/graph/file/import.ts";
export type { Element, ElementData, Literal, Shaped } from "./lib/engine/graph/value.ts";
export type { Init, StoredWeights } from "./lib/engine/graph/weights.ts";
export type { Place } from "./lib/picture/change/cut.ts";
export type { NpyTensor } from "./lib/base/io/npy.ts";
export type { PaperFigures } from "./lib/product/experiment/paper_figures.ts";
export type { ChangedPictures } from "./lib/method/pretrain/sensitivity.ts";
export type { Negative } from "./lib/method/pretrain/views.ts";
export type { SegmentOptions, Size as SegmentMapSize } from "./lib/picture/segment/read.ts";
export type { AnyTensor, Port, PortType } from "./lib/engine/session/port.ts";
export type { AdamOptions } from "./lib/engine/train/optimiser.ts";
export type { Feeds } from "./lib/engine/train/train.ts";
