/** From values to the bytes of an ONNX file. @module */
import { create, toBinary } from "@bufbuild/protobuf";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Dim } from "../../base/tensor/tensor.ts";
import { AttributeProto_AttributeType, ModelProtoSchema } from "./file/onnx_pb.generated.ts";
import type {
  AttributeProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "./file/onnx_pb.generated.ts";
import type { Op } from "./operators.ts";
import type { Encoded, OnnxAttribute } from "./rules/contract.ts";
import { RULES } from "./rules/table.ts";
import { ONNX_TYPES } from "./rules/elementwise.ts";
import { nodesBehind } from "./traverse.ts";
import type { AnyNode, Literal, Node, Shaped, Value } from "./value.ts";

/** ONNX's operator set and file version: what our rules were written against; ONNX 1.13 and later read it. */
export const OPSET = 18;
export const IR_VERSION = 8;

/** What {@linkcode buildModel} wants to know. */
export interface ModelOptions {
  /** The inputs, in the order in which the model has them. */
  readonly inputs: readonly Value[];
  /** The outputs by name. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** The name of the graph. */
  readonly name?: string;
  /** Texts that travel in the file. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * The bytes of an ONNX file that computes the outputs. Equal graphs give equal bytes.
 *
 * @throws {TypeError} where a value needs an input that is not listed, or two inputs or outputs share a name
 *
 * ```ts
 * import { buildModel } from "./model.ts";
 * import { relu } from "./ops.ts";
 * import { input } from "./value.ts";
 * const x = input("x", "f32", ["N", 4]);
 * const bytes = buildModel({ inputs: [x], outputs: { y: relu(x) } });
 * console.assert(bytes.length < 200);
 * ```
 */
export function buildModel(options: ModelOptions): Uint8Array<ArrayBuffer> {
  const { inputs, outputs, name: title = "segad", metadata = {} } = options;
  const names = new Map<Value, string>();
  const nodeOutputs = new Map<AnyNode, string[]>();
  /** Each name, and how many further ones were made of it. */
  const taken = new Map<string, number>();
  const initializers: MessageInitShape<typeof TensorProtoSchema>[] = [];
  const nodes: MessageInitShape<typeof NodeProtoSchema>[] = [];

  function take(wanted: string): string {
    let count = taken.get(wanted) ?? 0;
    let name = wanted;
    while (taken.has(name)) name = `${wanted}_${++count}`;
    taken.set(wanted, count);
    if (name !== wanted) taken.set(name, 0);
    return name;
  }
  function takeExactly(name: string): string {
    if (taken.has(name)) throw new TypeError(`Cannot build model "${title}" as two values are called "${name}"`);
    return take(name);
  }
  function addLiteral(literal: Literal, wanted: string): string {
    const name = take(wanted);
    initializers.push({ ...encodeLiteral(literal), name });
    return name;
  }
  function nameOf(value: Value): string {
    const known = names.get(value);
    if (known !== undefined) return known;
    const { source } = value;
    if (source.kind === "input") {
      throw new TypeError(`Cannot build model "${title}" as its input "${value.name}" is not listed`);
    }
    if (source.kind === "node") return nodeOutputs.get(source.node)![source.output];
    const name = addLiteral(source.literal, value.name ?? "literal");
    names.set(value, name);
    return name;
  }
  function addNode(node: AnyNode): void {
    const own = node.inputs.map(nameOf);
    const { attributes = {}, inputs: extra = [] } = encode(node);
    const wanted = reserved.get(node) ?? [];
    const name = wanted[0] ?? take(node.name ?? node.op);
    const added = extra.map((literal, i) => literal ? addLiteral(literal, `${name}.${i}`) : "");
    const results = node.outputs.map((_, i) => wanted[i] ?? (i === 0 ? name : take(`${name}.${i}`)));
    nodes.push({
      name,
      opType: node.op,
      input: [...own, ...added],
      output: results,
      attribute: Object.entries(attributes).map(([key, value]) => encodeAttribute(key, value)),
    });
    nodeOutputs.set(node, results);
  }

  for (const value of inputs) names.set(value, takeExactly(value.name ?? ""));
  // Outputs get their names before anything else may take them; a second name of one value is a copy.
  const reserved = new Map<AnyNode, string[]>();
  const copies: [from: Value, to: string][] = [];
  for (const [key, value] of Object.entries(outputs)) {
    takeExactly(key);
    const { source } = value;
    const found = source.kind === "node" ? reserved.get(source.node) ?? [] : undefined;
    if (source.kind === "node" && found && found[source.output] === undefined) {
      found[source.output] = key;
      reserved.set(source.node, found);
    } else copies.push([value, key]);
  }
  nodesBehind(Object.values(outputs)).forEach(addNode);
  for (const [from, to] of copies) nodes.push({ name: to, opType: "Identity", input: [nameOf(from)], output: [to] });

  const model = create(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    producerName: "segad",
    opsetImport: [{ domain: "", version: BigInt(OPSET) }],
    graph: {
      name: title,
      node: nodes,
      initializer: initializers,
      input: inputs.map((value) => encodePort(value.name ?? "", value)),
      output: Object.entries(outputs).map(([key, value]) => encodePort(key, value)),
    },
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, model);
}

function encode<O extends Op>(node: Node<O>): Encoded {
  return RULES[node.op].encode(node.attributes, node.inputs);
}

function encodeAttribute(name: string, value: OnnxAttribute): MessageInitShape<typeof AttributeProtoSchema> {
  if ("int" in value) return { name, type: AttributeProto_AttributeType.INT, i: BigInt(value.int) };
  if ("float" in value) return { name, type: AttributeProto_AttributeType.FLOAT, f: value.float };
  if ("ints" in value) return { name, type: AttributeProto_AttributeType.INTS, ints: value.ints.map(BigInt) };
  return { name, type: AttributeProto_AttributeType.STRING, s: new TextEncoder().encode(value.text) };
}

/** An array as ONNX stores it; the machine must be little-endian, as all that Deno runs on are. */
export function encodeLiteral({ dtype, shape, data }: Literal): MessageInitShape<typeof TensorProtoSchema> {
  return {
    dims: shape.map(BigInt),
    dataType: ONNX_TYPES[dtype],
    rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  };
}

/** An input or output as ONNX describes it. */
export function encodePort(name: string, { dtype, shape }: Shaped): MessageInitShape<typeof ValueInfoProtoSchema> {
  return {
    name,
    type: {
      value: { case: "tensorType", value: { elemType: ONNX_TYPES[dtype], shape: { dim: shape.map(encodeDim) } } },
    },
  };
}

function encodeDim(dim: Dim) {
  return typeof dim === "number"
    ? { value: { case: "dimValue" as const, value: BigInt(dim) } }
    : { value: { case: "dimParam" as const, value: dim } };
}
