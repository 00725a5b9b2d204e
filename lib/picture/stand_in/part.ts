/** Drawing the description of a part from a seed. @module */
import { seededRandom } from "../../base/tensor/random.ts";
import { addDefect } from "./defects.ts";
import { mixSeed } from "./draw.ts";
import { goodPart } from "./good_part.ts";
import { DEFECT_KINDS, type PartKind } from "./kinds.ts";
import type { PartSpec } from "./spec.ts";

/** Which part: the same numbers give the same part. */
export interface PartRequest {
  readonly seed: number;
  /** The number of the part within the seed, from 0. */
  readonly index: number;
  readonly kind: PartKind;
  /** From 0, barely visible, to 1, obvious; drawn where it is not given. */
  readonly severity?: number;
}

/**
 * Describes a part. Under all but its defect lies the good part of the same seed and index, so that the two can be
 * compared with each other.
 *
 * @throws {RangeError} for a seed or an index that is not a whole number from 0 to 2³²−1, a severity outside 0 to 1, or
 *   an unknown kind
 *
 * ```ts
 * import { partSpec } from "./part.ts";
 * const spec = partSpec({ seed: 1, index: 7, kind: "crack", severity: 1 });
 * console.assert(spec.under.length > partSpec({ seed: 1, index: 7, kind: "good" }).under.length);
 * ```
 */
export function partSpec({ seed, index, kind, severity }: PartRequest): PartSpec {
  for (const [name, value] of Object.entries({ seed, index })) {
    if (!(Number.isInteger(value) && value >= 0 && value <= 0xffffffff)) {
      throw new RangeError(`Cannot draw a part as the ${name} must be a whole number from 0 to 4294967295: ${value}`);
    }
  }
  const order = kind === "good" ? 0 : DEFECT_KINDS.indexOf(kind) + 1;
  if (order === 0 && kind !== "good") throw new RangeError(`Cannot draw a part as the kind "${kind}" is unknown`);
  if (severity !== undefined && !(severity >= 0 && severity <= 1)) {
    throw new RangeError(`Cannot draw a part as the severity must be from 0 to 1: ${severity}`);
  }
  const good: PartSpec = { seed, index, kind: "good", severity: 0, ...goodPart(seededRandom(mixSeed(seed, index, 0))) };
  if (kind === "good") return good;
  const random = seededRandom(mixSeed(seed, index, order));
  // A little more of the visible ones: set once, so that PatchCore alone reaches the level that it reaches on VAD.
  const drawn = random.uniform() ** 0.8;
  return addDefect(good, kind, severity ?? drawn, random);
}
