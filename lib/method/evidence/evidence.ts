/**
 * What is known of a picture beside the four statistics of its maps, as named blocks of columns for a linear judge: pooled
 * features, residuals from what is usual at each place, the residuals where detectors find the picture strangest, maps in
 * deviations from what is usual, and the profile of their largest values.
 * @module
 */
import { type Features, features as featuresOf, type SegmentMap } from "../../domain.ts";
import { bindAxes } from "../../base/tensor/tensor.ts";
import type { Stage } from "../../stage.ts";
import type { FeatureMaps } from "../backbone/backbone.ts";
import { pooledFeatures } from "../features/pooled.ts";
import { placesOf, pooledResiduals, standardResiduals } from "../features/residuals.ts";
import { joinFeatures } from "../features/rows.ts";
import { signedLog } from "../features/signed_log.ts";
import { blockColumns, evidenceColumns } from "./block_columns.ts";
import { meanMap, onGrid } from "./common_grid.ts";
import type { EvidenceFitted } from "./fitted.ts";
import { type DetectorMaps, logsOf, standardLogs } from "./log_maps.ts";
import { profileOf } from "./profile.ts";
import { type MapSet, statisticsOf } from "./standard_maps.ts";
import { residualsAt, strangestPlaces } from "./strangest.ts";

/** What evidence is computed from; N pictures. */
export interface EvidenceInputs {
  /** What the backbone sees. */
  readonly features: FeatureMaps;
  /** One tensor a detector, at its own grid. Of pictures of the fit those that leave them out, as in the fit. */
  readonly maps: DetectorMaps;
  /** The paper's columns of the same maps, f32[N,4·K·L]. */
  readonly statistics: Features;
  /** One row of labels for all pictures, or one each, at the size of the picture. */
  readonly segmentMap: SegmentMap;
}

/** Some columns that say one kind of thing. */
export interface EvidenceBlock {
  /** What it is called: "pooled". */
  readonly name: string;
  /** How many columns. */
  readonly width: number;
}

/** Fitted evidence, ready for use. */
export interface PictureEvidence {
  /** The names of the columns, F in number, block by block. */
  readonly columns: readonly string[];
  /** In the order of the columns. */
  readonly blocks: readonly EvidenceBlock[];
  /** f32[N,F] of pictures that the fit has not seen, each for itself. NaN is "missing", as in statistics. */
  readonly compute: Stage<EvidenceInputs, Features>;
  /** The same of pictures of the fit: each as if fitted on all others. */
  readonly leftOut: Stage<EvidenceInputs, Features>;
}

/**
 * Evidence in six blocks:
 *
 * - `pooled`: average and maximum of each channel of the layers (`stride16.average_7`);
 * - `residual`: of z of each channel, the difference to the mean at that place in deviations, the mean, and signed logarithms
 *   of the mean of |z| and of the mean of the 8 largest |z| (`stride16.residual_7`, see `residualFeatures`);
 * - `strangest`: signed logarithms of the means of z (`stride16.strangest_7`) and |z| (`stride16.strangest_size_7`) over the 8
 *   places where the mean of the detectors' standardised maps is largest;
 * - `standardised`: signed logarithms of the four statistics of each standardised map (`wire.padim.standard_q995`) and of
 *   their mean (`wire.all.standard_q995`) over each segment, at the size of the picture;
 * - `profile`: the means of the 1, 2, 4, … 256 largest values of the logarithm of each map (`padim.log_top_4`), of each
 *   standardised map (`padim.standard_top_4`) and of their mean (`all.standard_top_4`);
 * - `statistics`: signed logarithms of the paper's columns (`wire.padim.q995`).
 *
 * A standardised map is the logarithm of a detector's map in deviations from its mean over good pictures at each place.
 *
 * @throws {TypeError} when made: where names are no words, or two columns would have one; when used: where inputs do not fit
 * the fit or each other
 * @throws {RangeError} when used: where a map holds NaN or an infinity, or a label is none of the segments'
 *
 * ```ts
 * import { features as featuresOf, gridMap, labels as labelsOf } from "../../domain.ts";
 * import { featureMap } from "../backbone/backbone.ts";
 * import { evidence } from "./evidence.ts";
 * import { openEvidenceSums } from "./fitted.ts";
 * const values = new Float32Array([1, 2, 3]);
 * const features = { stride16: featureMap([3, 1, 1, 1], values) };
 * const maps = [gridMap([3, 1, 1, 1], values)];
 * const sums = openEvidenceSums({ layers: ["stride16"], detectors: ["padim"], segments: ["wire"] });
 * sums.add(features, maps);
 * const { blocks, leftOut } = evidence(sums.finish());
 * const statistics = featuresOf([3, 4]);
 * const labels = labelsOf([1, 16, 16]);
 * const found = leftOut({ features, maps, statistics, segmentMap: { labels, names: ["wire"] } });
 * console.assert(blocks.map(({ name, width }) => `${name} ${width}`).join() ===
 *   "pooled 2,residual 3,strangest 2,standardised 8,profile 3,statistics 4" && found.shape.join() === "3,22");
 * ```
 */
export function evidence(fitted: EvidenceFitted): PictureEvidence {
  const { residuals, detectors, segments, smoothing } = fitted;
  const P = residuals.height * residuals.width;
  const pooled = pooledFeatures(residuals.layers.map((name, i) => ({ name, channels: residuals.channels[i] })));
  const facts = {
    layers: residuals.layers.map((name, i) => ({ name, channels: residuals.channels[i] })),
    places: P,
    detectors: detectors.map(({ name }) => name),
    segments,
  };
  const named = blockColumns(facts);
  const widths = {
    residual: named.residual.length,
    strangest: named.strangest.length,
    profile: named.profile.length,
  };

  function blocksOf(inputs: EvidenceInputs, own: boolean): Features {
    const { features, maps, statistics, segmentMap } = inputs;
    const places = placesOf(features, residuals);
    const logs = logsOf(maps, detectors);
    const N = logs.length;
    checkRows(inputs, N);
    const residual = table(N, widths.residual);
    const strangest = table(N, widths.strangest);
    const profile = table(N, widths.profile);
    const sets = [...detectors, residuals].map(({ height, width }): MapSet => ({
      height,
      width,
      data: new Float32Array(N * height * width),
    }));
    for (let n = 0; n < N; n++) {
      const standard = standardLogs(fitted, logs[n], own);
      const profiles: number[][] = [];
      const onCommon: Float64Array[] = [];
      let from = 0;
      detectors.forEach((grid, k) => {
        const to = from + grid.height * grid.width;
        const map = standard.subarray(from, to);
        sets[k].data.set(map, n * map.length);
        onCommon.push(onGrid(map, grid, residuals));
        profiles.push(profileOf(onGrid(logs[n].subarray(from, to), grid, residuals)), profileOf(onCommon[k]));
        from = to;
      });
      const mean = meanMap(onCommon);
      sets[detectors.length].data.set(mean, n * P);
      profile.data.set([...profiles, profileOf(mean)].flat(), n * widths.profile);

      const z = standardResiduals(residuals, places[n], own);
      residual.data.set(pooledResiduals(z, P), n * widths.residual);
      strangest.data.set(residualsAt(z, P, strangestPlaces(mean)), n * widths.strangest);
    }
    const names = [...detectors.map(({ name }) => `standardised ${name}`), "mean of standardised maps"];
    return joinFeatures([
      pooled.compute(features),
      tameSizes(residual),
      signedLog(strangest),
      signedLog(statisticsOf(sets, { segmentMap, smoothing, names })),
      profile,
      signedLog(statistics),
    ]);
  }

  function checkRows({ features, statistics, segmentMap }: EvidenceInputs, N: number): void {
    for (const layer of residuals.layers) {
      bindAxes(features[layer], [N, "C", "H", "W"], `compute evidence of layer "${layer}" and of maps`);
    }
    bindAxes(statistics, [N, named.statistics.length], "compute evidence with statistics");
    if (segmentMap.names.join() !== segments.join()) {
      throw new TypeError(
        `Cannot compute evidence over the segments ${segments.join(", ")} as the segment map has ` +
          segmentMap.names.join(", "),
      );
    }
  }

  return {
    ...evidenceColumns(facts),
    compute: function evidenceOf(inputs) {
      return blocksOf(inputs, false);
    },
    leftOut: function evidenceLeftOut(inputs) {
      return blocksOf(inputs, true);
    },
  };
}

function table(N: number, width: number): Features {
  return featuresOf([N, width]);
}

/** Residuals with the signed logarithm of all but the first third of the columns, the means with a sign. */
function tameSizes(residual: Features): Features {
  const [N, F] = residual.shape;
  const tamed = signedLog(residual);
  for (let n = 0; n < N; n++) tamed.data.set(residual.data.subarray(n * F, n * F + F / 3), n * F);
  return tamed;
}
