/** A training step of EfficientAD in its authors' width, beside PyTorch. @module */
import { dropoutShapes, losses } from "../lib/method/detect/efficientad/network.ts";
import { add } from "../lib/engine/graph/ops.ts";
import { input } from "../lib/engine/graph/value.ts";
import { drawWeights, weightsBehind } from "../lib/engine/graph/weights.ts";
import { seededRandom } from "../lib/base/tensor/random.ts";
import { tensor } from "../lib/base/tensor/tensor.ts";
import { adam } from "../lib/engine/train/optimiser.ts";
import { buildStep } from "../lib/engine/train/step.ts";
import type { PeerCase } from "./peers/case.ts";
import { timeSteps } from "./time_steps.ts";

const SIDE = 256;
const CHANNELS = 384;

/** The three losses of one picture, their gradients for student and autoencoder, and Adam's update; all cores. */
export function efficientAdTrainingCase(size: "small" | "medium"): PeerCase {
  return {
    name: `training step, EfficientAD-${size[0].toUpperCase()}, 1 × ${SIDE}²`,
    about: "student, teacher and autoencoder; the peer is anomalib's EfficientAdModel on PyTorch's CPU, all cores",
    script: "train_efficientad.py",
    arguments: ["--size", size],
    memory: true,
    async ours(repeats) {
      const shape = { size, width: 1, channels: CHANNELS, padding: false } as const;
      const pictures = [1, 3, SIDE, SIDE] as const;
      const [image, augmented, penalty] = ["image", "augmented", "penalty"].map((name) => input(name, "f32", pictures));
      const masks = dropoutShapes(1, { height: SIDE, width: SIDE })
        .map((each, i) => input(`dropout${i + 1}`, "f32", each));
      const parts = losses({ image, augmented, penalty, masks }, drawWeights(seededRandom(0)), shape);
      const loss = add(add(parts.student, parts.autoencoder), parts.studentAutoencoder);
      const step = buildStep({
        name: "EfficientAD",
        inputs: [image, augmented, penalty, ...masks],
        loss,
        weights: [...weightsBehind([loss]).values()].filter(({ name }) => !name!.startsWith("teacher.")),
        optimiser: adam({ weightDecay: 1e-5 }),
      });
      const random = seededRandom(1);
      const feeds = Object.fromEntries([image, augmented, penalty, ...masks].map(({ name, shape }) => {
        const size = shape.map(Number);
        return [name, tensor("f32", size, Float32Array.from({ length: size.reduce((a, b) => a * b) }, random.uniform))];
      }));
      return await timeSteps(step, feeds, repeats);
    },
  };
}
