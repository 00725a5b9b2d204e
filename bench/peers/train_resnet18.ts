/** A training step of resnet18, beside PyTorch. @module */
import { resNetTrainingCase } from "../resnet_training_case.ts";
import type { PeerCase } from "./case.ts";

const peer: PeerCase = resNetTrainingCase("resnet18", 8);
export default peer;
