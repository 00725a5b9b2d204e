/**
 * Every detector alone on photographs of solar cells (ELPV), and SegAD over all of them with EfficientAD and without:
 * `elpv_learned.ts` without classifiers.
 *
 *     deno task pipeline elpv_detectors.ts --data DIR --seeds 333
 *
 * About half an hour and a seed on 2 cores, most of it EfficientAD's.
 */
import { definePipeline } from "../mod.ts";
import learned from "./elpv_learned.ts";
import { withoutClassifiers } from "./detectors.ts";

export default definePipeline({ ...withoutClassifiers(learned), name: "elpv-detectors" });
