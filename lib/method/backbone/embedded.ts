/** The backbone that ships with the code. @module */
import { readAsset } from "../../base/io/asset.ts";
import { sha256 } from "../../base/io/hash.ts";
import type { Backbone } from "./backbone.ts";

/**
 * EfficientNet-Lite0 up to stride 16 with ImageNet weights (Apache-2.0, see LICENSE-efficientnet_lite0 beside it), as
 * `lib/method/backbone/efficientnet_lite.ts` builds it. Sides should be multiples of 16.
 *
 * ```ts
 * import { embeddedBackbone } from "./embedded.ts";
 * const { layers } = await embeddedBackbone();
 * console.assert(layers.map((layer) => layer.channels).join() === "24,40,112");
 * ```
 */
export async function embeddedBackbone(): Promise<Backbone> {
  const model = await readAsset(new URL("./efficientnet_lite0.onnx", import.meta.url));
  return {
    name: "efficientnet_lite0",
    model,
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
    layers: [
      { name: "stride4", channels: 24, stride: 4 },
      { name: "stride8", channels: 40, stride: 8 },
      { name: "stride16", channels: 112, stride: 16 },
    ],
    sha256: sha256(model),
  };
}
