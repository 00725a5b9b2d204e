/** What a picture is like, in a few numbers: what tells copies, and pictures unlike the others. @module */
import { createHash } from "node:crypto";
import type { Pixels } from "./pixels.ts";

/** What there is to see at a glance. */
export interface Look {
  /** In pixels. */
  readonly height: number;
  /** In pixels. */
  readonly width: number;
  /** SHA-256 of the size and the decoded pixels: the same for the same picture in another file, and for grey as RGB. */
  readonly content: string;
  /** The darkest sample, 0 to 255. */
  readonly low: number;
  /** The brightest sample, 0 to 255. */
  readonly high: number;
  /** Of all samples, 0 to 255. */
  readonly mean: number;
  /** The share of pixels with nothing but 254 and 255, 0 to 1: where a sensor has seen too much light. */
  readonly clipped: number;
}

/** A look with a small picture for those who compare pictures, where that was wanted: see `thumbnailsOf`. */
export interface CloserLook extends Look {
  /** f32[1024]. */
  readonly thumbnail?: Float32Array<ArrayBuffer>;
}

/** From here on a sample is clipped. */
const CLIPPED = 254;

/**
 * Looks at a picture.
 *
 * ```ts
 * import { lookAt } from "./look.ts";
 * const { mean, clipped } = lookAt({ height: 1, width: 2, channels: 1, data: new Uint8Array([0, 255]) });
 * console.assert(mean === 127.5 && clipped === 0.5);
 * ```
 */
export function lookAt({ height, width, channels, data }: Pixels): Look {
  let [low, high, sum, clipped, grey] = [255, 0, 0, 0, true];
  for (let i = 0; i < data.length; i += channels) {
    const first = data[i];
    let [least, most] = [first, first];
    sum += first;
    for (let c = 1; c < channels; c++) {
      const value = data[i + c];
      sum += value;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (least !== most) grey = false;
    if (least >= CLIPPED) clipped++;
    if (least < low) low = least;
    if (most > high) high = most;
  }
  const one = grey && channels > 1 ? data.filter((_, i) => i % channels === 0) : data;
  const content = createHash("sha256").update(`${height} ${width} ${one.length}\n`).update(one).digest("hex");
  return { height, width, content, low, high, mean: sum / data.length, clipped: clipped / (height * width) };
}
