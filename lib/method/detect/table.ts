/** All detectors by name, to configure and to fit; what they have fitted is in `fitted_table.ts`. @module */
import { findNamed } from "../learn/contract.ts";
import type { Detector, DetectorName } from "./contract.ts";
import { efficientAd } from "./efficientad/efficientad.ts";
import { fastFlow } from "./fastflow/fastflow.ts";
import { meanDifference } from "./mean_difference/mean_difference.ts";
import { maps } from "./maps/maps.ts";
import { onnx } from "./onnx/onnx.ts";
import { padim } from "./padim/padim.ts";
import { rd4ad } from "./rd4ad/rd4ad.ts";
import { patchCore } from "./patchcore/patchcore.ts";

/** Every detector, by the name that pipelines use. */
export const DETECTORS: { readonly [Name in DetectorName]: Detector } = {
  patchcore: patchCore,
  padim,
  fastflow: fastFlow,
  rd4ad,
  efficientad: efficientAd,
  mean_difference: meanDifference,
  onnx,
  maps,
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
  return findNamed("detector", DETECTORS, name);
}
