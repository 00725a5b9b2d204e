/** Pseudo anomalies: a rectangle of one good picture on another. @module */
import { drawCut } from "./cut.ts";
import type { CutRules } from "./cut.ts";
import type { Random } from "../../base/tensor/random.ts";

const RULES: CutRules = { area: [0.02, 0.15], ratio: 0.3 };

/**
 * A picture with a rectangle of another one (CutMix, Yun et al. 2019, as Ding et al. 2022, Sec. 3.2 use it), taken from
 * and laid on places that are drawn apart; 2 to 15 % of the area, sides in a ratio of 0.3 to 3.3.
 *
 * @param picture three planes; not changed
 * @param other three planes of the same size
 *
 * ```ts
 * import { seededRandom } from "../../base/tensor/random.ts";
 * import { cutMix } from "./cut_mix.ts";
 * const [black, white] = [new Float32Array(300), new Float32Array(300).fill(1)];
 * const changed = cutMix(black, white, { height: 10, width: 10 }, seededRandom(0)).filter((value) => value === 1);
 * console.assert(changed.length > 0 && changed.length < 100);
 * ```
 */
export function cutMix(
  picture: Float32Array,
  other: Float32Array,
  { height, width }: { readonly height: number; readonly width: number },
  random: Random,
): Float32Array<ArrayBuffer> {
  const { rows, columns, from, to } = drawCut({ height, width }, RULES, random);
  const out = Float32Array.from(picture);
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < rows; y++) {
      const at = (c * height + from.top + y) * width + from.left;
      out.set(other.subarray(at, at + columns), (c * height + to.top + y) * width + to.left);
    }
  }
  return out;
}
