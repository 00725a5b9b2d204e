/** A forest as ONNX's TreeEnsembleRegressor. @module */
import { create, toBinary } from "@bufbuild/protobuf";
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  type AttributeProtoSchema,
  ModelProtoSchema,
} from "../../engine/graph/file/onnx_pb.generated.ts";
import { encodePort, IR_VERSION, OPSET } from "../../engine/graph/model.ts";
import { parseColumn } from "../features/columns.ts";
import type { ForestModel } from "./model.ts";
import { readTrees, type Trees } from "./walk.ts";

/** Of ONNX's operators for classical models; onnxruntime has it since 1.8. */
const ML_OPSET = 3;

/**
 * What single precision may make of a column, where it is `value`. XGBoost puts limits on values of training parts, "below" going
 * left: a graph whose columns are off by a digit would send such a part the other way. So limits lie lower by this much.
 */
function slack(column: string, value: number): number {
  const statistic = parseColumn(column)?.statistic;
  const isLength = statistic === "q995" || statistic === "mean" || statistic === "max";
  return isLength ? 1e-6 * Math.abs(value) : 4e-6 * (1 + Math.abs(value));
}

/** Where a graph has a limit of a column. */
export function limitInGraph(column: string, limit: number): number {
  return limit - slack(column, limit);
}

/**
 * A model from `features` f32[N,F], NaN where one is missing, to `odds` f32[N,1]: the forest's log-odds.
 *
 * @throws {TypeError} where the forest is of another kind than those that are trained here
 */
export function treeEnsemble(
  { json, name, columns }: Pick<ForestModel, "json" | "name" | "columns">,
): Uint8Array<ArrayBuffer> {
  const read = readTrees(JSON.parse(new TextDecoder().decode(json.slice())));
  if (!read) {
    throw new TypeError(
      `Cannot export the forest "${name}" as it is no boosted trees for log-odds over numbers: train it here, or with ` +
        'objective "binary:logitraw"',
    );
  }
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(IR_VERSION),
      producerName: "segad",
      opsetImport: [{ domain: "", version: BigInt(OPSET) }, { domain: "ai.onnx.ml", version: BigInt(ML_OPSET) }],
      graph: {
        name: "forest",
        input: [encodePort("features", { dtype: "f32", shape: ["N", columns.length] })],
        output: [encodePort("odds", { dtype: "f32", shape: ["N", 1] })],
        node: [{
          name: "trees",
          domain: "ai.onnx.ml",
          opType: "TreeEnsembleRegressor",
          input: ["features"],
          output: ["odds"],
          attribute: attributesOf(read, columns),
        }],
      },
    }),
  );
}

function attributesOf(
  { base, trees }: Trees,
  columns: readonly string[],
): MessageInitShape<typeof AttributeProtoSchema>[] {
  const nodes = trees.flatMap((tree, t) =>
    Array.from(tree.left, (left, node) => ({ t, node, tree, leaf: left === -1 }))
  );
  const leaves = nodes.filter(({ leaf }) => leaf);
  const splits = <T>(of: (one: typeof nodes[number]) => T, otherwise: T) =>
    nodes.map((one) => one.leaf ? otherwise : of(one));
  return [
    ints("nodes_treeids", nodes.map(({ t }) => t)),
    ints("nodes_nodeids", nodes.map(({ node }) => node)),
    ints("nodes_featureids", splits(({ tree, node }) => tree.column[node], 0)),
    floats(
      "nodes_values",
      splits(({ tree, node }) => limitInGraph(columns[tree.column[node]], tree.limit[node]), 0),
    ),
    texts("nodes_modes", splits(() => "BRANCH_LT", "LEAF")),
    ints("nodes_truenodeids", splits(({ tree, node }) => tree.left[node], 0)),
    ints("nodes_falsenodeids", splits(({ tree, node }) => tree.right[node], 0)),
    ints(
      "nodes_missing_value_tracks_true",
      splits(({ tree, node }) => tree.missing[node] === tree.left[node] ? 1 : 0, 0),
    ),
    ints("target_treeids", leaves.map(({ t }) => t)),
    ints("target_nodeids", leaves.map(({ node }) => node)),
    ints("target_ids", leaves.map(() => 0)),
    floats("target_weights", leaves.map(({ tree, node }) => tree.limit[node])),
    floats("base_values", [base]),
    { name: "n_targets", type: AttributeProto_AttributeType.INT, i: 1n },
    text("aggregate_function", "SUM"),
    text("post_transform", "NONE"),
  ];
}

function ints(name: string, values: readonly number[]) {
  return { name, type: AttributeProto_AttributeType.INTS, ints: values.map(BigInt) };
}

function floats(name: string, values: readonly number[]) {
  return { name, type: AttributeProto_AttributeType.FLOATS, floats: [...values] };
}

function text(name: string, value: string) {
  return { name, type: AttributeProto_AttributeType.STRING, s: new TextEncoder().encode(value) };
}

function texts(name: string, values: readonly string[]) {
  return {
    name,
    type: AttributeProto_AttributeType.STRINGS,
    strings: values.map((value) => new TextEncoder().encode(value)),
  };
}
