/** RD4AD from pixels to map and score, beside anomalib. @module */
import { rd4ad } from "../../lib/method/detect/rd4ad/rd4ad.ts";
import { detectorCase } from "../detector_case.ts";
import type { PeerCase } from "./case.ts";

const peer: PeerCase = detectorCase(
  rd4ad,
  { signed: false, standardise: false, epochs: 1, batch: 8 },
  "anomalib's ReverseDistillationModel with ResNet-18",
);
export default peer;
