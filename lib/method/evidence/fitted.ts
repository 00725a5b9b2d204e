/** What evidence compares a picture with: standards of backbone layers and of detectors' maps over good pictures. @module */
import type { FeatureMaps } from "../backbone/backbone.ts";
import { openPlaceSums, type PlaceStandards } from "../features/place_standards.ts";
import { openResidualSums, type ResidualFitted, type ResidualSums } from "../features/residuals.ts";
import { bindAxes } from "../../base/tensor/tensor.ts";
import { type DetectorGrid, type DetectorMaps, logsOf } from "./log_maps.ts";

/** Settings of evidence. */
export interface EvidenceConfig {
  /** Names of the backbone's layers; all are compared on the grid of the coarsest. */
  readonly layers: readonly string[];
  /** Names of the K detectors in the order of their maps. */
  readonly detectors: readonly string[];
  /** Names of the L segments in the order of the labels. */
  readonly segments: readonly string[];
  /** Standard deviation in pixels of the Gaussian that smooths maps at the size of the picture; 0 where left out. */
  readonly smoothing?: number;
}

/** Fitted evidence: plain data. */
export interface EvidenceFitted {
  /** Of the layers; its grid is the one that all is compared on. */
  readonly residuals: ResidualFitted;
  readonly detectors: readonly DetectorGrid[];
  /** Of the logarithms of the maps at each place of a detector's own grid, one detector after the other. */
  readonly logs: PlaceStandards;
  readonly segments: readonly string[];
  readonly smoothing: number;
}

/** Sums over the good pictures, batch by batch. */
export interface EvidenceSums {
  /**
   * @param features of N good pictures
   * @param maps of the same pictures, each left out by the detector that paints it
   * @throws {TypeError} where a layer or a map is missing or has another size than before
   * @throws {RangeError} where a map holds NaN or an infinity
   */
  add(features: FeatureMaps, maps: DetectorMaps): void;
  /** @throws {RangeError} where there are fewer than 3 pictures, so that none could be left out */
  finish(): EvidenceFitted;
}

/**
 * Opens a fit.
 *
 * ```ts
 * import { gridMap } from "../../domain.ts";
 * import { featureMap } from "../backbone/backbone.ts";
 * import { openEvidenceSums } from "./fitted.ts";
 * const values = new Float32Array([1, 2, 3]);
 * const stride16 = featureMap([3, 1, 1, 1], values);
 * const padim = gridMap([3, 1, 1, 1], values);
 * const sums = openEvidenceSums({ layers: ["stride16"], detectors: ["padim"], segments: ["wire"] });
 * sums.add({ stride16 }, [padim]);
 * console.assert(Math.abs(sums.finish().logs.mean[0] - Math.log(6) / 3) < 1e-6);
 * ```
 */
export function openEvidenceSums({ layers, detectors, segments, smoothing = 0 }: EvidenceConfig): EvidenceSums {
  let open: { residuals: ResidualSums; grids: DetectorGrid[]; logs: ReturnType<typeof openPlaceSums> } | undefined;
  return {
    add(features, maps) {
      open ??= openFor(features, maps);
      const values = logsOf(maps, open.grids);
      for (const layer of layers) {
        bindAxes(features[layer], [values.length, "C", "H", "W"], `take standards of layer "${layer}" and of maps`);
      }
      open.residuals.add(features);
      for (const logs of values) open.logs.add(logs);
    },
    finish() {
      if (!open) throw new RangeError("Cannot take standards of 0 pictures as at least 3 are needed");
      const { residuals, grids, logs } = open;
      return { residuals: residuals.finish(), detectors: grids, logs: logs.finish(), segments, smoothing };
    },
  };

  function openFor(features: FeatureMaps, maps: DetectorMaps): NonNullable<typeof open> {
    const missing = layers.find((layer) => !Object.hasOwn(features, layer));
    if (missing !== undefined || layers.length === 0) {
      throw new TypeError(
        layers.length === 0
          ? "Cannot take standards of layers as none is named"
          : `Cannot take standards of layer "${missing}": found ${Object.keys(features).join(", ")}`,
      );
    }
    if (maps.length !== detectors.length || maps.length === 0) {
      throw new TypeError(`Cannot take standards of the maps of ${detectors.length} detectors: found ${maps.length}`);
    }
    const places = (layer: string) => features[layer].shape[2] * features[layer].shape[3];
    const grid = layers.reduce((coarsest, layer) => places(layer) < places(coarsest) ? layer : coarsest);
    const grids = detectors.map((name, k) => {
      const { h, w } = bindAxes(maps[k], ["N", 1, "h", "w"], `take standards of the map of "${name}"`);
      return { name, height: h, width: w };
    });
    const length = grids.reduce((sum, { height, width }) => sum + height * width, 0);
    return { residuals: openResidualSums({ layers, grid }), grids, logs: openPlaceSums(length) };
  }
}
