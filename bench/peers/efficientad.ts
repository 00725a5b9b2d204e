/** EfficientAD-S from pixels to map and score, beside anomalib. @module */
import { efficientAd } from "../../lib/method/detect/efficientad/efficientad.ts";
import { detectorCase } from "../detector_case.ts";
import type { PeerCase } from "./case.ts";

const peer: PeerCase = detectorCase(efficientAd, {
  width: 1,
  steps: 1,
  distillation: { steps: 1, batch: 1, rate: 1e-3 },
}, "anomalib's EfficientAdModel");
export default peer;
