/** ONNX files back into values, so that networks made elsewhere can be trained further. @module */
import type { Dim } from "../../../base/tensor/tensor.ts";
import { makeNode, single } from "../make_node.ts";
import { number } from "../numbers.ts";
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  type NodeProto,
  type TensorProto,
} from "./onnx_pb.generated.ts";
import type { Window } from "../operators.ts";
import { add, clip, concat, conv, div, max, mul, reduceMean, relu, sigmoid, sub, tanh } from "../ops.ts";
import { decodeModel } from "./parse.ts";
import { input, literal } from "../value.ts";
import type { Literal, Value } from "../value.ts";

/** A graph that was read. */
export interface ImportedModel {
  /** What the model is fed. */
  readonly input: Value<"f32">;
  /** The values of the wanted names. */
  readonly outputs: readonly Value<"f32">[];
}

/** See {@linkcode importModel}. */
export interface ImportOptions {
  /** Names of the values that are wanted. */
  readonly outputs: readonly string[];
  /** The shape of the one input, in place of what the file says. */
  readonly shape?: readonly Dim[];
}

type Values = readonly (Value<"f32"> | undefined)[];
type Decoder = (inputs: Values, node: Attributes) => Value<"f32">;

/** The attributes of a node, by name. */
interface Attributes {
  int(name: string, otherwise: number): number;
  ints(name: string, otherwise: readonly number[]): readonly number[];
  float(name: string, otherwise: number): number;
  text(name: string, otherwise: string): string;
  refuse(reason: string): never;
}

/**
 * Reads an ONNX file with one input f32 into values. Weights become literals with the file's names.
 *
 * @throws {SyntaxError} where the bytes are no ONNX file, or a node has an operator or attribute that is not known here;
 * the message names it
 * @throws {RangeError} where a wanted value is not there
 *
 * ```ts
 * import { importModel } from "./import.ts";
 * import { buildModel } from "../model.ts";
 * import { relu } from "../ops.ts";
 * import { input } from "../value.ts";
 * const x = input("x", "f32", ["N", 4]);
 * const { outputs } = importModel(buildModel({ inputs: [x], outputs: { y: relu(x) } }), "relu", { outputs: ["y"] });
 * console.assert(outputs[0].shape.join() === "N,4");
 * ```
 */
export function importModel(bytes: Uint8Array, name: string, { outputs, shape }: ImportOptions): ImportedModel {
  const { graph } = decodeModel(bytes, name);
  const known = new Map<string, Value<"f32">>();
  for (const tensor of graph.initializer) addTensor(known, tensor.name, tensor);
  const ports = graph.input.filter((port) => !known.has(port.name));
  if (ports.length !== 1) {
    throw new SyntaxError(`Cannot import "${name}" as it must have one input: it has ${ports.length}`);
  }
  const [port] = ports;
  const type = port.type?.value.case === "tensorType" ? port.type.value.value : undefined;
  const declared = type?.shape?.dim.map(({ value }, axis): Dim =>
    value.case === "dimValue"
      ? Number(value.value)
      : value.case === "dimParam" && value.value
      ? value.value
      : `A${axis}`
  );
  const image = input(port.name, "f32", shape ?? declared ?? []) as Value<"f32">;
  known.set(port.name, image);
  const needed = nodesFor(graph.node, outputs);
  for (const node of graph.node.filter((each) => needed.has(each))) {
    const title = `${node.opType} "${node.name || node.output[0]}"`;
    const refuse = (reason: string): never => {
      throw new SyntaxError(`Cannot import ${title} of "${name}" as ${reason}`);
    };
    if (node.opType === "Constant") {
      const found = node.attribute.find((each) => each.name === "value")?.t;
      if (!found) refuse("a constant must be an array");
      else addTensor(known, node.output[0], found);
      continue;
    }
    const decoder = Object.hasOwn(DECODERS, node.opType) ? DECODERS[node.opType] : undefined;
    if (!decoder || (node.domain !== "" && node.domain !== "ai.onnx")) {
      return refuse(`the operators that can be trained are ${Object.keys(DECODERS).join(", ")}`);
    }
    const inputs = node.input.map((each) => {
      if (each === "") return undefined;
      return known.get(each) ?? refuse(`its input "${each}" is neither f32 nor made by a node before it`);
    });
    try {
      known.set(node.output[0], decoder(inputs, attributesOf(node, refuse)));
    } catch (cause) {
      if (cause instanceof SyntaxError) throw cause;
      throw new SyntaxError(`Cannot import ${title} of "${name}"`, { cause });
    }
  }
  return {
    input: image,
    outputs: outputs.map((wanted) => {
      const value = known.get(wanted);
      if (value) return value;
      throw new RangeError(`Cannot import "${name}" as it has no value "${wanted}"`);
    }),
  };
}

/** The nodes that some values need. */
function nodesFor(nodes: readonly NodeProto[], wanted: readonly string[]): ReadonlySet<NodeProto> {
  const names = new Set(wanted);
  const found = new Set<NodeProto>();
  for (const node of nodes.toReversed()) {
    if (!node.output.some((each) => names.has(each))) continue;
    found.add(node);
    node.input.forEach((each) => names.add(each));
  }
  return found;
}

const F32 = 1;

/** Whole numbers, such as shapes, are left out: no operator here needs them as values. */
function addTensor(known: Map<string, Value<"f32">>, name: string, tensor: TensorProto): void {
  if (tensor.dataType !== F32) return;
  const shape = tensor.dims.map(Number);
  // A copy, as the bytes in the file need not lie at multiples of four.
  const { rawData } = tensor;
  if (rawData.length % 4 !== 0) {
    throw new SyntaxError(
      `Cannot import weight "${name}" as its ${rawData.length} bytes are no whole number of floats`,
    );
  }
  const data = rawData.length > 0 ? new Float32Array(rawData.slice().buffer) : Float32Array.from(tensor.floatData);
  known.set(name, literal({ dtype: "f32", shape, data } satisfies Literal<"f32">, name));
}

function attributesOf(node: NodeProto, refuse: (reason: string) => never): Attributes {
  const find = (name: string): AttributeProto | undefined => node.attribute.find((each) => each.name === name);
  return {
    refuse,
    int: (name, otherwise) => Number(find(name)?.i ?? otherwise),
    ints: (name, otherwise) => find(name)?.ints.map(Number) ?? otherwise,
    float(name, otherwise) {
      const found = find(name);
      return found?.type === AttributeProto_AttributeType.FLOAT ? found.f : otherwise;
    },
    text(name, otherwise) {
      const found = find(name)?.s;
      return found ? new TextDecoder().decode(found) : otherwise;
    },
  };
}

function windowOf(node: Attributes): Window & { dilations: readonly [number, number] } {
  const auto = node.text("auto_pad", "NOTSET");
  if (auto !== "NOTSET" && auto !== "SAME_UPPER" && auto !== "VALID") node.refuse(`its padding "${auto}" is not known`);
  const pads = auto === "SAME_UPPER" ? "same" : node.ints("pads", [0, 0, 0, 0]) as [number, number, number, number];
  return {
    strides: node.ints("strides", [1, 1]) as [number, number],
    dilations: node.ints("dilations", [1, 1]) as [number, number],
    pads,
  };
}

/** The number that a limit is, which must be stored. */
function limit(value: Value<"f32"> | undefined, otherwise: number, node: Attributes): number {
  if (!value) return otherwise;
  return value.source.kind === "literal"
    ? value.source.literal.data[0]
    : node.refuse("its limits must be stored numbers");
}

const unary = (of: (x: Value<"f32">) => Value<"f32">): Decoder => ([x]) => of(x!);
const binary = (of: (a: Value<"f32">, b: Value<"f32">) => Value<"f32">): Decoder => ([a, b]) => of(a!, b!);

const DECODERS: Readonly<Record<string, Decoder>> = {
  Identity: unary((x) => x),
  Relu: unary((x) => relu(x)),
  Sigmoid: unary((x) => sigmoid(x)),
  Tanh: unary((x) => tanh(x)),
  Add: binary((a, b) => add(a, b)),
  Sub: binary((a, b) => sub(a, b)),
  Mul: binary((a, b) => mul(a, b)),
  Div: binary((a, b) => div(a, b)),
  LeakyRelu: ([x], node) => max(x!, mul(x!, number(node.float("alpha", 0.01)))),
  Clip: ([x, low, high], node) =>
    clip(x!, {
      min: limit(low, node.float("min", -3.4e38), node),
      max: limit(high, node.float("max", 3.4e38), node),
    }),
  Conv: ([x, weight, bias], node) => conv(x!, weight!, { ...windowOf(node), groups: node.int("group", 1), bias }),
  MaxPool([x], node) {
    const { dilations, ...window } = windowOf(node);
    if (node.int("ceil_mode", 0) !== 0 || dilations.some((each) => each !== 1)) {
      node.refuse("sizes are rounded down and its window must have no gaps");
    }
    const kernel = node.ints("kernel_shape", []) as [number, number];
    return single(makeNode("MaxPool", [x!], { kernel, ...window }));
  },
  AveragePool([x], node) {
    const { dilations, ...window } = windowOf(node);
    if (node.int("ceil_mode", 0) !== 0 || dilations.some((each) => each !== 1)) {
      node.refuse("sizes are rounded down and its window must have no gaps");
    }
    const kernel = node.ints("kernel_shape", []) as [number, number];
    return single(
      makeNode("AveragePool", [x!], { kernel, countPads: node.int("count_include_pad", 0) === 1, ...window }),
    );
  },
  GlobalAveragePool: unary((x) => reduceMean(x, { axes: [2, 3], keepDims: true })),
  BatchNormalization(inputs, node) {
    if (node.int("training_mode", 0) !== 0) node.refuse("it must have running statistics");
    const epsilon = node.float("epsilon", 1e-5);
    return single(makeNode("BatchNormalization", inputs as Value<"f32">[], { epsilon, training: false }));
  },
  Concat: (inputs, node) => concat(inputs as Value<"f32">[], { axis: node.int("axis", 1) }),
};
