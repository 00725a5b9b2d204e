/** What an ONNX model keeps in other files. @module */
import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, TensorProto_DataLocation } from "./onnx_pb.generated.ts";
import type { GraphProto, ModelProto, NodeProto, TensorProto } from "./onnx_pb.generated.ts";

/**
 * The name of a tensor whose elements lie in another file, wherever in the model it stands: among the weights, in constants,
 * in the graphs inside nodes, in functions. Undefined where all is in the model.
 *
 * The runtime looks for such files below the folder of the process, whatever wrote the model.
 */
export function findOutside(model: ModelProto): string | undefined {
  // A list of what is left to see, as graphs may be nested deeper than calls.
  const graphs: (GraphProto | undefined)[] = [model.graph];
  for (const { initialization, algorithm } of model.trainingInfo) graphs.push(initialization, algorithm);
  const nodes: NodeProto[] = model.functions.flatMap(({ node, attributeProto }) => {
    const usual = attributeProto.map((one) => ({ attribute: [one] }) as NodeProto);
    return [...node, ...usual];
  });
  while (graphs.length > 0 || nodes.length > 0) {
    const graph = graphs.pop();
    if (graph) {
      const sparse = graph.sparseInitializer.flatMap(({ values, indices }) => [values, indices]);
      const outside = [...graph.initializer, ...sparse].find(isOutside);
      if (outside) return outside.name;
      for (const node of graph.node) nodes.push(node);
    }
    for (let node = nodes.pop(); node; node = nodes.pop()) {
      for (const { t, tensors, sparseTensor, sparseTensors, g, graphs: inner } of node.attribute) {
        const sparse = [sparseTensor, ...sparseTensors ?? []].flatMap((one) => [one?.values, one?.indices]);
        const outside = [t, ...tensors, ...sparse].find(isOutside);
        if (outside) return outside.name || node.output?.[0] || "a constant";
        if (g) graphs.push(g);
        for (const each of inner) graphs.push(each);
      }
    }
  }
  return undefined;
}

function isOutside(tensor: TensorProto | undefined): boolean {
  return tensor !== undefined &&
    (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL || tensor.externalData.length > 0);
}

/**
 * Checks that a model that is to be run brings all its elements with it.
 *
 * @throws {SyntaxError} where it does not, or the bytes are no ONNX model
 */
export function checkWhole(bytes: Uint8Array, name: string): void {
  let outside: string | undefined;
  try {
    outside = findOutside(fromBinary(ModelProtoSchema, bytes));
  } catch (cause) {
    throw new SyntaxError(`Cannot open model "${name}" as it is truncated or no ONNX file`, { cause });
  }
  if (outside === undefined) return;
  throw new SyntaxError(`Cannot open model "${name}" as its weight "${outside}" is stored in another file`);
}
