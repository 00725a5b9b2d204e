/** A training step of wide_resnet50_2, beside PyTorch. @module */
import { resNetTrainingCase } from "../resnet_training_case.ts";
import type { PeerCase } from "./case.ts";

const peer: PeerCase = resNetTrainingCase("wide_resnet50_2", 4);
export default peer;
