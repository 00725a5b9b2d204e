/** A training step of EfficientAD-M, beside PyTorch. @module */
import { efficientAdTrainingCase } from "../efficientad_training_case.ts";
import type { PeerCase } from "./case.ts";

const peer: PeerCase = efficientAdTrainingCase("medium");
export default peer;
