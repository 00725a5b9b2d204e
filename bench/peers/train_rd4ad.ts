/** A training step of RD4AD, beside anomalib. @module */
import { adam } from "../../lib/engine/train/optimiser.ts";
import { build } from "../../lib/method/detect/rd4ad/apply.ts";
import { distillationLoss } from "../../lib/method/detect/rd4ad/network.ts";
import { RD4AD_PRESETS } from "../../lib/method/detect/rd4ad/rd4ad.ts";
import { detectorTrainingCase } from "../detector_training_case.ts";
import type { PeerCase } from "./case.ts";

const { block, blocks, width, betas } = RD4AD_PRESETS.small;

const peer: PeerCase = detectorTrainingCase({
  name: "rd4ad",
  title: "RD4AD",
  peer: "ReverseDistillationModel without its encoder",
  optimiser: adam({ betas }),
  build(layers, batch, weights) {
    // A residual network's features have no values below zero.
    const { inputs, teacher, made } = build({ layers, block, blocks, width, signed: false }, batch, weights);
    return { inputs, loss: distillationLoss(teacher, made) };
  },
});
export default peer;
