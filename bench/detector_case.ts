/** A fitted detector from pixels to map and score, beside anomalib's on PyTorch. @module */
import { openBackbone } from "../lib/method/backbone/backbone.ts";
import { toBackbone } from "../lib/method/backbone/load.ts";
import { makeBackbone } from "../lib/method/backbone/make_file.ts";
import type { Detector } from "../lib/method/detect/contract.ts";
import { fitContext, picturesInMemory } from "../lib/method/learn/fit_context.ts";
import { observe } from "../lib/method/learn/observation.ts";
import { upsampleMap } from "../lib/method/learn/upsample.ts";
import { openRuntime } from "../lib/engine/session/runtime.ts";
import { seededRandom } from "../lib/base/tensor/random.ts";
import { image as imageOf } from "../lib/domain.ts";
import type { PeerCase } from "./peers/case.ts";

const BATCH = 8;
const SIZE = { height: 256, width: 256 };
const WARM = 2;

/**
 * @param settings such as fit fast: the weights change nothing in the time
 * @param about what the peer is
 */
export function detectorCase<Config, Fitted>(
  detector: Detector<Config, Fitted>,
  settings: unknown,
  about: string,
): PeerCase {
  return {
    name: `${detector.title}, ${BATCH} pictures`,
    about: `256² pixels to map and score; the peer is ${about} on PyTorch's CPU, all cores`,
    script: "detectors.py",
    arguments: ["--detector", detector.name],
    async ours(repeats) {
      const runtime = await openRuntime({ device: "cpu" });
      const config = detector.parse(settings);
      const backbone = await toBackbone(makeBackbone("resnet18", { seed: 0 }), "resnet18", { runtime });
      const wanted = detector.layers(config, backbone.layers);
      const layers = backbone.layers.filter(({ name }) => wanted.includes(name));
      const extractor = layers.length > 0 ? await openBackbone(runtime, backbone, wanted) : undefined;
      const random = seededRandom(1);
      const pixels = Float32Array.from({ length: BATCH * 3 * SIZE.height * SIZE.width }, random.uniform);
      const image = imageOf([BATCH, 3, SIZE.height, SIZE.width], pixels);
      const all = await observe(extractor, image);
      const fitted = await detector.fit(
        fitContext({
          runtime,
          backbone,
          layers,
          size: SIZE,
          ids: Array.from({ length: BATCH }, (_, i) => `${i}`),
          source: picturesInMemory(all, BATCH),
          seed: 0,
        }),
        config,
      );
      const applied = await detector.apply({ runtime }, fitted);
      const seconds: number[] = [];
      for (let repeat = 0; repeat < repeats + WARM; repeat++) {
        const start = performance.now();
        const { map } = await applied.detect(await observe(extractor, image));
        upsampleMap(map, SIZE, 4);
        seconds.push((performance.now() - start) / 1000);
      }
      await applied.release();
      await extractor?.release();
      return seconds.slice(WARM);
    },
  };
}
