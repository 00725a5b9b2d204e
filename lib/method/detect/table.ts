/** All detectors by name. @module */
import type { Detector } from "./contract.ts";
import { efficientAd } from "./efficientad/efficientad.ts";
import { fastFlow } from "./fastflow/fastflow.ts";
import { meanDifference } from "./mean_difference/mean_difference.ts";
import { maps } from "./maps/maps.ts";
import { onnx } from "./onnx/onnx.ts";
import { padim } from "./padim/padim.ts";
import { rd4ad } from "./rd4ad/rd4ad.ts";
import { patchCore } from "./patchcore/patchcore.ts";

/** Every detector, by the name that pipelines use. */
export const DETECTORS: Readonly<Record<string, Detector>> = {
  [patchCore.name]: patchCore as Detector,
  [padim.name]: padim as Detector,
  [fastFlow.name]: fastFlow as Detector,
  [rd4ad.name]: rd4ad as Detector,
  [efficientAd.name]: efficientAd as Detector,
  [meanDifference.name]: meanDifference as Detector,
  [onnx.name]: onnx as Detector,
  [maps.name]: maps as Detector,
};

/**
 * The detector of a name.
 *
 * @throws {RangeError} where there is none; the message lists those that there are
 *
 * ```ts
 * import { detectorNamed } from "./table.ts";
 * console.assert(detectorNamed("padim").title === "PaDiM");
 * ```
 */
export function detectorNamed(name: string): Detector {
  if (Object.hasOwn(DETECTORS, name)) return DETECTORS[name];
  const known = Object.keys(DETECTORS).map((key) => `"${key}"`).join(", ");
  throw new RangeError(`Cannot use detector "${name}" as the detectors are ${known}`);
}
