/** PaDiM from pixels to map and score, beside anomalib. @module */
import { padim } from "../../lib/method/detect/padim/padim.ts";
import { detectorCase } from "../detector_case.ts";
import type { PeerCase } from "./case.ts";

const peer: PeerCase = detectorCase(
  padim,
  { dims: 100, pool: 1, grid: "layer1" },
  "anomalib's PadimModel with ResNet-18",
);
export default peer;
