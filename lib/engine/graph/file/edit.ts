/** Changing an ONNX file that somebody else made. @module */
import { create, toBinary } from "@bufbuild/protobuf";
import { nearest } from "../../../base/text/spelling.ts";
import { encodeLiteral } from "../model.ts";
import { ModelProtoSchema, NodeProtoSchema, TensorProtoSchema, ValueInfoProtoSchema } from "./onnx_pb.generated.ts";
import type { GraphProto } from "./onnx_pb.generated.ts";
import { activations, decodeModel } from "./parse.ts";
import { toLiteral } from "../value.ts";

/**
 * Makes values of a model its outputs, instead of those it has; what they do not need is left out.
 *
 * @param layers names of values that nodes make, in the wanted order
 * @throws {RangeError} where there is no such value (the message lists names, the nearest first), or one comes twice
 * @throws {SyntaxError} where the bytes are no ONNX file
 */
export function selectOutputs(bytes: Uint8Array, layers: readonly string[], name: string): Uint8Array<ArrayBuffer> {
  const model = decodeModel(bytes, name);
  const { graph } = model;
  const makers = new Map(graph.node.flatMap((node) => node.output.map((output) => [output, node] as const)));
  for (const [i, layer] of layers.entries()) {
    if (layers.indexOf(layer) < i) throw new RangeError(`Cannot take layer "${layer}" out of "${name}" twice`);
    if (layer !== "" && makers.has(layer)) continue;
    const known = activations(graph);
    throw new RangeError(
      `Cannot take layer "${layer}" out of "${name}" as it has no such value: the nearest of ${known.length} are ` +
        nearest(layer, known, 8).map((item) => `"${item}"`).join(", "),
    );
  }
  const needed = new Set<string>();
  const stack = [...layers];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    if (needed.has(item)) continue;
    needed.add(item);
    const maker = makers.get(item);
    if (!maker) continue;
    stack.push(...maker.input, ...maker.attribute.flatMap(({ g, graphs }) => innerInputs([g, ...graphs])));
  }
  graph.node = graph.node.filter((node) => node.output.some((item) => needed.has(item)));
  graph.initializer = graph.initializer.filter((item) => needed.has(item.name));
  graph.input = graph.input.filter((item) => needed.has(item.name));
  const declared = new Map([...graph.valueInfo, ...graph.output].map((item) => [item.name, item]));
  // The runtime infers the type of an output that declares none.
  graph.output = layers.map((layer) => declared.get(layer) ?? create(ValueInfoProtoSchema, { name: layer }));
  return toBinary(ModelProtoSchema, model);
}

/** What the graphs inside a node (of If, Loop, Scan) take from around them. */
function innerInputs(graphs: readonly (GraphProto | undefined)[]): string[] {
  return graphs.flatMap((graph) =>
    graph?.node.flatMap((node) => [
      ...node.input,
      ...node.attribute.flatMap(({ g, graphs: inner }) => innerInputs([g, ...inner])),
    ]).concat(graph.output.map((item) => item.name)) ?? []
  );
}

/**
 * Puts (x − mean) / std by channel in front of a model's only input f32[N,C,H,W].
 *
 * @throws {TypeError} where the model has not one input, or not one of f32 with four axes
 * @throws {SyntaxError} where the bytes are no ONNX file
 */
export function prependNormalisation(
  bytes: Uint8Array,
  mean: readonly number[],
  std: readonly number[],
  name: string,
): Uint8Array<ArrayBuffer> {
  const model = decodeModel(bytes, name);
  const { graph } = model;
  const stored = new Set(graph.initializer.map((item) => item.name));
  const inputs = graph.input.filter((item) => !stored.has(item.name));
  if (inputs.length !== 1) {
    throw new TypeError(`Cannot normalise the input of "${name}" as it must be one: it has ${inputs.length}`);
  }
  const [input] = inputs;
  const inner = input.name;
  const outer = `${inner}.raw`;
  const centred = `${inner}.centred`;
  const shape = [1, mean.length, 1, 1];
  // The model's own input becomes the result of the new nodes, so that nothing behind it changes.
  graph.node.unshift(
    create(NodeProtoSchema, { name: centred, opType: "Sub", input: [outer, `${inner}.mean`], output: [centred] }),
    create(NodeProtoSchema, {
      name: `${inner}.normalised`,
      opType: "Div",
      input: [centred, `${inner}.std`],
      output: [inner],
    }),
  );
  graph.initializer.push(
    create(TensorProtoSchema, { ...encodeLiteral(toLiteral("f32", mean, shape)), name: `${inner}.mean` }),
    create(TensorProtoSchema, { ...encodeLiteral(toLiteral("f32", std, shape)), name: `${inner}.std` }),
  );
  input.name = outer;
  return toBinary(ModelProtoSchema, model);
}
