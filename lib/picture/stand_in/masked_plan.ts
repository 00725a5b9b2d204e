/** Which parts a smaller stand-in holds: with masks in the layout of VisA (SPD paper, ECCV 2022) or MVTec AD, or in a plain folder. @module */
import { seededRandom } from "../../base/tensor/random.ts";
import { VISA_SPLITS, type VisaSplit } from "../data/readers/visa.ts";
import { mixSeed } from "./draw.ts";
import { DEFECT_KINDS } from "./kinds.ts";
import { partSpec } from "./part.ts";
import type { PlannedPart, StandInSize } from "./plan.ts";
import { STAND_IN_VERSION } from "./version.ts";

/** Its layouts: the first two have masks, a folder of good and bad parts as a user has them has none. */
export type MaskedLayout = "visa" | "mvtec" | "folder";

/** How many pictures of each sort. */
export interface MaskedCounts {
  /** Good pictures. */
  readonly good: number;
  /** Pictures with a defect. */
  readonly bad: number;
}

/** The sizes: that of an object of VisA, and one for minutes on two cores. */
export const MASKED_COUNTS: Readonly<Record<StandInSize, MaskedCounts>> = {
  paper: { good: 1000, bad: 100 },
  small: { good: 200, bad: 60 },
};

/** The object of VisA, or class of MVTec AD, that the parts are. */
export const MASKED_OBJECT = "piezo";

/** The shares of good and bad parts that train, in VisA's split files (SPD paper). */
const SHARES: Readonly<Record<VisaSplit, MaskedCounts>> = {
  "1cls": { good: 0.9, bad: 0 },
  "2cls_fewshot": { good: 0.2, bad: 0.2 },
  "2cls_highshot": { good: 0.6, bad: 0.6 },
};

/** All files of a smaller stand-in. */
export interface MaskedPlan {
  /** Of the drawing: another version draws other pictures. */
  readonly version: number;
  /** Of all that is drawn. */
  readonly seed: number;
  /** Whose layout. */
  readonly layout: MaskedLayout;
  /** How many pictures of each kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** The pictures, and their masks where the layout has them. */
  readonly parts: readonly PlannedPart[];
  /** Split files by path. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Plans a smaller stand-in: the same parts in all layouts, defects of all kinds equally often.
 *
 * ```ts
 * import { maskedPlan } from "./masked_plan.ts";
 * const { parts } = maskedPlan({ layout: "mvtec", size: { good: 10, bad: 2 }, seed: 0 });
 * console.assert(parts.length === 14 && parts[0].path === "piezo/train/good/0000.png");
 * ```
 */
export function maskedPlan(
  { layout, size, seed }: { layout: MaskedLayout; size: StandInSize | MaskedCounts; seed: number },
): MaskedPlan {
  const counts = typeof size === "string" ? MASKED_COUNTS[size] : size;
  const order = seededRandom(mixSeed(seed, 0, 97)).permutation(counts.bad);
  const requests = Array.from({ length: counts.good + counts.bad }, (_, index) => {
    const kind = index < counts.good ? "good" : DEFECT_KINDS[order[index - counts.good] % DEFECT_KINDS.length];
    const request = { seed, index, kind } as const;
    return { ...request, severity: partSpec(request).severity };
  });
  const trained = Math.round(counts.good * SHARES["1cls"].good);
  const parts = requests.flatMap((request, index): PlannedPart[] => {
    const bad = request.kind !== "good";
    const name = number(bad ? index - counts.good : index);
    const paths = layout === "folder"
      ? { image: bad ? `bad/${request.kind}/${name}.png` : `good/${name}.png`, mask: undefined }
      : layout === "visa"
      ? visaPaths(bad, name)
      : mvtecPaths(request.kind, bad ? name : number(index < trained ? index : index - trained), index < trained);
    const part = { path: paths.image, request };
    return paths.mask === undefined ? [part] : [part, { path: paths.mask, request: { ...request, mask: true } }];
  });
  const files = layout === "visa"
    ? Object.fromEntries(VISA_SPLITS.map((split) => [
      `split_csv/${split}.csv`,
      splitFile(split, counts, seed),
    ]))
    : {};
  return { version: STAND_IN_VERSION, seed, layout, counts: { ...counts }, parts, files };
}

function visaPaths(bad: boolean, name: string): { image: string; mask?: string } {
  const kind = bad ? "Anomaly" : "Normal";
  return {
    image: `${MASKED_OBJECT}/Data/Images/${kind}/${name}.png`,
    ...bad && { mask: `${MASKED_OBJECT}/Data/Masks/${kind}/${name}.png` },
  };
}

function mvtecPaths(kind: string, name: string, train: boolean): { image: string; mask?: string } {
  return {
    image: `${MASKED_OBJECT}/${train ? "train" : "test"}/${kind}/${name}.png`,
    ...kind !== "good" && { mask: `${MASKED_OBJECT}/ground_truth/${kind}/${name}_mask.png` },
  };
}

/** Good parts first; which of them train is drawn by the seed of the stand-in. */
function splitFile(split: VisaSplit, counts: MaskedCounts, seed: number): string {
  const rows = (["good", "bad"] as const).flatMap((label, i) => {
    const count = counts[label];
    const trained = new Set(
      seededRandom(mixSeed(seed, VISA_SPLITS.indexOf(split), 95 + i)).permutation(count)
        .subarray(0, Math.round(count * SHARES[split][label])),
    );
    return Array.from({ length: count }, (_, n) => {
      const { image, mask = "" } = visaPaths(label === "bad", number(n));
      return [MASKED_OBJECT, trained.has(n) ? "train" : "test", label === "bad" ? "anomaly" : "normal", image, mask];
    });
  });
  return ["object,split,label,image,mask", ...rows.map((row) => row.join())].join("\n") + "\n";
}

function number(n: number): string {
  return String(n).padStart(4, "0");
}
