/** From the bytes of an ONNX file to what is in it. @module */
import { fromBinary } from "@bufbuild/protobuf";
import type { Dim } from "../../../base/tensor/tensor.ts";
import { ModelProtoSchema } from "./onnx_pb.generated.ts";
import type { GraphProto, ModelProto, ValueInfoProto } from "./onnx_pb.generated.ts";
import { findOutside } from "./outside.ts";
import { ONNX_TYPES } from "../rules/elementwise.ts";

/** An input or output as the file declares it. */
export interface DeclaredPort {
  readonly name: string;
  /** As in `Element` ("f32"), or ONNX's number of the type where we have no name for it. */
  readonly dtype: string;
  /** Literal sizes and names; sizes without either are called after the port and the axis. */
  readonly shape: readonly Dim[];
}

/** What is in an ONNX file. */
export interface ModelSummary {
  readonly inputs: readonly DeclaredPort[];
  readonly outputs: readonly DeclaredPort[];
  /** The version of ONNX's own operators. */
  readonly opset: number;
  readonly irVersion: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** The names of all values that depend on an input, in the order of the flow. */
  readonly values: readonly string[];
}

/** The first operator set in which shapes broadcast as in numpy. */
const OLDEST_OPSET = 7;
/** What onnxruntime 1.30 knows. */
const NEWEST_OPSET = 26;

/**
 * Reads inputs, outputs, operator set and metadata.
 *
 * @param name the name of the file, for messages
 * @throws {SyntaxError} where the bytes are no ONNX file, are truncated, need another file, or use an operator set that
 * the runtime does not know
 *
 * ```ts
 * import { buildModel } from "../model.ts";
 * import { relu } from "../ops.ts";
 * import { readModel } from "./parse.ts";
 * import { input } from "../value.ts";
 * const x = input("x", "f32", ["N", 4]);
 * const model = readModel(buildModel({ inputs: [x], outputs: { y: relu(x) } }), "relu.onnx");
 * console.assert(model.outputs[0].shape.join() === "N,4");
 * ```
 */
export function readModel(bytes: Uint8Array, name: string): ModelSummary {
  const model = decodeModel(bytes, name);
  const { graph } = model;
  const stored = new Set(graph.initializer.map((item) => item.name));
  return {
    // Before IR version 4 the weights were listed as inputs, too.
    inputs: graph.input.filter((item) => !stored.has(item.name)).map(readPort),
    outputs: graph.output.map(readPort),
    opset: opsetOf(model),
    irVersion: Number(model.irVersion),
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
    values: activations(graph),
  };
}

/** The names of what nodes make out of the inputs; nodes stand in the order of the flow. */
export function activations(graph: GraphProto): string[] {
  const stored = new Set(graph.initializer.map((item) => item.name));
  const flowing = new Set(graph.input.map((item) => item.name).filter((item) => !stored.has(item)));
  return graph.node.flatMap((node) => {
    // A node with an inner graph may take from around it without saying so.
    const flows = node.input.some((item) => flowing.has(item)) || node.attribute.some(({ g }) => g);
    const made = flows ? node.output.filter((item) => item !== "") : [];
    made.forEach((item) => flowing.add(item));
    return made;
  });
}

/** The message of an ONNX file that has a graph. Throws as {@linkcode readModel} does. */
export function decodeModel(bytes: Uint8Array, name: string): ModelProto & { graph: NonNullable<ModelProto["graph"]> } {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new SyntaxError(`Cannot read "${name}" as ONNX as ${reason}`, { cause });
  };
  if (bytes.length === 0) return refuse("it is empty");
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    return refuse("it is truncated or no ONNX file", cause);
  }
  const { graph } = model;
  if (!graph || graph.node.length === 0) return refuse("it has no graph: it is truncated or no ONNX file");
  const opset = opsetOf(model);
  if (!(opset >= OLDEST_OPSET && opset <= NEWEST_OPSET)) {
    refuse(`its operator set must be from ${OLDEST_OPSET} to ${NEWEST_OPSET}: current version is ${opset}`);
  }
  const outside = findOutside(model);
  if (outside !== undefined) refuse(`its weight "${outside}" is stored in another file: save it as one file`);
  return Object.assign(model, { graph });
}

function opsetOf(model: ModelProto): number {
  return Number(model.opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx")?.version ?? 0);
}

const elements = new Map<number, string>(Object.entries(ONNX_TYPES).map(([name, code]) => [code, name]));

function readPort({ name, type }: ValueInfoProto): DeclaredPort {
  const tensorType = type?.value.case === "tensorType" ? type.value.value : undefined;
  const shape = tensorType?.shape?.dim.map(({ value }, axis): Dim => {
    if (value.case === "dimValue") return Number(value.value);
    return value.case === "dimParam" && value.value !== "" ? value.value : `${name}.${axis}`;
  });
  const code = tensorType?.elemType ?? 0;
  return { name, dtype: elements.get(code) ?? `type ${code}`, shape: shape ?? [] };
}
