/** Which pixels of a part show its defect. @module */
import { type Photo, photo } from "../../domain.ts";
import { type PartRequest, partSpec } from "./part.ts";
import { renderPart } from "./render.ts";

/** Levels of 255 by which a pixel must differ; one is what rounding makes. */
const VISIBLE = 2;

/**
 * The mask of a part: white where it differs visibly from the good part of the same seed and index, which lies under it.
 * Where nothing does, as with the faintest defects, the pixels that differ at all.
 *
 * ```ts
 * import { renderMask } from "./mask.ts";
 * const { data } = renderMask({ seed: 0, index: 7, kind: "good" });
 * console.assert(data.every((value) => value === 0));
 * ```
 */
export function renderMask(request: PartRequest): Photo {
  const bad = renderPart(partSpec(request));
  const { severity: _, ...part } = request;
  const good = renderPart(partSpec({ ...part, kind: "good" }));
  const [height, width] = bad.shape.map(Number);
  const data = new Uint8Array(bad.data.length);
  for (const least of [VISIBLE, 1]) {
    for (let i = 0; i < data.length; i += 3) {
      const apart = Math.max(...[i, i + 1, i + 2].map((at) => Math.abs(bad.data[at] - good.data[at])));
      if (apart >= least) data.fill(255, i, i + 3);
    }
    if (data.includes(255)) break;
  }
  return photo([height, width, 3], data);
}
