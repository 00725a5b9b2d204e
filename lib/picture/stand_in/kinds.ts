/** The kinds of stand-in parts: good, and the defects of VAD (Table 7, Sec. 3, Fig. 4). @module */

/** Components misplaced or misshapen. */
export const LOGICAL = [
  "wire_beside",
  "wire_on_top",
  "wire_missing",
  "wire_bent",
  "wire_straight",
  "wire_end_out",
  "wire_out",
  "wire_off_pin",
  "dot_misplaced",
  "dot_small",
  "dot_shape",
] as const;

/** Damage and pollution. */
export const STRUCTURAL = [
  "scratch",
  "crack",
  "solder_balls",
  "solder_paste",
  "plastic",
  "metal",
  "burn",
  "broken_edge",
] as const;

/** Kinds that no training set holds. */
export const UNSEEN = ["burned_dot", "burned_wire", "extra_wire"] as const;

export type DefectKind = typeof LOGICAL[number] | typeof STRUCTURAL[number] | typeof UNSEEN[number];
export type PartKind = "good" | DefectKind;

/** All kinds of defects. */
export const DEFECT_KINDS: readonly DefectKind[] = [...LOGICAL, ...STRUCTURAL, ...UNSEEN];
