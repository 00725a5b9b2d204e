/** Several ONNX models as one, outputs of some being inputs of others. @module */
import { create, toBinary } from "@bufbuild/protobuf";
import type { Dim } from "../../../base/tensor/tensor.ts";
import type { Element } from "../element.ts";
import { encodePort, IR_VERSION, OPSET } from "../model.ts";
import { ModelProtoSchema, NodeProtoSchema } from "./onnx_pb.generated.ts";
import type { GraphProto, ModelProto, NodeProto, ValueInfoProto } from "./onnx_pb.generated.ts";
import { decodeModel } from "./parse.ts";
import { raiseOpset } from "./raise_opset.ts";

/** A model among others. */
export interface LinkedPart {
  /** What its values are called after: `padim/map`. Unique, without a slash. */
  readonly name: string;
  /** ONNX. */
  readonly model: Uint8Array;
  /** Where each of its inputs comes from: an input of the whole, or `part/output` of a part before it. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** See {@linkcode linkModels}. */
export interface LinkOptions {
  /** The name of the graph. */
  readonly name: string;
  /** What the whole is fed. */
  readonly inputs: Readonly<Record<string, { readonly dtype: Element; readonly shape: readonly Dim[] }>>;
  /** In the order of the flow. */
  readonly parts: readonly LinkedPart[];
  /** What the whole gives, by name: `part/output`. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Texts that travel in the file. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * The bytes of one model that computes all parts. It has the newest operator set among them; those of older ones are
 * rewritten where operators have changed since.
 *
 * @throws {SyntaxError} where a part is no ONNX file, or its operator set is too old to be rewritten
 * @throws {TypeError} where two parts share a name, an input of one has no source, or a source is not there
 *
 * ```ts
 * import { buildModel } from "../model.ts";
 * import { relu } from "../ops.ts";
 * import { input } from "../value.ts";
 * import { linkModels } from "./link.ts";
 * import { readModel } from "./parse.ts";
 * const x = input("x", "f32", ["N", 4]);
 * const model = buildModel({ inputs: [x], outputs: { y: relu(x) } });
 * const twice = linkModels({
 *   name: "twice",
 *   inputs: { given: { dtype: "f32", shape: ["N", 4] } },
 *   parts: [{ name: "a", model, inputs: { x: "given" } }, { name: "b", model, inputs: { x: "a/y" } }],
 *   outputs: { result: "b/y" },
 * });
 * console.assert(readModel(twice, "twice").outputs[0].name === "result");
 * ```
 */
export function linkModels({ name, inputs, parts, outputs, metadata = {} }: LinkOptions): Uint8Array<ArrayBuffer> {
  const refuse = (reason: string): never => {
    throw new TypeError(`Cannot link "${name}" as ${reason}`);
  };
  const decoded = parts.map((part) => ({ ...part, proto: decodeModel(part.model, part.name) }));
  const opsets = new Map<string, bigint>([["", BigInt(OPSET)]]);
  for (const { proto } of decoded) {
    for (const { domain, version } of proto.opsetImport) {
      const known = opsets.get(plain(domain)) ?? 0n;
      if (version > known) opsets.set(plain(domain), version);
    }
  }
  const known = new Map<string, ValueInfoProto | undefined>(Object.keys(inputs).map((key) => [key, undefined]));
  const model = create(ModelProtoSchema, {
    irVersion: decoded.reduce((most, { proto }) => proto.irVersion > most ? proto.irVersion : most, BigInt(IR_VERSION)),
    producerName: "segad",
    opsetImport: [...opsets].map(([domain, version]) => ({ domain, version })),
    graph: { name, input: Object.entries(inputs).map(([key, port]) => encodePort(key, port)) },
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  const whole = model.graph!;
  const seen = new Set<string>();
  for (const { name: part, proto, inputs: sources } of decoded) {
    if (seen.has(part)) refuse(`two parts are called "${part}"`);
    seen.add(part);
    raiseOpset(proto.graph, Number(opsetOf(proto)), part);
    const stored = new Set(proto.graph.initializer.map((one) => one.name));
    const names = new Map<string, string>();
    for (const port of proto.graph.input) {
      if (stored.has(port.name)) continue;
      const source = Object.hasOwn(sources, port.name) ? sources[port.name] : undefined;
      if (source === undefined) return refuse(`the input "${port.name}" of "${part}" has no source`);
      if (!known.has(source)) refuse(`there is no "${source}" for the input "${port.name}" of "${part}"`);
      names.set(port.name, source);
    }
    rename(proto.graph, (value) => value === "" ? "" : names.get(value) ?? `${part}/${value}`);
    whole.node.push(...proto.graph.node);
    whole.initializer.push(...proto.graph.initializer);
    whole.sparseInitializer.push(...proto.graph.sparseInitializer);
    model.functions.push(...proto.functions);
    for (const port of proto.graph.output) known.set(port.name, port);
  }
  for (const [key, source] of Object.entries(outputs)) {
    const port = known.get(source);
    if (!port) return refuse(`there is no "${source}" for the output "${key}"`);
    whole.node.push(
      create(NodeProtoSchema, { name: `output ${key}`, opType: "Identity", input: [source], output: [key] }),
    );
    whole.output.push({ ...port, name: key });
  }
  return toBinary(ModelProtoSchema, model);
}

function plain(domain: string): string {
  return domain === "ai.onnx" ? "" : domain;
}

function opsetOf({ opsetImport }: ModelProto): bigint {
  return opsetImport.find(({ domain }) => plain(domain) === "")?.version ?? BigInt(OPSET);
}

/** Renames all values of a graph, those inside the graphs of its nodes too. */
function rename(graph: GraphProto, to: (name: string) => string): void {
  for (const port of [...graph.input, ...graph.output]) port.name = to(port.name);
  for (const tensor of graph.initializer) tensor.name = to(tensor.name);
  for (const { values } of graph.sparseInitializer) if (values) values.name = to(values.name);
  // The runtime finds the shapes in between by itself; those of parts may call the same axis by different names.
  graph.valueInfo = [];
  graph.quantizationAnnotation = [];
  for (const node of graph.node) renameNode(node, to);
}

function renameNode(node: NodeProto, to: (name: string) => string): void {
  node.name = node.name === "" ? "" : to(node.name);
  node.input = node.input.map(to);
  node.output = node.output.map(to);
  for (const { g, graphs } of node.attribute) for (const inner of [...g ? [g] : [], ...graphs]) rename(inner, to);
}
