import assert from "node:assert/strict";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { input } from "../../../lib/engine/graph/value.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { explain } from "../../../lib/method/forest/forest.ts";
import { presets } from "../../../lib/method/forest/presets.ts";
import { openForestRunner } from "../../../lib/method/forest/runner.ts";
import { gaussLegendre, shapValues } from "../../../lib/method/forest/shap_graph.ts";
import { trainForest } from "../../../lib/method/forest/train.ts";
import { makeColumns, makeInput } from "./inputs.ts";

Deno.test("SHAP values of a graph are XGBoost's, of missing values and of columns that a path asks twice too", async () => {
  const runner = openForestRunner({ workers: 1 });
  const runtime = await openRuntime({ threads: 1 });
  // Trees of seven levels over three columns ask some of them again and again.
  for (const [width, depth] of [[3, 7], [6, 5], [12, 2]]) {
    const columns = makeColumns(width);
    const settings = { ...presets.brf, num_parallel_tree: 6, n_estimators: 3, max_depth: depth, reg_alpha: 0 };
    const model = await trainForest({ ...makeInput(150, width, true, 5), columns, settings, seed: 9 }, runner);
    const { features } = makeInput(40, width, true, 77);
    const wanted = await explain({ features: "F", model, runner })(features);
    const shown = input("features", "f32", ["N", width]);
    const session = await runtime.open(
      buildModel({ inputs: [shown], outputs: { moves: shapValues(model, shown)! } }),
      "shap",
    );
    const { moves } = await session.run({ features: tensor("f32", [40, width], features.data) });
    await session.release();
    let most = 0;
    for (let n = 0; n < 40; n++) {
      for (let f = 0; f < width; f++) {
        const expected = wanted.data[n * (width + 1) + f];
        most = Math.max(most, Math.abs(expected));
        assert.ok(Math.abs(moves.data[n * width + f] - expected) < 2e-6, `${width} ${n} ${f}: ${expected}`);
      }
    }
    assert.ok(most > 0.1, `${most}`);
  }
  await runner.close();
});

Deno.test("a forest that does not say how many parts went where has no SHAP values", async () => {
  const runner = openForestRunner({ workers: 1 });
  const settings = { ...presets.brf, num_parallel_tree: 2, n_estimators: 2, reg_alpha: 0 };
  const model = await trainForest(
    { ...makeInput(60, 3, false, 5), columns: makeColumns(3), settings, seed: 9 },
    runner,
  );
  await runner.close();
  const without = new TextDecoder().decode(model.json.slice()).replaceAll("sum_hessian", "other");
  const shown = input("features", "f32", ["N", 3]);
  assert.equal(shapValues({ ...model, json: new TextEncoder().encode(without) }, shown), undefined);
});

Deno.test("points of Gauss and Legendre integrate polynomials of twice their number less one", () => {
  for (let count = 1; count <= 6; count++) {
    for (let power = 0; power < 2 * count; power++) {
      const sum = gaussLegendre(count).reduce((all, { at, weight }) => all + weight * at ** power, 0);
      assert.ok(Math.abs(sum - 1 / (power + 1)) < 1e-14, `${count} ${power}: ${sum}`);
    }
  }
});
