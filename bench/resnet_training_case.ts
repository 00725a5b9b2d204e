/** A training step of a residual network, beside PyTorch. @module */
import { resNet, RESNETS } from "../lib/method/backbone/resnet.ts";
import { withBatchStatistics } from "../lib/engine/graph/batch_statistics.ts";
import { globalAverage, linear, logSoftmax } from "../lib/engine/graph/compose.ts";
import { number } from "../lib/engine/graph/numbers.ts";
import { mul, reduceSum } from "../lib/engine/graph/ops.ts";
import { input } from "../lib/engine/graph/value.ts";
import { drawWeights, weightsBehind } from "../lib/engine/graph/weights.ts";
import { seededRandom } from "../lib/base/tensor/random.ts";
import { tensor } from "../lib/base/tensor/tensor.ts";
import { sgd } from "../lib/engine/train/optimiser.ts";
import { buildStep } from "../lib/engine/train/step.ts";
import type { PeerCase } from "./peers/case.ts";
import { timeSteps } from "./time_steps.ts";

const SIDE = 256;
const CLASSES = 1000;

/** Forward, backward and update with momentum of a whole network on cross-entropy, all cores. */
export function resNetTrainingCase(network: keyof typeof RESNETS, batch: number): PeerCase {
  return {
    name: `training step, ${network}, ${batch} × ${SIDE}²`,
    about: "forward, backward and SGD with momentum; the peer is torchvision's network on PyTorch's CPU, all cores",
    script: "train_resnet.py",
    arguments: ["--network", network, "--batch", String(batch)],
    memory: true,
    async ours(repeats) {
      const image = input("image", "f32", [batch, 3, SIDE, SIDE]);
      const wanted = input("wanted", "f32", [batch, CLASSES]);
      const weights = drawWeights(seededRandom(0));
      const last = resNet(image, weights, RESNETS[network]).layer4;
      const logits = linear(
        globalAverage(last),
        weights("fc.weight", [CLASSES, Number(last.shape[1])], { kind: "normal", std: 0.01 }),
        weights("fc.bias", [CLASSES], { kind: "constant", value: 0 }),
      );
      const entropy = mul(reduceSum(mul(logSoftmax(logits, 1), wanted), { axes: [0, 1] }), number(-1 / batch));
      const { outputs: [loss], updates } = withBatchStatistics([entropy]);
      const trained = [...weightsBehind([loss]).values()].filter((weight) => !updates.has(weight));
      const step = buildStep({
        name: network,
        inputs: [image, wanted],
        loss,
        weights: trained,
        updates,
        optimiser: sgd({ momentum: 0.9 }),
      });
      const random = seededRandom(1);
      const target = new Float32Array(batch * CLASSES);
      for (let i = 0; i < batch; i++) target[i * CLASSES + i] = 1;
      const pixels = Float32Array.from({ length: batch * 3 * SIDE * SIDE }, () => random.normal());
      const feeds = {
        image: tensor("f32", [batch, 3, SIDE, SIDE], pixels),
        wanted: tensor("f32", [batch, CLASSES], target),
      };
      return await timeSteps(step, feeds, repeats);
    },
  };
}
