import assert from "node:assert/strict";
import fc from "fast-check";
import { type Features, features as toFeatures } from "../../../lib/domain.ts";
import { explain, forest } from "../../../lib/method/forest/forest.ts";
import type { ForestModel } from "../../../lib/method/forest/model.ts";
import { type ForestSettings, presets } from "../../../lib/method/forest/presets.ts";
import { openForestRunner, sharedForestRunner } from "../../../lib/method/forest/runner.ts";
import { type ForestTraining, trainForest } from "../../../lib/method/forest/train.ts";
import { sha256 } from "../../../lib/base/io/hash.ts";
import { pipeAsync } from "../../../lib/stage.ts";
import { assertBatchInvariant, assertPermutationInvariant, assertStageIsPure } from "../../laws/stage_laws.ts";
import { makeColumns, makeInput } from "./inputs.ts";

const settings: ForestSettings = { ...presets.brf, num_parallel_tree: 8, n_estimators: 4 };
const WIDTH = 6;

function training(salt = 5, rows = 90): ForestTraining {
  return { ...makeInput(rows, WIDTH, true, salt), columns: makeColumns(WIDTH), settings, seed: 333 };
}
function featuresOf(values: number[], width = WIDTH): Features {
  return toFeatures([values.length / width, width], Float32Array.from(values));
}
const anyFeatures = fc.integer({ min: 1, max: 12 }).chain((rows) =>
  fc.array(fc.oneof({ weight: 9, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) }, fc.constant(NaN)), {
    minLength: rows * WIDTH,
    maxLength: rows * WIDTH,
  })
).map((values) => featuresOf(values));

const runner = openForestRunner({ workers: 2 });
const model = await trainForest(training(), runner);
const options = { features: "F", model, runner } as const;

Deno.test("a forest tells bad parts from good ones", async () => {
  const { features, labels } = makeInput(200, WIDTH, false, 71);
  const scores = await forest(options)(features);
  let [right, pairs] = [0, 0];
  for (const [i, bad] of labels.entries()) {
    for (const [j, other] of labels.entries()) {
      if (bad <= other) continue;
      pairs++;
      if (scores.data[i] > scores.data[j]) right++;
    }
  }
  assert.ok(right / pairs > 0.85, `AUROC ${right / pairs}`);
});

Deno.test("prediction is pure, and neither batches nor their order change it", async () => {
  const law = { stage: forest(options), inputs: anyFeatures, options: { numRuns: 25 } };
  await assertStageIsPure(law);
  await assertBatchInvariant(law);
  await assertPermutationInvariant(law);
});

Deno.test("contributions sum to the score", async () => {
  await fc.assert(
    fc.asyncProperty(anyFeatures, async (features) => {
      const scores = await forest(options)(features);
      const { data, shape } = await explain(options)(features);
      assert.deepEqual(shape, [features.shape[0], WIDTH + 1]);
      scores.data.forEach((score, row) => {
        const sum = data.subarray(row * (WIDTH + 1), (row + 1) * (WIDTH + 1)).reduce((a, b) => a + b, 0);
        assert.ok(Math.abs(sum - score) < 1e-4, `row ${row}: ${sum} is not ${score}`);
      });
    }),
    { numRuns: 25 },
  );
});

Deno.test("a column without any influence contributes nothing", async () => {
  const { features, labels } = makeInput(90, WIDTH, false, 3);
  const flat = features.data.map((value, i) => i % WIDTH === 2 ? 7 : value);
  const constant = await trainForest({ ...training(), features: featuresOf([...flat]), labels }, runner);
  const { data } = await explain({ ...options, model: constant })(features);
  for (let row = 0; row < 90; row++) assert.equal(data[row * (WIDTH + 1) + 2], 0);
});

Deno.test("the same seed gives the same bytes and another seed others", async () => {
  const again = await trainForest(training(), runner);
  const other = await trainForest({ ...training(), seed: 334 }, runner);
  assert.equal(sha256(again.json), sha256(model.json));
  assert.notEqual(sha256(other.json), sha256(model.json));
});

Deno.test("forests trained side by side equal those trained one after another", async () => {
  const salts = [11, 12, 13, 14, 15];
  const together = await Promise.all(salts.map((salt) => trainForest(training(salt), runner)));
  const alone = openForestRunner({ workers: 1 });
  for (const [i, salt] of salts.entries()) {
    assert.deepEqual((await trainForest(training(salt), alone)).json, together[i].json);
  }
  await alone.close();
});

Deno.test("more models than a worker keeps loaded stay apart", async () => {
  const models = await Promise.all([...Array(7).keys()].map((seed) => trainForest({ ...training(), seed }, runner)));
  const { features } = makeInput(3, WIDTH, false, 1);
  const first = await Promise.all(models.map((model) => forest({ ...options, model })(features)));
  assert.equal(new Set(first.map((scores) => scores.data.join())).size, 7);
  for (const [i, model] of models.entries()) {
    assert.deepEqual((await forest({ ...options, model })(features)).data, first[i].data);
  }
});

Deno.test("no parts have no scores", async () => {
  assert.deepEqual((await forest(options)(featuresOf([]))).shape, [0]);
  assert.deepEqual((await explain(options)(featuresOf([]))).shape, [0, WIDTH + 1]);
});

Deno.test("a view on a part of a batch is scored as that part", async () => {
  const { features } = makeInput(20, WIDTH, true, 8);
  const view = toFeatures([2, WIDTH], features.data.subarray(WIDTH, 3 * WIDTH));
  const all = await forest(options)(features);
  assert.deepEqual([...(await forest(options)(view)).data], [...all.data.subarray(1, 3)]);
});

Deno.test("the weight of bad parts is good by bad unless it is given", async () => {
  const { labels } = training();
  const bad = Array.from(labels).filter((label) => label === 1).length;
  assert.equal(model.training?.scalePosWeight, (90 - bad) / bad);
  const heavy = await trainForest({ ...training(), scalePosWeight: 10 }, runner);
  assert.match(new TextDecoder().decode(heavy.json), /"scale_pos_weight":"10"/);
});

Deno.test("the presets are those of the paper's appendix A.1", () => {
  const { brf, rf, bt } = presets;
  assert.deepEqual(
    [brf, rf, bt].map((p) => [p.n_estimators, p.num_parallel_tree, p.learning_rate, p.colsample_bytree]),
    [[10, 200, 0.3, 0.6], [1, 2000, 1, 0.6], [2000, 1, 0.3, 1]],
  );
  for (const p of [brf, rf, bt]) {
    const { max_depth, subsample, colsample_bynode, reg_alpha, objective } = p;
    assert.deepEqual([max_depth, subsample, colsample_bynode, reg_alpha, objective], [
      5,
      0.6,
      0.6,
      1,
      "binary:logitraw",
    ]);
  }
});

Deno.test("features of another width or with other names are refused with both", async () => {
  const narrow = featuresOf([1, 2, 3], 3);
  await assert.rejects(forest(options)(narrow), {
    name: "TypeError",
    message: "Cannot score parts with forest as the forest has 6 columns: the features have 3",
  });
  assert.throws(() => forest({ features: 40, model, runner }), {
    name: "TypeError",
    message: "Cannot feed 40 features to forest as it was trained on 6",
  });
  const columns = makeColumns(WIDTH);
  assert.doesNotThrow(() => forest({ ...options, columns }));
  assert.throws(() => forest({ ...options, columns: columns.slice(1) }), /Cannot feed 5 columns to forest/);
  assert.throws(() => explain({ ...options, columns: columns.with(3, "wire.padim.mean") }), {
    name: "TypeError",
    message: 'Cannot feed column 3 "wire.padim.mean" to forest as it was trained on "wire.patchcore.column3" there',
  });
});

Deno.test("a forest of another width does not fit a pipeline", () => {
  const forty = (x: number): Features<"N", 40> => toFeatures<"N", 40>([1, 40], new Float32Array(40).fill(x));
  const narrow: ForestModel = { ...model, columns: makeColumns(48) };
  // @ts-expect-error 40 features do not fit a forest of 48
  pipeAsync(forty, forest({ features: 48, model: narrow, runner }));
  assert.throws(() => forest({ features: 40, model: narrow, runner }), TypeError);
});

Deno.test("an infinite value is refused with its row and column", async () => {
  const { features } = makeInput(3, WIDTH, false, 1);
  features.data[WIDTH + 4] = -Infinity;
  await assert.rejects(forest(options)(features), {
    name: "RangeError",
    message:
      'Cannot score parts with forest as column "wire.patchcore.column4" of row 1 is -Infinity: a value is finite, or NaN where it is missing',
  });
  await assert.rejects(trainForest({ ...training(), features, labels: [0, 1, 0] }, runner), RangeError);
});

Deno.test("training that cannot work is refused before XGBoost sees it", async () => {
  const refused = (change: Partial<ForestTraining>, name: string, message: RegExp) =>
    assert.rejects(trainForest({ ...training(), ...change }, runner), { name, message });
  await refused({ labels: new Array(90).fill(0) }, "RangeError", /there are 90 good and 0 bad/);
  await refused({ labels: new Array(90).fill(1) }, "RangeError", /there are 0 good and 90 bad/);
  await refused({ labels: [0, 1] }, "TypeError", /90 parts need 90 labels: there are 2/);
  await refused({ labels: new Array(90).fill(2) }, "TypeError", /label 0 is 2/);
  await refused({ columns: makeColumns(5) }, "TypeError", /has 5 columns: the features have 6/);
  await refused({ columns: makeColumns(5).concat("wire.patchcore.column0") }, "TypeError", /names are unique/);
  await refused({ columns: makeColumns(5).concat("a<b") }, "TypeError", /none of/);
  await refused({ seed: -1 }, "RangeError", /seed -1/);
  await refused({ seed: 0.5 }, "RangeError", /seed 0.5/);
  await refused({ scalePosWeight: 0 }, "RangeError", /scalePosWeight/);
  await refused({ settings: { ...settings, n_estimators: 0 } }, "RangeError", /n_estimators/);
  await refused({ settings: { ...settings, depth: 3 } as ForestSettings }, "TypeError", /"depth" is not a setting/);
});

Deno.test("a setting out of its range is refused in XGBoost's words", async () => {
  await assert.rejects(trainForest({ ...training(), settings: { ...settings, subsample: 1.5 } }, runner), (error) => {
    assert.ok(error instanceof RangeError);
    assert.match(error.message, /^Cannot train forest as XGBoost says: value 1.5 for Parameter subsample exceed bound/);
    assert.doesNotMatch(error.message, /Stack trace|\d\d:\d\d:\d\d/);
    return true;
  });
  assert.equal(sha256((await trainForest(training(), runner)).json), sha256(model.json), "the worker goes on");
});

Deno.test("a closed runner refuses, and closing ends what is under way", async () => {
  const closing = openForestRunner({ workers: 1 });
  const under = assert.rejects(
    trainForest({ ...training(), settings: presets.brf }, closing),
    /^Error: Cannot finish as the pool was closed/,
  );
  await closing.close();
  await under;
  await assert.rejects(trainForest(training(), closing), /pool as it is closed/);
  await assert.rejects(forest({ ...options, runner: closing })(makeInput(1, WIDTH, false, 1).features), /closed/);
});

Deno.test("a worker that dies fails its task, and nothing waits for it", async () => {
  const dying = openForestRunner({ workers: 1, worker: new URL("./dying_worker.ts", import.meta.url) });
  await assert.rejects(trainForest(training(), dying), /^Error: Cannot go on as a worker ended with code 3/);
  await assert.rejects(
    forest({ ...options, runner: dying })(makeInput(1, WIDTH, false, 1).features),
    /ended with code 3/,
  );
  await dying.close();
});

Deno.test("who brings no runner shares one", async () => {
  assert.equal(sharedForestRunner(), sharedForestRunner());
  assert.equal(sha256((await trainForest(training())).json), sha256(model.json));
  await sharedForestRunner().close();
});

Deno.test("training blocks nobody", async () => {
  const start = performance.now();
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  await trainForest({ ...training(5, 90), settings: presets.brf }, runner);
  clearInterval(timer);
  const elapsed = performance.now() - start;
  assert.ok(ticks >= elapsed / 50, `${ticks} ticks in ${elapsed} ms`);
});

Deno.test({ name: "the workers end", fn: () => runner.close() });
