/** Features of EfficientNet-Lite0 against PyTorch. @module */
import { openBackbone } from "../../lib/method/backbone/backbone.ts";
import { embeddedBackbone } from "../../lib/method/backbone/embedded.ts";
import { openRuntime } from "../../lib/engine/session/runtime.ts";
import { seededRandom } from "../../lib/base/tensor/random.ts";
import { image } from "../../lib/domain.ts";
import type { PeerCase } from "./case.ts";

const BATCH = 8;
const SIDE = 256;

const backbone: PeerCase = {
  name: `backbone, ${BATCH} × ${SIDE}²`,
  about: "EfficientNet-Lite0 to strides 4, 8, 16 with normalisation; peer: timm's features_only on PyTorch's CPU, " +
    "inference_mode, all cores",
  async ours(repeats) {
    const features = await openBackbone(await openRuntime({ device: "cpu" }), await embeddedBackbone());
    const random = seededRandom(1);
    const pixels = Float32Array.from({ length: BATCH * 3 * SIDE * SIDE }, random.uniform);
    const images = image([BATCH, 3, SIDE, SIDE], pixels);
    for (let i = 0; i < 2; i++) await features.extract(images);
    const seconds: number[] = [];
    for (let i = 0; i < repeats; i++) {
      const start = performance.now();
      await features.extract(images);
      seconds.push((performance.now() - start) / 1000);
    }
    await features.release();
    return seconds;
  },
  script: "backbone.py",
};
export default backbone;
