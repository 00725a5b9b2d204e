/** A training step of resnet18, beside PyTorch. @module */
import { trainingCase } from "../training_case.ts";
import type { PeerCase } from "./case.ts";

const peer: PeerCase = trainingCase("resnet18", 8);
export default peer;
