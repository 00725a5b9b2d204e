/** What backbone layers hold anywhere in the picture: the average and the maximum of each channel. @module */
import type { BackboneLayer, FeatureMaps } from "../backbone/backbone.ts";
import { bindAxes } from "../../base/tensor/tensor.ts";
import type { Stage } from "../../stage.ts";
import { type Features, features as featuresOf } from "../../domain.ts";
import { columnWord, type LayerFeatures } from "./layer_features.ts";

/**
 * Average and maximum of each channel over all positions; there is nothing to fit. Columns are `stride16.average_7`, all
 * averages of a layer before its maxima, layer by layer.
 *
 * @param layers some of the backbone's
 * @throws {TypeError} when used: where a layer is missing or has another number of channels
 *
 * ```ts
 * import { featureMap } from "../backbone/backbone.ts";
 * import { pooledFeatures } from "./pooled.ts";
 * const { columns, compute } = pooledFeatures([{ name: "stride16", channels: 1 }]);
 * const map = featureMap([1, 1, 1, 3], new Float32Array([1, 2, 6]));
 * console.assert(columns.join() === "stride16.average_0,stride16.maximum_0");
 * console.assert(compute({ stride16: map }).data.join() === "3,6");
 * ```
 */
export function pooledFeatures(layers: readonly Pick<BackboneLayer, "name" | "channels">[]): LayerFeatures {
  const columns = layers.flatMap(({ name, channels }) =>
    ["average", "maximum"].flatMap((what) => Array.from({ length: channels }, (_, c) => columnWord(name, what, c)))
  );
  const compute: Stage<FeatureMaps, Features> = function pooled(maps) {
    const chosen = layers.map(({ name, channels }) => {
      const map = Object.hasOwn(maps, name) ? maps[name] : undefined;
      if (!map) {
        throw new TypeError(`Cannot pool features without layer "${name}": found ${Object.keys(maps).join(", ")}`);
      }
      bindAxes(map, ["N", channels, "H", "W"], `pool features of layer "${name}"`);
      return map;
    });
    const N = chosen[0]?.shape[0] ?? 0;
    const features = featuresOf([N, columns.length]);
    let offset = 0;
    for (const { data, shape: [, C, H, W] } of chosen) {
      const area = H * W;
      for (let plane = 0; plane < N * C; plane++) {
        let sum = 0;
        let most = -Infinity;
        for (let i = plane * area; i < (plane + 1) * area; i++) {
          sum += data[i];
          if (data[i] > most) most = data[i];
        }
        const at = Math.floor(plane / C) * columns.length + offset + plane % C;
        features.data[at] = sum / area;
        features.data[at + C] = most;
      }
      offset += 2 * C;
    }
    return features;
  };
  return { columns, compute };
}
