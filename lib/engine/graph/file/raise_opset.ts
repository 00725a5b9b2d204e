/** Nodes of an older operator set as those of set 18. @module */
import { create } from "@bufbuild/protobuf";
import { encodeLiteral, OPSET } from "../model.ts";
import { toLiteral } from "../value.ts";
import { AttributeProto_AttributeType, AttributeProtoSchema, TensorProtoSchema } from "./onnx_pb.generated.ts";
import type { GraphProto } from "./onnx_pb.generated.ts";

/** From here on few operators have changed up to set 18. */
const OLDEST = 13;
/** Their axes became an input in set 18. */
const REDUCTIONS = /^Reduce(?:L1|L2|LogSum|LogSumExp|Max|Mean|Min|Prod|SumSquare)$/;

/**
 * Rewrites what has changed between the operator sets 13 and 18.
 *
 * @param opset of the graph
 * @param name of its model, for messages
 * @throws {SyntaxError} where the set is older
 */
export function raiseOpset(graph: GraphProto, opset: number, name: string): void {
  if (opset >= OPSET) return;
  if (opset < OLDEST) {
    throw new SyntaxError(
      `Cannot link "${name}" as its operator set must be from ${OLDEST}: current version is ${opset}; ` +
        `export it again with opset_version=${OPSET}`,
    );
  }
  for (const node of graph.node) {
    for (const { g, graphs } of node.attribute) {
      for (const inner of [...g ? [g] : [], ...graphs]) raiseOpset(inner, opset, name);
    }
    const axes = node.attribute.find((one) => one.name === "axes");
    if (REDUCTIONS.test(node.opType) && axes) {
      const added = `${node.output[0]}.axes`;
      graph.initializer.push(
        create(TensorProtoSchema, { ...encodeLiteral(toLiteral("i64", axes.ints.map(Number))), name: added }),
      );
      node.attribute = node.attribute.filter((one) => one !== axes);
      node.input = [node.input[0], added];
    }
    if (node.opType === "Split" && (node.input[1] ?? "") === "") {
      node.attribute.push(
        create(AttributeProtoSchema, {
          name: "num_outputs",
          type: AttributeProto_AttributeType.INT,
          i: BigInt(node.output.length),
        }),
      );
    }
  }
}
