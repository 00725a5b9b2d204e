/**
 * What the types of the other entries are made of.
 *
 * @module
 */
export type { FileHashes, SealedFolder } from "./lib/base/io/sealed_folder.ts";
export type { Product } from "./lib/base/tensor/product.ts";
export type { Random } from "./lib/base/tensor/random.ts";
export type { DataOf, Dim, DType } from "./lib/base/tensor/tensor.ts";
export type { Names, PaperFeatures, Several, StatisticCount } from "./lib/domain.ts";
export type { ImportedModel } from "./lib/engine/graph/file/import.ts";
export type { Device } from "./lib/engine/session/device.ts";
export type { AnyTensor, Port, PortType } from "./lib/engine/session/port.ts";
export type { RuntimeOptions } from "./lib/engine/session/runtime.ts";
export type { Session } from "./lib/engine/session/session.ts";
export type { Updated, WeightRules } from "./lib/engine/train/optimiser.ts";
export type { Place } from "./lib/picture/change/cut.ts";
export type { Dataset, Item } from "./lib/picture/data/dataset.ts";
export type { ReaderOptions } from "./lib/picture/data/readers/contract.ts";
export type { Layout, OpenOptions } from "./lib/picture/data/readers/table.ts";
export type { VisaSplit } from "./lib/picture/data/readers/visa.ts";
export type { DecodeOptions, PictureLimits, ReadOptions } from "./lib/picture/image/decode.ts";
export type { PictureSource, RawFrame } from "./lib/picture/image/read_source.ts";
export type { DepthPolicy } from "./lib/picture/image/depth.ts";
export type { Filter, Size } from "./lib/picture/image/resize.ts";
export type { SegmentMaps, SegmentOptions } from "./lib/picture/segment/read.ts";
export type { BackboneLayer, FeatureExtractor, FeatureMap, FeatureMaps } from "./lib/method/backbone/backbone.ts";
export type { LoadOptions } from "./lib/method/backbone/load.ts";
export type { LayeredArchitecture, PDNS, StoredFile } from "./lib/method/backbone/make_file.ts";
export type { RESNETS } from "./lib/method/backbone/resnet.ts";
export type { AppliedClassifier, ClassifierName } from "./lib/method/classify/contract.ts";
export type { AppliedDetector, DetectorName, LeftOutContext, LeftOutDetector } from "./lib/method/detect/contract.ts";
export type { Decision } from "./lib/method/evaluate/decide.ts";
export type { FeatureContext } from "./lib/method/features/columns.ts";
export type { FeatureOptions } from "./lib/method/features/define_feature.ts";
export type { FeatureInputs } from "./lib/method/features/feature_set.ts";
export type { LayerFeatures } from "./lib/method/features/layer_features.ts";
export type { Contributions, ForestOptions } from "./lib/method/forest/forest.ts";
export type { GoodQuantiles } from "./lib/method/forest/good_quantiles.ts";
export type { ForestModel, Training } from "./lib/method/forest/model.ts";
export type { ForestSettings, Preset } from "./lib/method/forest/presets.ts";
export type { ForestRunner, RunnerOptions } from "./lib/method/forest/runner.ts";
export type { ForestTraining } from "./lib/method/forest/train.ts";
export type {
  Applied,
  ApplyContext,
  Estimator,
  FittedKind,
  LabelledContext,
  Network,
  TrainingPictures,
} from "./lib/method/learn/contract.ts";
export type { FitInputs, LabelledInputs } from "./lib/method/learn/fit_context.ts";
export type { SPD_LOSSES, SpdLoss } from "./lib/method/pretrain/contract.ts";
export type { NEGATIVES } from "./lib/method/pretrain/views.ts";
export type { PictureSettings } from "./lib/picture/image/settings.ts";
export type {
  Explanation,
  JudgeContext,
  JudgeInput,
  JudgeKind,
  JudgeRules,
  Judges,
  Member,
  OwnScores,
} from "./lib/method/judge/contract.ts";
export type { SegmentStatsOptions } from "./lib/method/stats/segment_stats.ts";
export type {
  AutoMethod,
  BenchmarkKind,
  BestMethod,
  ForestMethod,
  MethodSettings,
  RegressionMethod,
  SplitSettings,
  TogetherMethod,
} from "./lib/product/experiment/definition.ts";
export type { Smoothing } from "./lib/product/experiment/smoothing.ts";
export type { Contribution, Details, StrongestColumn } from "./lib/product/model/details.ts";
export type { Look, Looks } from "./lib/product/experiment/looks.ts";
export type { MapSmoothing } from "./lib/method/learn/upsample.ts";
export type {
  Described,
  Found,
  Judged,
  Mapped,
  MapsToFeatures,
  Named,
  Pictures,
  Pooled,
  SegadParts,
} from "./lib/product/model/flow.ts";
export type { LoadModelOptions } from "./lib/product/model/open_model.ts";
export type { Box } from "./lib/product/model/worst_place.ts";
export type { GoodParts, MapRange } from "./lib/product/model/good_parts.ts";
export type { CatchingDecision, DecisionCosts, ModelFile, QuietDecision } from "./lib/product/model/model_file.ts";
export type { Called, ScorerOptions } from "./lib/product/model/scorer.ts";
export type { Limits, PictureLimitTable } from "./lib/picture/plausible/limits.ts";
export type { Measure } from "./lib/picture/plausible/measures.ts";
export type { ReferenceDefinition } from "./lib/product/published/definition.ts";
export type { StandInSize } from "./lib/picture/stand_in/plan.ts";
export type { EvidenceBlock, EvidenceInputs, PictureEvidence } from "./lib/method/evidence/evidence.ts";
export type { LogisticFitted } from "./lib/method/regression/apply.ts";
export type { Standards } from "./lib/method/regression/standard_columns.ts";
export type { DetectorMaps } from "./lib/method/evidence/log_maps.ts";
