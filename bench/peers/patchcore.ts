/** PatchCore from pixels to map and score, beside anomalib. @module */
import { openBackbone } from "../../lib/method/backbone/backbone.ts";
import { embeddedBackbone } from "../../lib/method/backbone/embedded.ts";
import { patchCore } from "../../lib/method/detect/patchcore/patchcore.ts";
import { upsampleMap } from "../../lib/method/learn/upsample.ts";
import { openRuntime } from "../../lib/engine/session/runtime.ts";
import { seededRandom } from "../../lib/base/tensor/random.ts";
import { image } from "../../lib/domain.ts";
import type { PeerCase } from "./case.ts";

const BATCH = 8;
const BANK = 2048;
const CHANNELS = 152;

const peer: PeerCase = {
  name: `PatchCore, ${BATCH} pictures, bank of ${BANK}`,
  about: "256² pixels to smoothed map and reweighted score with EfficientNet-Lite0 at strides 8 and 16; " +
    "the peer is anomalib's PatchcoreModel on PyTorch's CPU, all cores",
  script: "patchcore.py",
  async ours(repeats) {
    const runtime = await openRuntime({ device: "cpu" });
    const layers = ["stride8", "stride16"];
    const backbone = await openBackbone(runtime, await embeddedBackbone(), layers);
    const random = seededRandom(1);
    const bank = Float32Array.from({ length: BANK * CHANNELS }, () => random.normal());
    const support = Int32Array.from({ length: BANK * 9 }, () => random.below(BANK));
    const grid = { layers, grid: "stride8", pool: 3, height: 32, width: 32, channels: CHANNELS };
    const applied = await patchCore.apply({ runtime }, { ...grid, neighbours: 9, bank, support });
    const pixels = Float32Array.from({ length: BATCH * 3 * 256 * 256 }, random.uniform);
    const images = image([BATCH, 3, 256, 256], pixels);
    const seconds: number[] = [];
    for (let repeat = 0; repeat < repeats + 2; repeat++) {
      const start = performance.now();
      const { map } = await applied.detect({ image: images, features: await backbone.extract(images) });
      upsampleMap(map, { height: 256, width: 256 }, 4);
      seconds.push((performance.now() - start) / 1000);
    }
    await applied.release();
    await backbone.release();
    return seconds.slice(2);
  },
};
export default peer;
