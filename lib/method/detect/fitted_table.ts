/** What detectors have fitted, by their names: all of them that scoring knows. @module */
import { findNamed } from "../learn/contract.ts";
import type { DetectorName, FittedDetector } from "./contract.ts";
import { fittedEfficientAd } from "./efficientad/apply.ts";
import { fittedFastFlow } from "./fastflow/apply.ts";
import { fittedMaps } from "./maps/apply.ts";
import { fittedMeanDifference } from "./mean_difference/apply.ts";
import { fittedOnnx } from "./onnx/apply.ts";
import { fittedPaDiM } from "./padim/apply.ts";
import { fittedPatchCore } from "./patchcore/apply.ts";
import { fittedRd4ad } from "./rd4ad/apply.ts";

/** What every detector has fitted, by the name that pipelines and model files use. */
export const FITTED_DETECTORS: { readonly [Name in DetectorName]: FittedDetector } = {
  patchcore: fittedPatchCore,
  padim: fittedPaDiM,
  fastflow: fittedFastFlow,
  rd4ad: fittedRd4ad,
  efficientad: fittedEfficientAd,
  mean_difference: fittedMeanDifference,
  onnx: fittedOnnx,
  maps: fittedMaps,
};

/**
 * How what the detector of a name has fitted is read and applied.
 *
 * @throws {RangeError} where there is none; the message lists those that there are
 *
 * ```ts
 * import { fittedDetectorNamed } from "./fitted_table.ts";
 * console.assert(fittedDetectorNamed("padim").title === "PaDiM");
 * ```
 */
export function fittedDetectorNamed(name: string): FittedDetector {
  return findNamed("detector", FITTED_DETECTORS, name);
}
