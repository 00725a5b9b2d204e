/** FastFlow from pixels to map and score, beside anomalib. @module */
import { fastFlow } from "../../lib/method/detect/fastflow/fastflow.ts";
import { detectorCase } from "../detector_case.ts";
import type { PeerCase } from "./case.ts";

const peer: PeerCase = detectorCase(fastFlow, { epochs: 1, batch: 8 }, "anomalib's FastflowModel with ResNet-18");
export default peer;
