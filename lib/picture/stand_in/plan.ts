/** Which parts a stand-in holds, in VAD's layout (SegAD paper, Sec. 3). @module */
import { seededRandom } from "../../base/tensor/random.ts";
import { mixSeed } from "./draw.ts";
import { type DefectKind, LOGICAL, type PartKind, STRUCTURAL, UNSEEN } from "./kinds.ts";
import { type PartRequest, partSpec } from "./part.ts";
import { STAND_IN_VERSION } from "./version.ts";

/** How many pictures of each sort. */
export interface StandInCounts {
  /** In `train/good`. */
  readonly trainGood: number;
  /** In `train/bad`. */
  readonly trainBad: number;
  /** In `test/good`. */
  readonly testGood: number;
  /** In `test/bad`. */
  readonly testBad: number;
  /** In `test/bad_unseen_defects`. */
  readonly testUnseen: number;
  /** How many of the bad training pictures the low-shot benchmark sees. */
  readonly lowShot: number;
}

/** `small` for trying, `paper` as large as VAD. */
export type StandInSize = "small" | "paper";

/** The sizes: that of the paper, and one for minutes on two cores. */
export const STAND_IN_COUNTS: Readonly<Record<StandInSize, StandInCounts>> = {
  paper: { trainGood: 2000, trainBad: 1000, testGood: 1000, testBad: 835, testUnseen: 165, lowShot: 100 },
  small: { trainGood: 400, trainBad: 160, testGood: 160, testBad: 135, testUnseen: 25, lowShot: 40 },
};

/** The seeds of the low-shot lists, one list each. */
export const LOW_SHOT_SEEDS = [333, 576, 725, 823, 831] as const;

/** One picture of a stand-in. */
export interface PlannedPart {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** @internal */
  readonly request: PartRequest & {
    readonly severity: number;
    /** Draw the mask of the part in its place. */
    readonly mask?: boolean;
  };
}

/** All pictures of a stand-in. */
export interface StandInPlan {
  /** Of the drawing: another version draws other pictures. */
  readonly version: number;
  /** Of all that is drawn. */
  readonly seed: number;
  /** How many pictures of each kind. */
  readonly counts: StandInCounts;
  /** The pictures. */
  readonly parts: readonly PlannedPart[];
  /** For each seed the file names in `train/bad`. */
  readonly lowShot: Readonly<Record<string, readonly string[]>>;
}

/**
 * Plans a stand-in. No two of its parts have the same index, so none is in two splits.
 *
 * ```ts
 * import { standInPlan } from "./plan.ts";
 * const { parts } = standInPlan({ size: "small", seed: 0 });
 * console.assert(parts[0].path === "train/good/0000.png");
 * ```
 */
export function standInPlan(
  { size, seed }: { readonly size: StandInSize | StandInCounts; readonly seed: number },
): StandInPlan {
  const counts = typeof size === "string" ? STAND_IN_COUNTS[size] : size;
  const seen: readonly DefectKind[] = [...LOGICAL, ...STRUCTURAL];
  let index = 0;
  function folder(path: string, count: number, kinds: readonly PartKind[]): PlannedPart[] {
    // Each kind equally often, in random order.
    const order = seededRandom(mixSeed(seed, index, 99)).permutation(count);
    return Array.from(order, (place, i) => {
      const request = { seed, index: index++, kind: kinds[place % kinds.length] };
      const name = `${path}/${String(i).padStart(4, "0")}.png`;
      return { path: name, request: { ...request, severity: partSpec(request).severity } };
    });
  }
  const parts = [
    ...folder("train/good", counts.trainGood, ["good"]),
    ...folder("train/bad", counts.trainBad, seen),
    ...folder("test/good", counts.testGood, ["good"]),
    ...folder("test/bad", counts.testBad, seen),
    ...folder("test/bad_unseen_defects", counts.testUnseen, UNSEEN),
  ];
  const lowShot = Object.fromEntries(LOW_SHOT_SEEDS.map((lowSeed) => {
    const drawn = seededRandom(mixSeed(seed, lowSeed, 98)).permutation(counts.trainBad).subarray(0, counts.lowShot);
    return [String(lowSeed), Array.from(drawn.sort(), (i) => `${String(i).padStart(4, "0")}.png`)];
  }));
  return { version: STAND_IN_VERSION, seed, counts, parts, lowShot };
}
