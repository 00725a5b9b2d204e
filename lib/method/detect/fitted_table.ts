/** What detectors have fitted, by their names: all of them that scoring knows. @module */
import { findNamed } from "../learn/contract.ts";
import type { DetectorName, FittedDetector } from "./contract.ts";

/** What every detector has fitted, by the name that pipelines and model files use. Its code runs with the first model that has it. */
export const FITTED_DETECTORS: { readonly [Name in DetectorName]: () => Promise<FittedDetector> } = {
  patchcore: async () => (await import("./patchcore/apply.ts")).fittedPatchCore,
  padim: async () => (await import("./padim/apply.ts")).fittedPaDiM,
  fastflow: async () => (await import("./fastflow/apply.ts")).fittedFastFlow,
  rd4ad: async () => (await import("./rd4ad/apply.ts")).fittedRd4ad,
  efficientad: async () => (await import("./efficientad/apply.ts")).fittedEfficientAd,
  mean_difference: async () => (await import("./mean_difference/apply.ts")).fittedMeanDifference,
  onnx: async () => (await import("./onnx/apply.ts")).fittedOnnx,
  maps: async () => (await import("./maps/apply.ts")).fittedMaps,
};

/**
 * How what the detector of a name has fitted is read and applied.
 *
 * @throws {RangeError} where there is none; the message lists those that there are
 *
 * ```ts
 * import { fittedDetectorNamed } from "./fitted_table.ts";
 * console.assert((await fittedDetectorNamed("padim")).title === "PaDiM");
 * ```
 */
export async function fittedDetectorNamed(name: string): Promise<FittedDetector> {
  return await findNamed("detector", FITTED_DETECTORS, name)();
}
