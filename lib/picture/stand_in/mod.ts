/**
 * The procedural stand-in: drawn parts with known defects, in the layouts of VAD, VisA and MVTec AD, or as a plain folder.
 *
 * @module
 */
export { GENERATED_KINDS, type GeneratedDefect, generateDefect } from "../change/generated_defects.ts";
export type { MaskedCounts, MaskedLayout, MaskedPlan } from "./masked_plan.ts";
export type { PlannedPart, StandInCounts, StandInPlan, StandInSize } from "./plan.ts";
export { STAND_IN_VERSION } from "./version.ts";
export {
  type WriteMaskedOptions,
  writeMaskedStandIn,
  type WriteOptions,
  writeStandIn,
  type WriteStandInOptions,
} from "./write.ts";
