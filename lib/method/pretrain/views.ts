/** The views of a picture that pre-training compares. @module */
import type { Size } from "../../picture/image/resize.ts";
import { seededRandom } from "../../base/tensor/random.ts";
import { augment, AUGMENTATIONS } from "../../picture/change/augment.ts";
import { cutPaste, smoothBlend } from "../../picture/change/local_change.ts";
import type { ChangeLocally } from "../../picture/change/local_change.ts";

/** Ways to change a picture at one place, by name. */
export const NEGATIVES = { smoothblend: smoothBlend, cutpaste: cutPaste } as const satisfies Record<
  string,
  ChangeLocally
>;
/** What a local change is made by. */
export type Negative = keyof typeof NEGATIVES;

/** What is seen of a picture in a step. */
export type ViewName = "anchor" | "strong" | "positive" | "negative";

/** How views are made. */
export interface ViewRules {
  /** Those that are wanted. */
  readonly views: readonly ViewName[];
  /** Of the anchor and the strong view. */
  readonly augmentation: keyof typeof AUGMENTATIONS;
  readonly negative: Negative;
}

/**
 * Makes views: `anchor` and `strong` are two strongly augmented views, x and x̂; `positive` is the anchor augmented weakly,
 * x̃⁺; `negative` the anchor changed at one place, x̃⁻. The last two differ from the anchor by little, and in what.
 *
 * @param pixels three planes, 0 to 1; not changed
 * @returns planes in the order of `rules.views`
 *
 * ```ts
 * import { makeViews } from "./views.ts";
 * const rules = { views: ["anchor", "negative"], augmentation: "weak", negative: "smoothblend" } as const;
 * console.assert(makeViews(new Float32Array(768), { height: 16, width: 16 }, rules, 0).length === 2);
 * ```
 */
export function makeViews(
  pixels: Float32Array,
  size: Size,
  { views, augmentation, negative }: ViewRules,
  seed: number,
): Float32Array<ArrayBuffer>[] {
  const random = seededRandom(seed);
  const anchor = augment(pixels, size, AUGMENTATIONS[augmentation], random);
  const made = {
    anchor,
    strong: () => augment(pixels, size, AUGMENTATIONS[augmentation], random),
    positive: () => augment(anchor, size, AUGMENTATIONS.weak, random),
    negative: () => NEGATIVES[negative](anchor, size, random).pixels,
  };
  return views.map((name) => name === "anchor" ? anchor : made[name]());
}
