/** Masks: which pixels of a bad part are defective. @module */
import { readFile } from "node:fs/promises";
import { readPixels } from "../image/decode.ts";
import type { Size } from "../image/resize.ts";
import { sha256 } from "../../base/io/hash.ts";
import { resizePlane } from "../segment/plane.ts";
import type { Item } from "./dataset.ts";
import { firstFew } from "../../base/io/listing.ts";

/**
 * The defective pixels of a part at a size, by the nearest pixel: 1 where the mask is not black, 0 elsewhere and
 * everywhere for a good part. VisA's masks number the kinds of defects, MVTec AD's are white; neither is told apart.
 *
 * @returns u8[height·width], or undefined for a part without a mask
 * @throws {RangeError} where the mask has another size than its picture
 * @throws {Error} where one of the two cannot be read
 *
 * ```ts
 * import { readMask } from "./mask.ts";
 * const good = { id: "a.png", path: "a.png", split: "test", label: "good", unseen: false } as const;
 * console.assert(await readMask(good, { height: 8, width: 8 }) === undefined);
 * ```
 */
export async function readMask(item: Item, size: Size): Promise<Uint8Array | undefined> {
  if (item.mask === undefined) return undefined;
  const [mask, picture] = await Promise.all([
    readPixels(item.mask),
    readPixels(item.path, { depth: { kind: "scale" } }),
  ]);
  const { height, width, channels, data } = mask;
  if (height !== picture.height || width !== picture.width) {
    throw new RangeError(
      `Cannot use the mask "${item.mask}" of "${item.path}" as both must have one size: the mask is ` +
        `${height} × ${width}, the picture ${picture.height} × ${picture.width}`,
    );
  }
  const labels = new Uint8Array(height * width);
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) labels[channels === 1 ? i : Math.floor(i / channels)] = 1;
  return resizePlane({ height, width, labels }, size).labels;
}

/**
 * SHA-256 of each part's mask, by id; "" for a good part without one.
 *
 * @throws {Error} where bad parts have none, or a file cannot be read
 */
export async function hashMasks(items: readonly Item[]): Promise<ReadonlyMap<string, string>> {
  const bare = items.filter(({ label, mask }) => label === "bad" && mask === undefined).map(({ id }) => id);
  if (bare.length > 0) {
    throw new Error(
      `Cannot judge or learn pixels as ${bare.length} bad parts have no mask: ${
        firstFew(bare)
      }. MVTec AD has them in ` +
        `ground_truth/<defect>/<name>_mask.png, VisA in the column mask of its split file`,
    );
  }
  const hashes = new Map<string, string>();
  for (const { id, mask } of items) {
    if (mask === undefined) hashes.set(id, "");
    else {
      try {
        hashes.set(id, sha256(await readFile(mask)));
      } catch (cause) {
        throw new Error(`Cannot read the mask "${mask}" of "${id}" as ${(cause as Error).message}`, { cause });
      }
    }
  }
  return hashes;
}
