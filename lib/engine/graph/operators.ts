/** The closed set of operators and what each is told besides its inputs. @module */
import type { Dim } from "../../base/tensor/tensor.ts";
import type { Element } from "./element.ts";

type None = Readonly<Record<never, never>>;

/** A window that moves over H and W. */
export interface Window {
  /** Steps along H and W. */
  readonly strides: readonly [number, number];
  /** Zeros before and after: top, left, bottom, right. "same" is TensorFlow's: the output has ceil(size/stride). */
  readonly pads: readonly [number, number, number, number] | "same";
}

/** Axes are counted from 0, negative ones from the end. */
export interface Reduction {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** Attributes by operator. An operator is added here, and then wherever the compiler says that it is missing. */
export interface Attributes {
  Add: None;
  Sub: None;
  Mul: None;
  Div: None;
  Max: None;
  Min: None;
  Relu: None;
  Sqrt: None;
  Abs: None;
  Sign: None;
  Exp: None;
  Log: None;
  Tanh: None;
  Sigmoid: None;
  /** min(max(alpha · x + beta, 0), 1). */
  HardSigmoid: { readonly alpha: number; readonly beta: number };
  /** The value itself; nothing flows back through it. */
  Identity: None;
  Greater: None;
  GreaterOrEqual: None;
  Less: None;
  LessOrEqual: None;
  Equal: None;
  Where: None;
  Clip: { readonly min: number; readonly max: number };
  Cast: { readonly to: Element };
  Softmax: { readonly axis: number };
  MatMul: None;
  Conv: Window & { readonly dilations: readonly [number, number]; readonly groups: number };
  ConvTranspose: Omit<Window, "pads"> & {
    readonly pads: readonly [number, number, number, number];
    readonly outputPads: readonly [number, number];
    readonly dilations: readonly [number, number];
    readonly groups: number;
  };
  MaxPool: Window & { readonly kernel: readonly [number, number] };
  BatchNormalization: { readonly epsilon: number; readonly training: boolean };
  SpaceToDepth: { readonly block: number };
  AveragePool: Window & { readonly kernel: readonly [number, number]; readonly countPads: boolean };
  Resize: {
    readonly to: { readonly size: readonly [number, number] } | { readonly scale: readonly [number, number] };
    /** Nearest repeats pixels (rounding down), corners keeps the corner pixels in their places. */
    readonly mode: "bilinear" | "corners" | "nearest";
  };
  Concat: { readonly axis: number };
  Slice: { readonly axis: number; readonly from: number; readonly to: number };
  Pad: { readonly before: readonly number[]; readonly after: readonly number[]; readonly value: number };
  Transpose: { readonly order: readonly number[] };
  /** The whole new shape; −1 is what is left. */
  Reshape: { readonly shape: readonly Dim[] };
  Gather: { readonly axis: number };
  GatherElements: { readonly axis: number };
  /** Adds to zeros of a shape, entry by entry, at indices along an axis. */
  ScatterElements: { readonly axis: number };
  Expand: { readonly shape: readonly number[] };
  TopK: { readonly k: number; readonly axis: number; readonly largest: boolean };
  ArgMin: { readonly axis: number };
  ReduceSum: Reduction;
  ReduceMean: Reduction;
  ReduceMax: Reduction;
}

/** The name of an operator, as in ONNX. */
export type Op = keyof Attributes;
