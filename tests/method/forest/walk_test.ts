import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { openXgboost } from "../../../packages/xgboost-wasm/mod.ts";
import { features as toFeatures } from "../../../lib/domain.ts";
import { forest } from "../../../lib/method/forest/forest.ts";
import { presets } from "../../../lib/method/forest/presets.ts";
import { type ForestRunner, openForestRunner } from "../../../lib/method/forest/runner.ts";
import { trainForest } from "../../../lib/method/forest/train.ts";
import { walkOf } from "../../../lib/method/forest/walk.ts";
import { makeColumns, makeInput } from "./inputs.ts";

const engine = await openXgboost();

/** XGBoost on this thread: what trains, and what says how it scores. */
const xgboost: Pick<ForestRunner, "train" | "predict"> = {
  train: (task) => Promise.resolve(engine.train(task)),
  predict: (task) => Promise.resolve(engine.predict(task)),
};

const forests = fc.record({
  salt: fc.integer({ min: 1, max: 1000 }),
  width: fc.integer({ min: 1, max: 12 }),
  rounds: fc.integer({ min: 1, max: 6 }),
  trees: fc.integer({ min: 1, max: 9 }),
  depth: fc.integer({ min: 1, max: 7 }),
  alpha: fc.constantFrom(0, 1, 40),
  missing: fc.boolean(),
});

Deno.test("a walk gives XGBoost's scores bit for bit, also where values are missing, extreme or on a split", async () => {
  await fc.assert(
    fc.asyncProperty(forests, async ({ salt, width, rounds, trees, depth, alpha, missing }) => {
      const { features, labels } = makeInput(120, width, missing, salt, true);
      const columns = makeColumns(width);
      const settings = {
        ...presets.brf,
        n_estimators: rounds,
        num_parallel_tree: trees,
        max_depth: depth,
        reg_alpha: alpha,
      };
      const training = { features, columns, labels, settings, seed: salt };
      const model = await trainForest(training, xgboost as ForestRunner);
      const walk = walkOf(model.json);
      assert.ok(walk);
      const limits: number[] = JSON.parse(new TextDecoder().decode(model.json)).learner.gradient_booster.model.trees
        .flatMap((tree: { split_conditions: number[] }) => tree.split_conditions);
      const odd = [NaN, 0, -0, 3.4e38, -3.4e38, 1e-45];
      const values = Float32Array.from(
        { length: 60 * width },
        (_, i) => i % 3 === 0 ? limits[i % limits.length] : i % 3 === 1 ? features.data[i] : odd[i % 7 % odd.length],
      );
      const table = { values, rows: 60, columns, width };
      const expected = engine.predict({ model: { bytes: model.json }, table, output: "score" });
      assert.deepEqual(walk.score(values, 60), expected);
    }),
    { numRuns: 60 },
  );
});

Deno.test("a few parts are scored without a worker as many are with one", async () => {
  const { features, labels } = makeInput(600, 6, true, 4);
  const columns = makeColumns(6);
  const settings = { ...presets.brf, n_estimators: 3, num_parallel_tree: 20 };
  const runner = openForestRunner({ workers: 1 });
  try {
    const model = await trainForest({ features, columns, labels, settings, seed: 1 }, runner);
    const score = forest({ features: "F", model, runner });
    const all = await score(features);
    for (let row = 0; row < 600; row += 60) {
      const some = await score(toFeatures([20, 6], features.data.slice(row * 6, (row + 20) * 6)));
      assert.deepEqual(some.data, all.data.slice(row, row + 20));
    }
  } finally {
    await runner.close();
  }
});

Deno.test("models of other kinds and broken ones are left to XGBoost", () => {
  const model = JSON.parse(
    readFileSync(new URL("./fixtures/python_model.json", import.meta.url), "utf8"),
  );
  const walkAfter = (change: (model: Record<string, never>) => void) => {
    const copy = structuredClone(model);
    copy.learner.objective.name = "binary:logitraw";
    change(copy.learner);
    return walkOf(new TextEncoder().encode(JSON.stringify(copy)));
  };
  assert.ok(walkAfter(() => {}), "nothing but the objective stands in the way");
  assert.equal(walkOf(new TextEncoder().encode(JSON.stringify(model))), undefined);
  assert.equal(walkOf(new TextEncoder().encode('{"learner"')), undefined);
  // deno-lint-ignore no-explicit-any
  const changes: ((learner: any) => void)[] = [
    (learner) => learner.gradient_booster.name = "dart",
    (learner) => learner.learner_model_param.num_class = "3",
    (learner) => learner.learner_model_param.num_target = "2",
    (learner) => learner.learner_model_param.base_score = "5E-1",
    (learner) => delete learner.gradient_booster.model.trees,
    (learner) => learner.gradient_booster.model.trees[1].left_children[0] = 0,
    (learner) => learner.gradient_booster.model.trees[1].right_children[0] = 99,
    (learner) => learner.gradient_booster.model.trees[1].split_indices[0] = 5,
    (learner) => learner.gradient_booster.model.trees[1].split_type[0] = 1,
    (learner) => learner.gradient_booster.model.trees[1].split_conditions.pop(),
    (learner) => learner.gradient_booster.model.trees[1].split_conditions[0] = null,
    (learner) => learner.gradient_booster.model.trees.reverse(),
    (learner) => learner.gradient_booster.model.trees[1].tree_param.size_leaf_vector = "2",
  ];
  for (const change of changes) assert.equal(walkAfter(change), undefined, String(change));
});
