/**
 * SegAD for Deno: visual inspection as a typed dataflow. The exports stand in the order of the flow.
 *
 * @module
 */

// What flows, and how stages are joined
export * from "./lib/domain.ts";
export * from "./lib/stage.ts";
export * from "./lib/tensor/tensor.ts";
export * from "./lib/tensor/random.ts";
export type { Product } from "./lib/tensor/product.ts";

// Files: tensors and arrays
export { readNpy, writeNpy } from "./lib/io/npy.ts";
export { readSafetensors, type Safetensors, type Stored, writeSafetensors } from "./lib/io/safetensors.ts";

// Pictures in, and data sets
export { type DecodeOptions, decodePhoto, readPhoto } from "./lib/image/decode.ts";
export type { DepthPolicy } from "./lib/image/depth.ts";
export { encodeGrey, encodePng } from "./lib/image/encode.ts";
export { toImage } from "./lib/image/image.ts";
export { type Loaded, type Loader, type LoaderOptions, openLoader } from "./lib/image/loader.ts";
export { type Filter, resizePhoto, type Size } from "./lib/image/resize.ts";
export { countItems, type Dataset, type Item, type Layout } from "./lib/data/dataset.ts";
export { detectLayout, openDataset, type OpenOptions } from "./lib/data/layout.ts";
export { makeManifest, type Manifest, type ManifestEntry } from "./lib/data/manifest.ts";
export { type GeneratedDefect, generateDefect } from "./lib/data/generated_defects.ts";
export { partSpec } from "./lib/data/stand_in/part.ts";
export { renderPart } from "./lib/data/stand_in/render.ts";
export { STAND_IN_VERSION } from "./lib/data/stand_in/version.ts";
export { writeMaskedStandIn, writeStandIn } from "./lib/data/stand_in/write.ts";
export { hashMasks, readMask } from "./lib/data/mask.ts";
export {
  type Split,
  splitAuto,
  splitByCount,
  splitByShare,
  splitOwn,
  splitTestBad,
  splitVad,
} from "./lib/data/split.ts";

// The ONNX runtime, graphs and backbones
export { type Device, DeviceError, DEVICES } from "./lib/session/device.ts";
export { openRuntime, type Runtime, type RuntimeOptions } from "./lib/session/runtime.ts";
export type { Session } from "./lib/session/session.ts";
export {
  type Backbone,
  type BackboneLayer,
  type FeatureExtractor,
  type FeatureMap,
  type FeatureMaps,
  openBackbone,
} from "./lib/backbone/backbone.ts";
export { embeddedBackbone } from "./lib/backbone/embedded.ts";
export { loadBackbone, type LoadOptions } from "./lib/backbone/load.ts";
export { type Architecture, ARCHITECTURES, makeBackbone, readWeights } from "./lib/backbone/make.ts";
export { pdn, type PdnShape } from "./lib/backbone/pdn.ts";
export { type PdnWeights, readPdn, writePdn } from "./lib/backbone/pdn_file.ts";
export { type TrainableBackbone, trainableBackbone } from "./lib/backbone/trainable.ts";

// Graphs that differentiate themselves, and training on them
export { withBatchStatistics } from "./lib/graph/batch_statistics.ts";
export { gradients } from "./lib/graph/differentiate.ts";
export { readOnnxFile } from "./lib/graph/read_file.ts";
export { importModel } from "./lib/graph/import.ts";
export { buildModel, type ModelOptions } from "./lib/graph/model.ts";
export * as ops from "./lib/graph/ops.ts";
export { substitute } from "./lib/graph/substitute.ts";
export { input, literal, type Value } from "./lib/graph/value.ts";
export { drawWeights, storedWeights, type Weights, weightsBehind } from "./lib/graph/weights.ts";
export { adam, adamW, type Optimiser, sgd } from "./lib/train/optimiser.ts";
export { constant, cosine, type Schedule, stepped, warmedUp } from "./lib/train/schedule.ts";
export { buildStep, type StepOptions, type TrainingStep } from "./lib/train/step.ts";
export { train, type Trained, type TrainOptions } from "./lib/train/train.ts";

// Detectors: pictures to anomaly maps
export type {
  AppliedDetector,
  ApplyContext,
  Detection,
  Detector,
  FitContext,
  Observed,
} from "./lib/detect/contract.ts";
export { detectorNamed, DETECTORS } from "./lib/detect/detectors.ts";
export { distil, type Distillation } from "./lib/detect/distil.ts";
export { efficientAd } from "./lib/detect/efficientad.ts";
export type { EfficientAdConfig, EfficientAdFitted } from "./lib/detect/efficientad_fit.ts";
export { fastFlow, type FastFlowConfig, type FastFlowFitted } from "./lib/detect/fastflow.ts";
export { maps, type MapsConfig } from "./lib/detect/maps.ts";
export { meanDifference, type MeanDifferenceFitted } from "./lib/detect/mean_difference.ts";
export { onnx, type OnnxConfig, type OnnxFitted } from "./lib/detect/onnx.ts";
export { padim, type PaDiMConfig, type PaDiMFitted } from "./lib/detect/padim.ts";
export { patchCore, type PatchCoreConfig, type PatchCoreFitted } from "./lib/detect/patchcore.ts";
export { rd4ad, type Rd4adConfig, type Rd4adFitted } from "./lib/detect/rd4ad.ts";
export { upsampleMap } from "./lib/detect/upsample.ts";

// Supervised classifiers: pictures to logits
export type { AppliedClassifier, Classifier, ClassifyContext } from "./lib/classify/contract.ts";
export { classifierNamed, CLASSIFIERS } from "./lib/classify/classifiers.ts";
export { linear, type LinearConfig } from "./lib/classify/linear.ts";
export { unet, type UNetConfig } from "./lib/classify/unet.ts";
export { devnet, type DevNetConfig } from "./lib/classify/devnet.ts";
export { dra, type DraConfig } from "./lib/classify/dra.ts";
export { wrn, type WrnConfig } from "./lib/classify/wrn.ts";

// Pre-training of backbones on pictures
export { PRETRAINING_METHODS, type PretrainingMethod, type PretrainingSettings } from "./lib/pretrain/settings.ts";
export { pretrain, type Pretrained, type PretrainOptions } from "./lib/pretrain/pretrain.ts";
export { startingBackbone, type StartOptions } from "./lib/pretrain/start.ts";
export { changePictures, type Distances, featureDistances } from "./lib/pretrain/sensitivity.ts";
export { type ChangeLocally, cutPaste, type LocalChange, smoothBlend } from "./lib/pretrain/local_change.ts";

// Segments, statistics, features
export { outlineSegments } from "./lib/segment/outline.ts";
export { checkSegmentMap, type SegmentCheck } from "./lib/segment/check.ts";
export { findForeground, type ForegroundOptions } from "./lib/segment/foreground.ts";
export { oneSegment, openSegmentMaps, readSegmentMap, type SegmentMaps } from "./lib/segment/read.ts";
export { segmentStats, type SegmentStatsOptions } from "./lib/stats/segment_stats.ts";
export type { FeatureContext } from "./lib/features/columns.ts";
export { defineFeature } from "./lib/features/define_feature.ts";
export { type FeatureInputs, type FeatureSet, featureSet } from "./lib/features/feature_set.ts";
export { flatten } from "./lib/features/flatten.ts";
export { maxima, paper, reference, statistics } from "./lib/features/paper.ts";
export { wholePicture } from "./lib/features/whole.ts";

// The boosted random forest: features to scores and reasons
export { type Contributions, explain, forest, type ForestOptions } from "./lib/forest/forest.ts";
export type { ForestModel } from "./lib/forest/model.ts";
export { readForest, writeForest } from "./lib/forest/model_file.ts";
export { type ForestSettings, type Preset, presets } from "./lib/forest/presets.ts";
export { type ExplainedPart, reasonInWords, reasonsInWords } from "./lib/forest/reason.ts";
export { type ForestRunner, openForestRunner, type RunnerOptions } from "./lib/forest/runner.ts";
export { type ForestTraining, trainForest } from "./lib/forest/train.ts";

// How good it is
export { auroc } from "./lib/evaluate/auroc.ts";
export { averagePrecision } from "./lib/evaluate/average_precision.ts";
export { bootstrapInterval, type BootstrapOptions, type Interval } from "./lib/evaluate/bootstrap.ts";
export { compareAuroc } from "./lib/evaluate/delong.ts";
export { fprAtTpr } from "./lib/evaluate/fpr_at_tpr.ts";
export { holm } from "./lib/evaluate/holm.ts";
export { type MeanStd, meanStd } from "./lib/evaluate/mean_std.ts";
export {
  addPixels,
  type PixelCounts,
  pixelCounts,
  type PixelFigures,
  pixelFigures,
} from "./lib/evaluate/pixel_counts.ts";
export { rocCurve, type RocPoint } from "./lib/evaluate/roc_curve.ts";
export { type Threshold, thresholdAtFalsePositiveRate, thresholdAtRecall } from "./lib/evaluate/threshold.ts";

// Pipelines, and scoring with what they leave
export {
  type BenchmarkKind,
  definePipeline,
  type ForestMethod,
  type MethodSettings,
  type PictureSettings,
  type PipelineDefinition,
  type SplitSettings,
} from "./lib/pipeline/definition.ts";
export { defineReference } from "./lib/pipeline/reference_definition.ts";
export { openScorer, type Scorable, type Scorer, type ScorerOptions, type Verdict } from "./lib/pipeline/scorer.ts";

// What the types above are made of
export type { NetworkFitted } from "./lib/classify/model_file.ts";
export type { Shots } from "./lib/data/split.ts";
export type { MaskedCounts, MaskedLayout } from "./lib/data/stand_in/masked_plan.ts";
export type { StandInCounts } from "./lib/data/stand_in/plan.ts";
export type { WriteMaskedOptions, WriteStandInOptions } from "./lib/data/stand_in/write.ts";
export type { VisaSplit } from "./lib/data/visa.ts";
export type { MapQuantiles } from "./lib/detect/efficientad_network.ts";
export type { FlowSettings } from "./lib/detect/fastflow_flow.ts";
export type { Gaussians } from "./lib/detect/gaussian.ts";
export type { TrainedWeights } from "./lib/detect/learned.ts";
export type { PatchGrid } from "./lib/detect/patch_features.ts";
export type { StudentSettings } from "./lib/detect/rd4ad_network.ts";
export type { Grid } from "./lib/detect/standards.ts";
export type { PairedComparison } from "./lib/evaluate/delong.ts";
export type { Bounded } from "./lib/evaluate/pixel_counts.ts";
export type { BinaryLabels, Scores } from "./lib/evaluate/split_scores.ts";
export type { FeatureOptions } from "./lib/features/define_feature.ts";
export type { Training } from "./lib/forest/model.ts";
export type { ReferenceTable } from "./lib/forest/reference.ts";
export type { BatchStatistics } from "./lib/graph/batch_statistics.ts";
export type { ImportOptions } from "./lib/graph/import.ts";
export type { Element, ElementData, Literal, Shaped } from "./lib/graph/value.ts";
export type { Init, StoredWeights } from "./lib/graph/weights.ts";
export type { Place } from "./lib/image/cut.ts";
export type { NpyTensor } from "./lib/io/npy.ts";
export type { PaperFigures } from "./lib/pipeline/results.ts";
export type { ChangedPictures } from "./lib/pretrain/sensitivity.ts";
export type { Negative } from "./lib/pretrain/views.ts";
export type { SegmentOptions, Size as SegmentMapSize } from "./lib/segment/read.ts";
export type { AnyTensor, Port, PortType } from "./lib/session/port.ts";
export type { AdamOptions } from "./lib/train/optimiser.ts";
export type { Feeds } from "./lib/train/train.ts";
