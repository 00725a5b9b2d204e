/** A training step of a detector that learns from the features of ResNet-18, beside PyTorch. @module */
import { withBatchStatistics } from "../lib/engine/graph/batch_statistics.ts";
import type { Value } from "../lib/engine/graph/value.ts";
import { drawWeights, weightsBehind } from "../lib/engine/graph/weights.ts";
import type { Grid } from "../lib/method/detect/contract.ts";
import { seededRandom } from "../lib/base/tensor/random.ts";
import { tensor } from "../lib/base/tensor/tensor.ts";
import type { Optimiser } from "../lib/engine/train/optimiser.ts";
import { buildStep } from "../lib/engine/train/step.ts";
import type { PeerCase } from "./peers/case.ts";
import { timeSteps } from "./time_steps.ts";

const BATCH = 8;
const SIDE = 256;

/** ResNet-18's layers of strides 4, 8 and 16 on pictures of 256 × 256. */
const LAYERS: readonly Grid[] = [64, 128, 256].map((channels, i) => {
  const side = SIDE / (4 << i);
  return { name: `layer${i + 1}`, channels, height: side, width: side };
});

/** What a detector trains, as its `fit` builds it. */
export interface DetectorStep {
  readonly name: "fastflow" | "rd4ad";
  readonly title: string;
  /** Which of anomalib's models the peer is. */
  readonly peer: string;
  readonly optimiser: Optimiser;
  /** The features that are fed, and one float. */
  build(layers: readonly Grid[], batch: number, weights: ReturnType<typeof drawWeights>): {
    readonly inputs: readonly Value<"f32">[];
    readonly loss: Value<"f32">;
  };
}

/** Features handed over, forward, backward and Adam's update; all cores. The backbone has no part in a step. */
export function detectorTrainingCase({ name, title, peer, optimiser, build }: DetectorStep): PeerCase {
  return {
    name: `training step, ${title}, ${BATCH} × ${SIDE}²`,
    about: `features of ResNet-18 to updated weights; the peer is anomalib's ${peer} on PyTorch's CPU, all cores`,
    script: "train_detectors.py",
    arguments: ["--detector", name, "--batch", String(BATCH)],
    memory: true,
    async ours(repeats) {
      const { inputs, loss: plain } = build(LAYERS, BATCH, drawWeights(seededRandom(0)));
      const { outputs: [loss], updates } = withBatchStatistics([plain] as const);
      const weights = [...weightsBehind([loss]).values()]
        .filter((weight) => !updates.has(weight) && !weight.name!.startsWith("teacher."));
      const step = buildStep({ name: title, inputs, loss, weights, updates, optimiser });
      const random = seededRandom(1);
      const feeds = Object.fromEntries(inputs.map(({ name, shape }) => {
        const size = shape.map(Number);
        return [name, tensor("f32", size, Float32Array.from({ length: size.reduce((a, b) => a * b) }, random.uniform))];
      }));
      return await timeSteps(step, feeds, repeats);
    },
  };
}
