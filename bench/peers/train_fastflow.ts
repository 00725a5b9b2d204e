/** A training step of FastFlow, beside anomalib. @module */
import { seededRandom } from "../../lib/base/tensor/random.ts";
import { adam } from "../../lib/engine/train/optimiser.ts";
import { build } from "../../lib/method/detect/fastflow/apply.ts";
import { FASTFLOW_PRESETS } from "../../lib/method/detect/fastflow/fastflow.ts";
import { flowLoss } from "../../lib/method/detect/fastflow/flow.ts";
import { detectorTrainingCase } from "../detector_training_case.ts";
import type { PeerCase } from "./case.ts";

const { blocks, only3x3, hidden, weightDecay } = FASTFLOW_PRESETS.paper;

const peer: PeerCase = detectorTrainingCase({
  name: "fastflow",
  title: "FastFlow",
  peer: "FastflowModel without its backbone",
  optimiser: adam({ weightDecay }),
  build(layers, batch, weights) {
    const random = seededRandom(2);
    const permutations = Object.fromEntries(
      layers.flatMap(({ channels }, i) =>
        Array.from({ length: blocks }, (_, block) => [`layers.${i}.blocks.${block}`, random.permutation(channels)])
      ),
    );
    const { inputs, flows } = build({ layers, blocks, only3x3, hidden, permutations }, batch, weights);
    return { inputs, loss: flowLoss(flows) };
  },
});
export default peer;
