/** Inputs and outputs of a model, and the way of tensors into the runtime and back. @module */
import * as ort from "onnxruntime-node";
import { bindAxes, describe, tensor } from "../../base/tensor/tensor.ts";
import type { Axes, Dim, DType, Tensor } from "../../base/tensor/tensor.ts";

/** A tensor of which only the model knows more. */
export type AnyTensor = Tensor<DType, readonly Dim[], string>;

/** An element type of a model's input or output. Whole numbers of 64 bits travel as i32, truth values as u8 (0 or 1). */
export type PortType = DType | "i64" | "bool";

/** An input or output of a model. */
export interface Port {
  /** As the model calls it. */
  readonly name: string;
  /** Of its elements. */
  readonly dtype: PortType;
  /** Literal sizes, and names for those that are free. */
  readonly shape: readonly Dim[];
}

const portTypes: Readonly<Record<string, PortType>> = {
  float32: "f32",
  float64: "f64",
  uint8: "u8",
  int32: "i32",
  int64: "i64",
  bool: "bool",
};
const runtimeTypes = { f32: "float32", f64: "float64", u8: "uint8", i32: "int32", i64: "int64", bool: "bool" } as const;
/** The dtype of the tensors that go through a port. */
const carriers = { f32: "f32", f64: "f64", u8: "u8", i32: "i32", i64: "i32", bool: "u8" } as const;

/**
 * Reads what the runtime says of an input or output.
 *
 * @throws {TypeError} where it is no tensor, or of an element type that no {@linkcode PortType} names
 */
export function toPort(meta: ort.InferenceSession.ValueMetadata, model: string): Port {
  const dtype = meta.isTensor ? portTypes[meta.type] : undefined;
  if (!meta.isTensor || dtype === undefined) {
    throw new TypeError(
      `Cannot open model "${model}" as "${meta.name}" must be one of ${Object.keys(portTypes).join(", ")}: ` +
        `current type is ${meta.isTensor ? meta.type : "no tensor"}`,
    );
  }
  const shape = meta.shape.map((dim, axis) => typeof dim === "string" && dim === "" ? `${meta.name}.${axis}` : dim);
  return { name: meta.name, dtype, shape };
}

/**
 * Checks feeds against ports and hands them to the runtime, without copying what needs no conversion.
 *
 * @throws {TypeError} for a missing or unknown input, a wrong dtype or a shape that does not fit
 */
export function toFeeds(
  feeds: Readonly<Record<string, AnyTensor>>,
  inputs: readonly Port[],
  model: string,
): Record<string, ort.Tensor> {
  for (const name of Object.keys(feeds)) {
    if (inputs.some((port) => port.name === name)) continue;
    const known = inputs.map((port) => `"${port.name}"`).join(", ");
    throw new TypeError(`Cannot run model "${model}" as it has no input "${name}": its inputs are ${known}`);
  }
  const values: Record<string, ort.Tensor> = {};
  let axes: Axes = {};
  for (const port of inputs) {
    if (!Object.hasOwn(feeds, port.name)) {
      throw new TypeError(`Cannot run model "${model}" as its input "${port.name}" is missing`);
    }
    const value = feeds[port.name];
    if (value.dtype !== carriers[port.dtype]) {
      throw new TypeError(
        `Cannot run model "${model}" as its input "${port.name}" must be ` +
          `${carriers[port.dtype]}[${port.shape.join(",")}]: current value is ${describe(value)}`,
      );
    }
    axes = bindAxes(value, port.shape, `run model "${model}" on input "${port.name}"`, axes);
    values[port.name] = toRuntime(value, port.dtype);
  }
  return values;
}

function toRuntime(value: AnyTensor, dtype: PortType): ort.Tensor {
  if (dtype === "i64") {
    return new ort.Tensor("int64", BigInt64Array.from(value.data, (item) => BigInt(item)), value.shape);
  }
  return new ort.Tensor(runtimeTypes[dtype] as "float32", value.data as Float32Array, value.shape);
}

/**
 * Takes an output out of the runtime: i64 becomes i32, bool becomes u8.
 *
 * @throws {RangeError} where a 64-bit number does not fit into 32 bits
 * @throws {TypeError} where the element type is none of {@linkcode PortType}
 */
export function fromRuntime(value: ort.Tensor, name: string, model: string): AnyTensor {
  const shape = value.dims as readonly number[];
  const dtype = portTypes[value.type];
  if (dtype === undefined) {
    throw new TypeError(`Cannot read output "${name}" of model "${model}" as its type is ${value.type}`);
  }
  if (dtype === "i64") return tensor("i32", shape, toI32(value.data as BigInt64Array, name, model));
  // The runtime reuses no output buffer, so that the data can be kept as it is.
  return tensor(carriers[dtype], shape, value.data as Float32Array);
}

function toI32(data: BigInt64Array, name: string, model: string): Int32Array {
  const values = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    values[i] = Number(data[i]);
    if (BigInt(values[i]) !== data[i]) {
      throw new RangeError(
        `Cannot read output "${name}" of model "${model}" as ${data[i]} does not fit into 32 bits`,
      );
    }
  }
  return values;
}
