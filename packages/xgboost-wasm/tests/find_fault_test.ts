/** Models that XGBoost would take and that read other memory, never end or fill the memory; and UBJSON beside XGBoost's own. */
import assert from "node:assert/strict";
import { openXgboost, type Parameters, type Table } from "../mod.ts";
import { findFault } from "../src/find_fault.ts";
import { readUbjson } from "../src/ubjson.ts";
import { makeInput } from "./inputs.ts";

const { values, labels } = makeInput(200, 4, true, 3);
const table: Table = { values, rows: 200, width: 4, columns: [] };
const xgboost = await openXgboost();
const trained = (given: Parameters = {}) => {
  const parameters = { objective: "binary:logistic", max_depth: 3, ...given };
  const classes = "num_class" in given ? labels.map((label, i) => label + i % 2) : labels;
  return xgboost.train({ table, labels: Float32Array.from(classes), parameters, rounds: 4 });
};
const model = trained();
const text = new TextDecoder().decode(model);

// deno-lint-ignore no-explicit-any
type Model = any;

/** The model with a change, in JSON. */
function changed(change: (learner: Model, trees: Model[], booster: Model) => void): Uint8Array {
  const value = JSON.parse(text);
  const booster = value.learner.gradient_booster;
  change(value.learner, booster.model.trees, booster.model);
  return new TextEncoder().encode(JSON.stringify(value));
}

/** Where a tree parts for the first and the second time, and a leaf. */
const [root, leaf] = [0, JSON.parse(text).learner.gradient_booster.model.trees[1].left_children.indexOf(-1)];

const harmful: [string, RegExp, (learner: Model, trees: Model[], model: Model) => void][] = [
  ["a child beyond the tree", /^tree 1 has \d+ nodes: node 0 leads to 999$/, (_, [, tree]) => {
    tree.left_children[root] = 999;
  }],
  ["a child before the tree", /^tree 1 has \d+ nodes: node 0 leads to -2$/, (_, [, tree]) => {
    tree.right_children[root] = -2;
  }],
  ["a child that is no node's number", /leads to 1\.5$/, (_, [, tree]) => tree.right_children[root] = 1.5],
  ["a circle", /^tree 1 reaches node 0 on two ways$/, (_, [, tree]) => tree.left_children[root] = 0],
  ["a circle by a leaf", /^tree 1 reaches node 0 on two ways$/, (_, [, tree]) => {
    tree.left_children[leaf] = tree.right_children[leaf] = 0;
  }],
  ["two ways to a node", /^tree 0 reaches node 2 on two ways$/, (_, [tree]) => tree.left_children[root] = 2],
  ["a column beyond the table", /^tree 0 sees 4 columns: node 0 asks for column 4$/, (_, [tree]) => {
    tree.split_indices[root] = 4;
  }],
  ["a column before the table", /asks for column -1$/, (_, [tree]) => tree.split_indices[root] = -1],
  ["fewer conditions than nodes", /entries of "split_conditions"/, (_, [tree]) => tree.split_conditions.pop()],
  ["fewer defaults than nodes", /entries of "default_left"/, (_, [tree]) => tree.default_left = []],
  ["no node", /must have 0 nodes, at least one/, (_, [tree]) => {
    Object.assign(tree, { left_children: [] });
    tree.tree_param.num_nodes = "0";
  }],
  ["more nodes than there are", /must have 2147483647 nodes/, (_, [tree]) => tree.tree_param.num_nodes = "2147483647"],
  ["more trees than there are", /must have 99999999 trees: found 4/, (_, _trees, model) => {
    model.gbtree_model_param.num_trees = "99999999";
  }],
  ["a tree twice", /numbered from 0 to 3/, (_, trees) => trees[1].id = 0],
  ["a tree of no class", /of one of 1 classes: found 7/, (_, _trees, model) => model.tree_info[0] = 7],
  ["fewer classes than trees", /"tree_info" must have 4 entries/, (_, _trees, model) => model.tree_info.pop()],
  ["rounds beyond the trees", /rounds must hold 4 trees/, (_, _trees, model) => model.iteration_indptr[4] = 9],
  ["rounds that fall", /rounds must hold 4 trees/, (_, _trees, model) => model.iteration_indptr[1] = 3],
  ["a thousand million columns", /at most 1000000 columns: found 1000000000/, (learner) => {
    learner.learner_model_param.num_feature = "1000000000";
  }],
  ["categories of no node", /categories are of node 99/, (_, [tree]) => {
    Object.assign(tree, { categories_nodes: [99], categories_segments: [0], categories_sizes: [0] });
  }],
  ["categories that are not there", /asks for 5 from 0 on/, (_, [tree]) => {
    Object.assign(tree, { categories_nodes: [0], categories_segments: [0], categories_sizes: [5], categories: [1] });
  }],
  ["a category that wants much memory", /from 0 to 16777215: found 2000000000/, (_, [tree]) => {
    const categories = { categories_nodes: [0], categories_segments: [0], categories_sizes: [1], categories: [2e9] };
    Object.assign(tree, categories);
  }],
];

Deno.test("a model that leads out of its trees, or in a circle, is refused before XGBoost has it", () => {
  assert.equal(findFault(model), undefined);
  for (const [what, message, change] of harmful) {
    const bytes = changed(change);
    const fault = findFault(bytes);
    assert.ok(fault?.harms, what);
    assert.match(fault.reason, message, what);
    for (
      const use of [
        () => xgboost.predict({ model: { bytes, name: "it" }, table, output: "value" }),
        () => xgboost.inspect({ bytes, name: "it" }),
        () => xgboost.convert({ bytes, name: "it", format: "ubj" }),
      ]
    ) assert.throws(use, { name: "SyntaxError", message: `Cannot read model "it" as ${fault.reason}` }, what);
  }
});

Deno.test("what XGBoost knows to refuse it refuses in its own words, and what only this knows is refused too", () => {
  for (const bytes of [changed((learner) => delete learner.gradient_booster), model.subarray(0, 300)]) {
    const fault = findFault(bytes);
    assert.equal(fault?.harms, false);
    assert.throws(() => xgboost.inspect({ bytes }), { name: "SyntaxError", message: /as XGBoost says: / });
  }
});

Deno.test("models of every booster and objective, with cut off nodes, are taken in both forms", () => {
  const kinds: Parameters[] = [
    {},
    { booster: "dart", rate_drop: 0.5 },
    { booster: "gblinear" },
    { objective: "multi:softprob", num_class: 3 },
    { objective: "multi:softprob", num_class: 3, multi_strategy: "multi_output_tree", tree_method: "hist" },
    { objective: "reg:absoluteerror" },
    { tree_method: "exact", gamma: 2, max_depth: 6 },
    { num_parallel_tree: 3, subsample: 0.5 },
  ];
  for (const parameters of kinds) {
    const bytes = trained(parameters);
    assert.equal(findFault(bytes), undefined, JSON.stringify(parameters));
    const packed = xgboost.convert({ bytes, format: "ubj" });
    assert.equal(findFault(packed), undefined, JSON.stringify(parameters));
    const [plain, other] = [bytes, packed].map((bytes) =>
      xgboost.predict({ model: { bytes }, table, output: "value" })
    );
    assert.deepEqual(plain, other);
  }
});

Deno.test("UBJSON is what XGBoost writes as JSON, number by number", () => {
  const bytes = xgboost.convert({ bytes: model, format: "ubj" });
  const rounded = (value: unknown): unknown =>
    typeof value === "number"
      ? Math.fround(value)
      : Array.isArray(value)
      ? value.map(rounded)
      : typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rounded(item)]))
      : value;
  assert.deepEqual(rounded(readUbjson(bytes)), rounded(JSON.parse(text)));
});

/** The letters of marks and the eight bytes of counts. */
function bytesOf(...parts: (string | number | bigint)[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => {
    if (typeof part === "string") return [...new TextEncoder().encode(part)];
    const count = new DataView(new ArrayBuffer(8));
    count.setBigInt64(0, BigInt(part));
    return [...new Uint8Array(count.buffer)];
  }));
}

Deno.test("a small file that announces much makes no room for it", () => {
  const key = ["L", 1, "a"] as const;
  const announced = [600_000_000, 2n ** 62n, -1];
  for (const count of announced) {
    for (
      const value of [["[$d#L", count], ["[#L", count], ["SL", count], ["[$L#L", count], ["[$U#L", count]] as const
    ) {
      const bytes = bytesOf("{", ...key, ...value, " ".repeat(3700), "}");
      assert.equal(findFault(bytes)?.harms, true, `${value}`);
      const before = Deno.memoryUsage().rss;
      assert.throws(() => xgboost.inspect({ bytes }), {
        name: "SyntaxError",
        message: /as it is neither JSON nor UBJSON/,
      });
      assert.ok(Deno.memoryUsage().rss - before < 100e6, `${value} took memory`);
    }
  }
  assert.equal(findFault(bytesOf("{", ...key, "[".repeat(100_000)))?.harms, true);
  assert.equal(findFault(bytesOf("{", ...key, "[$d#L", 3, "1234"))?.harms, true);
});
