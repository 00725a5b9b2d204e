/** One table of defects: each kind changes the description of a good part. @module */
import type { Random } from "../../base/tensor/random.ts";
import type { DefectKind } from "./kinds.ts";
import {
  dotMisplaced,
  dotShape,
  dotSmall,
  wireBent,
  wireBeside,
  wireEndOut,
  wireMissing,
  wireOffPin,
  wireOnTop,
  wireOut,
  wireStraight,
} from "./logical.ts";
import type { PartSpec } from "./spec.ts";
import { brokenEdge, burn, crack, deepScratch, metal, plastic, solderBalls, solderPaste } from "./structural.ts";
import { burnedDot, burnedWire, extraWire } from "./unseen.ts";

/** Adds a defect to a good part; `severity` goes from 0, barely visible, to 1, obvious. */
export type Defect = (good: PartSpec, severity: number, random: Random) => PartSpec;

const defects: Record<DefectKind, Defect> = {
  wire_beside: wireBeside,
  wire_on_top: wireOnTop,
  wire_missing: wireMissing,
  wire_bent: wireBent,
  wire_straight: wireStraight,
  wire_end_out: wireEndOut,
  wire_out: wireOut,
  wire_off_pin: wireOffPin,
  dot_misplaced: dotMisplaced,
  dot_small: dotSmall,
  dot_shape: dotShape,
  scratch: deepScratch,
  crack,
  solder_balls: solderBalls,
  solder_paste: solderPaste,
  plastic,
  metal,
  burn,
  broken_edge: brokenEdge,
  burned_dot: burnedDot,
  burned_wire: burnedWire,
  extra_wire: extraWire,
};

/** The good part with a defect of the kind. */
export function addDefect(good: PartSpec, kind: DefectKind, severity: number, random: Random): PartSpec {
  return { ...defects[kind](good, severity, random), kind, severity };
}
