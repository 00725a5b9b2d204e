/**
 * Gradients of a convolution, in the forms that the runtime computes fast: as products of matrices and as convolutions.
 * `docs/decisions/training.md` has the measurements behind the choices.
 * @module
 */
import {
  concat,
  conv,
  convTranspose,
  gather,
  matMul,
  pad,
  reduceSum,
  reshape,
  slice,
  spaceToDepth,
  transpose,
} from "../ops.ts";
import { zerosOf } from "../numbers.ts";
import { literal, toLiteral } from "../value.ts";
import type { Value } from "../value.ts";

/** A convolution with literal shapes: x [N,C,H,W], weight [K,C/groups,kh,kw], and the loss by its output, dy [N,K,h,w]. */
export interface ConvNode {
  readonly x: Value<"f32">;
  readonly weight: Value<"f32">;
  readonly dy: Value<"f32">;
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
  readonly groups: number;
}

/** The loss by the bias, f32[K]. */
export function biasGradient(dy: Value<"f32">): Value<"f32"> {
  return reduceSum(dy, { axes: [0, 2, 3] });
}

/**
 * The loss by the input: a convolution with the flipped weight where the stride is 1 and the weight is smaller than dy,
 * as flipping costs time by its size; else a transposed one.
 */
export function inputGradient(node: ConvNode): Value<"f32"> {
  const { x, weight, dy, kernel, strides, dilations, pads, groups } = node;
  const [height, width] = x.shape.slice(2).map(Number);
  const reach = kernel.map((size, i) => (size - 1) * dilations[i] + 1);
  const rest = pads.map((size, i) => reach[i % 2] - 1 - size);
  if (
    groups === 1 && product(kernel) === 1 && strides.every((stride) => stride === 1) && pads.every((size) => size === 0)
  ) {
    const [N, K] = dy.shape.map(Number);
    const [, C] = weight.shape.map(Number);
    const flat = reshape(dy, [N, K, height * width]);
    return reshape(matMul(turned(reshape(weight, [K, C])), flat), [N, C, height, width]);
  }
  const small = product(kernel) === 1 || product(weight.shape.map(Number)) < product(dy.shape.map(Number));
  const plain = small && strides.every((stride) => stride === 1) && rest.every((size) => size >= 0);
  if (plain) {
    return conv(dy, flipped(weight, groups), { pads: rest as [number, number, number, number], dilations, groups });
  }
  const grown = [height, width].map((size, i) =>
    size + pads[i] + pads[i + 2] - (Number(dy.shape[i + 2]) - 1) * strides[i] - reach[i]
  ) as [number, number];
  return convTranspose(dy, weight, { strides, pads, dilations, outputPads: grown, groups });
}

/** [K,C/g,kh,kw] → [C,K/g,kh,kw] with rows and columns reversed. Reversing goes by whole planes of a tap. */
function flipped(weight: Value<"f32">, groups: number): Value<"f32"> {
  const [K, perGroup, kh, kw] = weight.shape.map(Number);
  const taps = kh * kw;
  const apart = reshape(weight, [groups, K / groups, perGroup, taps]);
  const shape = [groups * perGroup, K / groups, kh, kw];
  if (taps === 1) return reshape(transpose(apart, [0, 2, 1, 3]), shape);
  const tapFirst = transpose(apart, [3, 0, 2, 1]);
  const reversed = literal(toLiteral("i64", Array.from({ length: taps }, (_, i) => taps - 1 - i)));
  return reshape(transpose(gather(tapFirst, reversed, { axis: 0 }), [1, 2, 3, 0]), shape);
}

/** The loss by the weight, [K,C/groups,kh,kw]. */
export function weightGradient(node: ConvNode): Value<"f32"> {
  const { kernel, strides: [down, right] } = node;
  if (down !== right) return weightGradient(spread(node));
  if (down > 1) return tapByTap(node);
  return product(kernel) === 1 ? pointwise(node) : rowsAndColumns(node);
}

/** Positions up to which products of single pictures are too short to be fast. */
const SMALL_GRID = 256;

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/** [N,C,H,W] → [N,g,C/g,P]: outer axes for one product a picture and group. */
function grouped(x: Value<"f32">, groups: number): Value<"f32"> {
  const [N, C, H, W] = x.shape.map(Number);
  return reshape(x, [N, groups, C / groups, H * W]);
}

function turned(x: Value<"f32">): Value<"f32"> {
  const last = x.shape.length - 1;
  return transpose(x, x.shape.map((_, axis) => axis < last - 1 ? axis : 2 * last - 1 - axis));
}

/** Padded, and cut where the last window does not reach. */
function framed(node: ConvNode, height: number, width: number): Value<"f32"> {
  const { x, pads: [top, left, bottom, right] } = node;
  const [, , H, W] = x.shape.map(Number);
  const after = [Math.max(bottom, height - H - top), Math.max(right, width - W - left)];
  const pads = [top, left, ...after].some((size) => size > 0);
  let whole = pads ? pad(x, { before: [0, 0, top, left], after: [0, 0, ...after] }) : x;
  if (Number(whole.shape[2]) > height) whole = slice(whole, { axis: 2, from: 0, to: height });
  if (Number(whole.shape[3]) > width) whole = slice(whole, { axis: 3, from: 0, to: width });
  return whole;
}

function pointwise(node: ConvNode): Value<"f32"> {
  const { dy, weight, groups } = node;
  const [, , h, w] = dy.shape.map(Number);
  return reshape(productOf(grouped(dy, groups), grouped(framed(node, h, w), groups), h * w), weight.shape);
}

/**
 * All taps in one product, with a copy of x a column of the kernel and one of dy a row of it: a shift by rows is a shift
 * in memory, so that rows of zeros around copies of dy do for it.
 */
function rowsAndColumns(node: ConvNode): Value<"f32"> {
  const { dy, kernel: [kh, kw], dilations: [down, across], groups } = node;
  const [N, K, h, w] = dy.shape.map(Number);
  const C = Number(node.x.shape[1]);
  const height = h + (kh - 1) * down;
  const frame = framed(node, height, w + (kw - 1) * across);
  const columns = Array.from(
    { length: kw },
    (_, i) =>
      reshape(slice(frame, { axis: 3, from: i * across, to: i * across + w }), [N, groups, C / groups, height * w]),
  );
  const zeros = zerosOf("f32", [N, K, kh * down, w]);
  const rows = Array.from({ length: 2 * kh - 1 }, (_, i) => i % 2 === 0 ? dy : zeros);
  const shifted = reshape(kh === 1 ? dy : concat(rows, { axis: 2 }), [N, groups, K / groups * kh, height * w]);
  const products = productOf(shifted, kw === 1 ? columns[0] : concat(columns, { axis: 2 }), h * w);
  const sum = reshape(products, [K, kh, kw, C / groups]);
  return transpose(sum, [0, 3, 1, 2]);
}

/**
 * Σ over pictures of left · rightᵀ, of [N,g,A,P] and [N,g,B,P]: [g,A,B]. Where a picture's grid is small, the pictures
 * are laid behind each other and make one long product.
 */
function productOf(left: Value<"f32">, right: Value<"f32">, grid: number): Value<"f32"> {
  if (grid > SMALL_GRID) return reduceSum(matMul(left, turned(right)), { axes: [0] });
  const behind = (x: Value<"f32">) => {
    const [N, groups, rows, P] = x.shape.map(Number);
    return reshape(transpose(x, [1, 2, 0, 3]), [groups, rows, N * P]);
  };
  return matMul(behind(left), turned(behind(right)));
}

/** With a stride, the pixels that a tap sees lie together after SpaceToDepth; all taps side by side are one product. */
function tapByTap(node: ConvNode): Value<"f32"> {
  const { x, dy, weight, kernel: [kh, kw], dilations, strides: [stride], groups } = node;
  const [, K, h, w] = dy.shape.map(Number);
  const C = Number(x.shape[1]);
  const last = (count: number, size: number, dilation: number) => count + Math.floor((size - 1) * dilation / stride);
  const blocks = [last(h, kh, dilations[0]), last(w, kw, dilations[1])];
  const apart = spaceToDepth(framed(node, blocks[0] * stride, blocks[1] * stride), stride);
  const taps: Value<"f32">[] = [];
  for (let ky = 0; ky < kh; ky++) {
    for (let kx = 0; kx < kw; kx++) {
      const [down, right] = [ky * dilations[0], kx * dilations[1]];
      const phase = (down % stride) * stride + right % stride;
      const [top, start] = [Math.floor(down / stride), Math.floor(right / stride)];
      const plane = slice(apart, { axis: 1, from: phase * C, to: (phase + 1) * C });
      const rows = slice(plane, { axis: 2, from: top, to: top + h });
      taps.push(grouped(slice(rows, { axis: 3, from: start, to: start + w }), groups));
    }
  }
  const seen = taps.length === 1 ? taps[0] : concat(taps, { axis: 2 });
  const sum = productOf(grouped(dy, groups), seen, h * w);
  if (taps.length === 1) return reshape(sum, weight.shape);
  return reshape(transpose(reshape(sum, [K, kh * kw, C / groups]), [0, 2, 1]), weight.shape);
}

/** dy with zeros between, as if the stride had been 1. */
function spread(node: ConvNode): ConvNode {
  const { dy, strides: [down, right] } = node;
  const [N, K, h, w] = dy.shape.map(Number);
  const apart = pad(reshape(dy, [N, K, h, 1, w, 1]), {
    before: [0, 0, 0, 0, 0, 0],
    after: [0, 0, 0, down - 1, 0, right - 1],
  });
  return { ...node, strides: [1, 1], dy: reshape(apart, [N, K, h * down, w * right]) };
}
