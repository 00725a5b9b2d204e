/** The statistics over a whole picture, whatever its segments: what segments are to be compared with. @module */
import { IGNORED, labels as labelsOf, type SegmentMap, STATISTICS } from "../../domain.ts";
import type { FeatureSet } from "./feature_set.ts";
import { checkInputs } from "./feature_set.ts";
import { statistics } from "./paper.ts";

const WHOLE = ["whole"];

/**
 * 4·K columns: q99.5, skewness, kurtosis and mean of each detector's map, all pixels but ignored ones as one segment
 * (`whole.patchcore.q995`; "One Seg." of SegAD's Table 6).
 *
 * ```ts
 * import { wholePicture } from "./whole.ts";
 * const columns = wholePicture.columns({ detectors: ["padim"], segments: ["wire", "border"] });
 * console.assert(columns.length === 4 && columns[0] === "whole.padim.q995");
 * ```
 */
export const wholePicture: FeatureSet = {
  name: "whole",
  identity: "whole/1",
  columns: ({ detectors }) => detectors.flatMap((detector) => STATISTICS.map((name) => `whole.${detector}.${name}`)),
  compute(inputs, context) {
    checkInputs(inputs, context);
    const { labels } = inputs.segmentMap;
    const one = labels.data.map((label) => label === IGNORED ? IGNORED : 0);
    const segmentMap: SegmentMap = {
      labels: labelsOf(labels.shape as readonly [number, number, number], one),
      names: WHOLE as SegmentMap["names"],
    };
    return statistics.compute({ ...inputs, stats: undefined, segmentMap }, { ...context, segments: WHOLE });
  },
};
