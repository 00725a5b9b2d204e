/** A training step of wide_resnet50_2, beside PyTorch. @module */
import { trainingCase } from "../training_case.ts";
import type { PeerCase } from "./case.ts";

const peer: PeerCase = trainingCase("wide_resnet50_2", 4);
export default peer;
