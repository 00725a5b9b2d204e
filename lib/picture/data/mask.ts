/** Masks: which pixels of a bad part are defective. @module */
import { firstFew } from "../../base/text/first_few.ts";
import { readWhole } from "../../base/io/read_file.ts";
import { sha256 } from "../../base/io/hash.ts";
import { type ReadOptions, readSamples } from "../image/decode.ts";
import { markedPixels } from "../image/marked_pixels.ts";
import type { Size } from "../image/resize.ts";
import { readSize } from "../image/size.ts";
import { countPixels, type LabelPlane, resizePlane } from "../segment/plane.ts";
import type { Item } from "./dataset.ts";

/** How masks are read. */
export interface MaskOptions extends Size {
  /** The most pixels that are decoded; 100 million where left out. */
  readonly maxPixels?: number;
}

/**
 * The defective pixels of a part at a size, by the nearest pixel: 1 where the mask marks them, 0 elsewhere and everywhere
 * for a good part. VisA's masks number the kinds of defects, MVTec AD's are white; neither is told apart. See
 * {@linkcode markedPixels} for soft edges, alpha and grey ground.
 *
 * @param hash of the mask's file, where other content is an error
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
export async function readMask(
  item: Item,
  { maxPixels, ...size }: MaskOptions,
  hash?: string,
): Promise<Uint8Array | undefined> {
  if (item.mask === undefined) return undefined;
  const [{ height, width, labels }, picture] = await Promise.all([
    readMarks(item.mask, { maxPixels, sha256: hash }),
    readSize(item.path),
  ]);
  if (height !== picture.height || width !== picture.width) {
    throw new RangeError(
      `Cannot use the mask "${item.mask}" of "${item.path}" as both must have one size: the mask is ` +
        `${height} × ${width}, the picture ${picture.height} × ${picture.width}`,
    );
  }
  return resizePlane({ height, width, labels }, size).labels;
}

async function readMarks(path: string, options: Pick<ReadOptions, "maxPixels" | "sha256">): Promise<LabelPlane> {
  const samples = await readSamples(path, options);
  if (samples.colours === 4) throw new SyntaxError(`Cannot use the mask "${path}" as it is CMYK: save it as grey`);
  return { height: samples.height, width: samples.width, labels: markedPixels(samples) };
}

/** A mask that marks a larger share of its picture was hardly meant. */
const MOST = 0.5;
/** Masks that are decoded at the same time. */
const AT_ONCE = 4;

/**
 * Looks at the masks of all bad parts before they are judged by.
 *
 * @returns what is odd about them, in sentences; why one cannot be read is told by what needs it
 */
export async function checkMasks(items: readonly Item[], maxPixels?: number): Promise<string[]> {
  const bad = items.filter(({ label, mask }) => label === "bad" && mask !== undefined);
  const shares: (number | undefined)[] = [];
  for (let from = 0; from < bad.length; from += AT_ONCE) {
    const some = await Promise.all(
      bad.slice(from, from + AT_ONCE).map(({ mask }) => readMarks(mask!, { maxPixels }).catch(() => undefined)),
    );
    shares.push(...some.map((plane) => plane && countPixels(plane.labels, 2).counts[1] / plane.labels.length));
  }
  const tell = (odd: (share?: number) => boolean, what: string) => {
    const some = bad.filter((_, i) => odd(shares[i]));
    return some.length === 0
      ? []
      : [`${some.length} of ${bad.length} masks ${what}: ${firstFew(some.map(({ id }) => id))}`];
  };
  return [
    ...tell((share) => share === 0, "mark no pixel, so that their bad parts count as good all over"),
    ...tell((share) => share! > MOST, "mark more than half of their picture, where defects must be light on dark"),
    ...tell((share) => share === undefined, "cannot be read"),
  ];
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
        `ground_truth/<defect>/<name>_mask.png, VisA in the column mask of its split file, a plain folder beside the ` +
        `pictures in bad/ as <name>_mask.png`,
    );
  }
  const hashes = new Map<string, string>();
  for (const { id, mask } of items) {
    if (mask === undefined) hashes.set(id, "");
    else {
      try {
        hashes.set(id, sha256(await readWhole(mask)));
      } catch (cause) {
        throw new Error(`Cannot read the mask of "${id}"`, { cause });
      }
    }
  }
  return hashes;
}
