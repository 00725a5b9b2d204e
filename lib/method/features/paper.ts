/** The feature sets of the paper and of its published code. @module */
import { anomalyMap, type Features, features, type SegmentStats, STATISTICS } from "../../domain.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import { segmentStats } from "../stats/segment_stats.ts";
import type { FeatureContext } from "./columns.ts";
import { checkFinite, checkInputs, type FeatureInputs, type FeatureSet, featureSet } from "./feature_set.ts";
import { flatten } from "./flatten.ts";

/** 4·K·L columns: q99.5, skewness, kurtosis and mean of each segment and detector. */
export const statistics: FeatureSet = {
  name: "statistics",
  identity: "statistics/1",
  columns: statisticColumns,
  compute: computeStatistics,
};

/** K columns: the maximum of each whole map, ignored pixels included. */
export const maxima: FeatureSet = {
  name: "maxima",
  identity: "maxima/1",
  columns: ({ detectors }) => detectors.map((detector) => `${detector}.max`),
  compute: computeMaxima,
};

/** One column, the score of the supervised classifier g, where there is one. */
export const classifierScore: FeatureSet = {
  name: "classifier",
  identity: "classifier/1",
  columns: ({ classifier }) => classifier === undefined ? [] : [`${classifier}.score`],
  compute: computeClassifier,
};

/**
 * The paper's features (Sec. 4): 4·K·L, and the score of the classifier g where there is one. In the order of the
 * published code; the paper's formula has g first and one statistic after the other.
 *
 * ```ts
 * import { paper } from "./paper.ts";
 * const columns = paper.columns({ detectors: ["padim"], segments: ["wire", "border"], classifier: "wrn" });
 * console.assert(columns.length === 9 && columns[4] === "border.padim.q995" && columns[8] === "wrn.score");
 * ```
 */
export const paper: FeatureSet = featureSet("paper", [statistics, classifierScore]);

/** The features of SegAD's published code: the paper's and the maximum of each map; a classifier's score comes last. */
export const reference: FeatureSet = featureSet("reference", [statistics, maxima, classifierScore]);

/** The feature sets that a pipeline file can name. */
export const FEATURE_SETS: Readonly<Record<"paper" | "reference", FeatureSet>> = { paper, reference };

function statisticColumns({ segments, detectors }: FeatureContext): string[] {
  return segments.flatMap((segment) =>
    detectors.flatMap((detector) => STATISTICS.map((statistic) => `${segment}.${detector}.${statistic}`))
  );
}

function computeStatistics(inputs: FeatureInputs, context: FeatureContext): Features {
  checkInputs(inputs, context);
  const { maps, segmentMap, stats } = inputs;
  const { detectors, segments } = context;
  if (stats) return columnsOf(stats);
  const stage = segmentStats<number, number>({
    maps: detectors.length,
    segments: segments.length,
    segmentMap,
    names: { detectors },
  });
  return columnsOf(stage(anomalyMap<"N", number>(maps.shape, maps.data)));
}

function columnsOf(stats: SegmentStats<"N", Dim, Dim>): Features {
  const { shape, data } = flatten(stats);
  return features(shape, data);
}

function computeMaxima(inputs: FeatureInputs, context: FeatureContext): Features {
  const { N, H, W } = checkInputs(inputs, context);
  checkFinite(inputs, context);
  const count = N * context.detectors.length;
  const result = features([N, context.detectors.length]);
  for (let i = 0; i < count; i++) {
    let maximum = -Infinity;
    for (let p = i * H * W; p < (i + 1) * H * W; p++) maximum = Math.max(maximum, inputs.maps.data[p]);
    result.data[i] = maximum;
  }
  return result;
}

function computeClassifier(inputs: FeatureInputs, context: FeatureContext): Features {
  const { N } = checkInputs(inputs, context);
  const scores = inputs.classifier?.data;
  return features([N, scores ? 1 : 0], scores?.slice() ?? new Float32Array());
}
