/** From what a segmentation network says to labels. @module */
import { IGNORED } from "../../domain.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import type { LabelPlane } from "./plane.ts";
import type { Size } from "../image/resize.ts";

/** A network's input of one picture. */
export interface NetworkInput extends Size {
  /** f32[1,H,W,3] in place of f32[1,3,H,W]. */
  readonly channelsLast: boolean;
}

/** A network's output for one picture. */
export interface NetworkOutput {
  readonly dtype: string;
  readonly shape: readonly Dim[];
  readonly data: ArrayLike<number>;
}

/** How an output holds segments. */
export interface OutputLayout extends Size {
  /** `scores`: the largest of several channels; `level`: one channel, cut at a threshold; `labels`: whole numbers. */
  readonly kind: "scores" | "level" | "labels";
  readonly channels: number;
  /** From a channel of a pixel to the next in the data, and from a pixel to the next. */
  readonly steps: { readonly channel: number; readonly pixel: number };
}

/**
 * How a network wants its pictures: by its declared input.
 *
 * @param side height and width where the network leaves them free
 * @throws {TypeError} where it is neither f32[N,3,H,W] nor f32[N,H,W,3], or no batch of one
 *
 * ```ts
 * import { networkInput } from "./network_labels.ts";
 * const { height, width, channelsLast } = networkInput({ dtype: "f32", shape: [1, 384, "W", 3] }, 256);
 * console.assert(height === 384 && width === 256 && channelsLast);
 * ```
 */
export function networkInput(
  { dtype, shape }: { readonly dtype: string; readonly shape: readonly Dim[] },
  side: number,
): NetworkInput {
  const channelsLast = shape[3] === 3 && shape[1] !== 3;
  const [batch, channels, ...sides] = channelsLast ? [shape[0], shape[3], shape[1], shape[2]] : shape;
  if (dtype !== "f32" || shape.length !== 4 || fixed(batch, 1) !== 1 || fixed(channels, 3) !== 3) {
    throw new TypeError(`its input must be f32[N,3,H,W] or f32[N,H,W,3] with N free or 1: it is ${show(dtype, shape)}`);
  }
  return { height: fixed(sides[0], side), width: fixed(sides[1], side), channelsLast };
}

/** A literal size, or another where it is free; some exporters write −1 for free. */
function fixed(size: Dim, otherwise: number): number {
  return typeof size === "number" && size > 0 ? size : otherwise;
}

/**
 * How an output of one picture holds segments: f32[1,C,h,w], f32[1,h,w,C], f32[1,h,w], or whole numbers of one channel.
 * Height and width have the input's proportions, which tells where the channels are; where both fit, they are where the
 * input has them.
 *
 * @throws {TypeError} where it is none of these
 */
export function outputLayout({ dtype, shape }: Omit<NetworkOutput, "data">, input: NetworkInput): OutputLayout {
  const sizes = shape.map(Number);
  const whole = dtype === "i32" || dtype === "u8";
  const [batch, a, b, c] = sizes;
  const first = { channels: a, height: b, width: c, steps: { channel: b * c, pixel: 1 } };
  const last = { channels: c, height: a, width: b, steps: { channel: 1, pixel: c } };
  const flat = { channels: 1, height: a, width: b, steps: { channel: 1, pixel: 1 } };
  const layouts = sizes.length === 3
    ? [flat]
    : sizes.length === 4
    ? input.channelsLast ? [last, first] : [first, last]
    : [];
  const found = layouts.find(({ channels, height, width }) =>
    channels >= 1 && (!whole || channels === 1) && height >= 1 && width >= 1 &&
    // One row or column more or less, as strides round.
    Math.abs(height * input.width - width * input.height) <= Math.max(input.height, input.width)
  );
  if (!found || batch !== 1 || !(whole || dtype === "f32" || dtype === "f64")) {
    throw new TypeError(
      `its output must be scores f32[N,C,h,w] or f32[N,h,w,C], or labels of whole numbers [N,h,w], with the proportions of ` +
        `the input of ${input.height} × ${input.width}: it is ${show(dtype, shape)}`,
    );
  }
  if (found.channels > IGNORED) {
    throw new TypeError(`its output must tell at most ${IGNORED} segments apart: it has ${found.channels} channels`);
  }
  return { ...found, kind: whole ? "labels" : found.channels === 1 ? "level" : "scores" };
}

/**
 * The threshold of a level: 0.5 where all values lie from 0 to 1, as a sigmoid's do, else 0, as for logits.
 *
 * ```ts
 * import { levelThreshold } from "./network_labels.ts";
 * console.assert(levelThreshold([0.1, 0.9]) === 0.5 && levelThreshold([-3, 0.9]) === 0);
 * ```
 */
export function levelThreshold(data: ArrayLike<number>): number {
  return within(data) ? 0.5 : 0;
}

/** Whether all values lie from 0 to 1. */
export function within(data: ArrayLike<number>): boolean {
  return Array.prototype.every.call(data, (value: number) => value >= 0 && value <= 1);
}

/** Whether values that are no whole numbers by type are by value, as labels are that some networks give as floats. */
export function areLabels(data: ArrayLike<number>): boolean {
  return !within(data) &&
    Array.prototype.every.call(data, (value: number) => Number.isInteger(value) && value >= 0 && value <= IGNORED);
}

/**
 * The label of each pixel: the channel of the largest score, the first of equal ones; 1 where a level is above the
 * threshold; or the whole number itself, of which 255 is ignored.
 *
 * @throws {RangeError} where a value is not finite, or a label not from 0 to 255
 */
export function networkLabels(
  { data }: Pick<NetworkOutput, "data">,
  { kind, channels, height, width, steps }: OutputLayout,
  threshold: number,
): LabelPlane {
  const labels = new Uint8Array(height * width);
  for (let p = 0; p < labels.length; p++) {
    let [best, most] = [0, -Infinity];
    for (let c = 0, i = p * steps.pixel; c < channels; c++, i += steps.channel) {
      const value = data[i];
      if (!Number.isFinite(value)) throw new RangeError(`its output must be finite: it holds ${value}`);
      if (value > most) [best, most] = [c, value];
    }
    if (kind === "labels" && !(most >= 0 && most <= IGNORED)) {
      throw new RangeError(`its labels must be from 0 to ${IGNORED}: it holds ${most}`);
    }
    labels[p] = kind === "scores" ? best : kind === "labels" ? most : most > threshold ? 1 : 0;
  }
  return { height, width, labels };
}

function show(dtype: string, shape: readonly Dim[]): string {
  return `${dtype}[${shape.join(",")}]`;
}
