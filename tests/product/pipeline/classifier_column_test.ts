import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { readForest } from "../../../lib/method/forest/model_file.ts";
import { leavesParts } from "../../../lib/product/run/steps/train_step.ts";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import { openRun } from "../../../lib/product/run/open_run.ts";
import { planRun } from "../../../lib/product/run/plan/plan.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { SMALL, withFolder, writeParts } from "../../app/cli/product.ts";

const { seeds: _, ...base } = SMALL;
const learned = {
  ...base,
  classifiers: { linear: { steps: 30, batch: 8 } },
  benchmarks: { "one-class": "none", "supervised": "all" },
  methods: {
    "PaDiM": { alone: "padim" },
    "Linear": { alone: "linear" },
    "PaDiM + Ours": { forest: ["padim"] },
    "PaDiM + Linear + Ours": { forest: ["padim"], classifier: "linear" },
  },
  decision: { benchmark: "supervised", method: "PaDiM + Linear + Ours", recall: 0.9 },
  seeds: [1],
};
const quiet = { reporter: { say: () => {}, warn: () => {}, progress: () => {} }, signal: new AbortController().signal };
const options = { file: "small.ts", size: "small", device: "cpu", threads: 1, name: "it", ...quiet } as const;

Deno.test("a classifier's score is a column of the forest where there are bad training parts, and the model scores alone", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data);
    const definition = parseDefinition(learned);
    const at = (name: string) => ({ runs: join(folder, name), cache: join(folder, `${name} cache`), data });
    const run = await runPipeline(definition, { ...options, ...at("a") });
    const rows = run!.results.rows.map(({ benchmark, method }) => `${benchmark}: ${method}`);
    assert.deepEqual(rows, [
      "one-class: PaDiM",
      ...["PaDiM", "Linear", "PaDiM + Ours", "PaDiM + Linear + Ours"].map((method) => `supervised: ${method}`),
    ]);
    const { columns: names } = await readForest(join(run!.folder, "models/forest"));
    // K · L · 4 + 1, with one detector and its segments.
    assert.equal(names.length % 4, 1);
    assert.deepEqual(names.filter((name) => name.includes("linear")), [names.at(-1)]);
    const bytes = await readFile(join(run!.folder, "results.json"));
    await runPipeline(definition, { ...options, ...at("b") });
    assert.deepEqual(await readFile(join(folder, "b/small/it/results.json")), bytes);
    await rm(join(folder, "a cache"), { recursive: true });
    const scores = (await readFile(join(run!.folder, "scores.csv"), "utf8")).trim().split("\n").map((line) =>
      line.split(",")
    );
    const own = scores.filter((line) => line.includes("PaDiM + Linear + Ours")).slice(0, 3);
    assert.equal(own.length, 3);
    const scorer = await openScorer(run!.folder, { threads: 1 });
    const column = scores[0].indexOf("score");
    const id = scores[0].indexOf("file");
    for (const line of own) {
      const photo = await scorer.read(join(data, line[id]));
      const [verdict] = await scorer.score([{ id: line[id], photo }]);
      assert.ok(Math.abs(verdict.score - Number(line[column])) < 1e-6, `${verdict.score}, not ${line[column]}`);
    }
    await scorer.close();
  });
});

Deno.test("a run whose deciding method is a classifier alone leaves a model that scores", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data);
    const definition = parseDefinition({ ...learned, decision: { ...learned.decision, method: "Linear" } });
    const at = { runs: join(folder, "runs"), cache: join(folder, "cache"), data };
    const run = await runPipeline(definition, { ...options, ...at });
    const scorer = await openScorer(run!.folder, { threads: 1 });
    const [verdict] = await scorer.score([{ id: "0", photo: await scorer.read(join(data, "bad/000.png")) }]);
    assert.match(verdict.reason, /score (at or above|below) the threshold/);
    await scorer.close();
  });
});

Deno.test("a method with an unknown classifier, or one named as a detector is, is refused", () => {
  const unknown = structuredClone(learned);
  unknown.methods["PaDiM + Linear + Ours"].classifier = "wrn";
  assert.throws(
    () => parseDefinition(unknown),
    /methods\["PaDiM \+ Linear \+ Ours"\]\.classifier must be one of .*linear/,
  );
  assert.throws(
    () => parseDefinition({ ...learned, classifiers: { linear: {}, padim: {} } }),
    /classifiers\.padim must not have the name of a detector/,
  );
});

Deno.test("a classifier leaves parts to a forest that sees its score and to its own threshold, else it sees them all", () => {
  const { methods, decision, split } = parseDefinition(learned);
  const { ["PaDiM + Linear + Ours"]: _, ...alone } = methods;
  const other = { ...decision, method: "PaDiM" };
  const of = (changed: object) => leavesParts({ ...parseDefinition(learned), ...changed }, "linear");
  assert.equal(of({}), true);
  assert.equal(of({ methods: alone, decision: other }), false);
  assert.equal(of({ methods: alone, decision: { ...decision, method: "Linear" } }), true);
  assert.equal(of({ methods: { ...methods, "PaDiM + Linear + Ours": { forest: ["padim"] } }, decision: other }), false);
  assert.equal(of({ split: { ...split, kind: "own" } }), false);
});

Deno.test("where scores are cross-fitted, a forest learns of each part from a classifier that has not seen it", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data);
    const definition = parseDefinition({ ...learned, crossFit: 3 });
    const at = { runs: join(folder, "runs"), cache: join(folder, "cache"), data };
    const opened = await openRun(definition, { ...options, ...at });
    const { seeds: [plan] } = await planRun(opened.work, opened.experiments, new Map());
    await opened.work.close();
    const cell = plan.cells.find(({ method }) => method === "PaDiM + Linear + Ours")!;
    const { good, bad, test } = cell.benchmark;
    const seenBy = new Map(plan.trainings.map(({ key, spec }) => [key, new Set(spec.pictures.map(({ id }) => id))]));
    const trained = new Map(plan.classified.map(({ key, spec }) => [key, seenBy.get(spec.training)!]));
    const first = (id: string) => cell.forest!.table.scores.find(({ ids }) => ids.includes(id))!.key;
    const sizes = new Set([...good, ...bad].map(({ id }) => trained.get(first(id))!.size));
    for (const { id } of [...good, ...bad]) assert.ok(!trained.get(first(id))!.has(id), id);
    // Two thirds of the forest's parts and all of the detectors' train each of them; the last sees all.
    const all = plan.experiment.detectors.length + good.length + bad.length;
    assert.ok([...sizes].every((size) => size < all && size >= all - Math.ceil((good.length + bad.length) / 3) - 1));
    assert.equal(plan.trainings.length, 4);
    for (const { id } of test) assert.equal(trained.get(first(id))!.size, all);
    const run = await runPipeline(definition, { ...options, ...at });
    assert.equal(run!.results.failed, undefined);
    const plain = await runPipeline(parseDefinition(learned), { ...options, ...at, runs: join(folder, "plain") });
    const of = (summary: typeof run, method: string) =>
      summary!.scores.filter((set) => set.method === method && set.benchmark === "supervised");
    assert.deepEqual(of(run, "PaDiM + Ours"), of(plain, "PaDiM + Ours"));
    assert.notDeepEqual(of(run, "PaDiM + Linear + Ours"), of(plain, "PaDiM + Linear + Ours"));
    const scorer = await openScorer(run!.folder, { threads: 1 });
    const [{ parts: [{ id, score }] }] = of(run, "PaDiM + Linear + Ours");
    const [verdict] = await scorer.score([{ id, photo: await scorer.read(join(data, id)) }]);
    assert.ok(Math.abs(verdict.score - score) < 1e-6, `${verdict.score}, not ${score}`);
    await scorer.close();
  });
});

Deno.test("a classifier that forests see keeps all its parts where scores are cross-fitted; one part of a kind is too few", () => {
  assert.equal(leavesParts(parseDefinition({ ...learned, crossFit: 3 }), "linear"), false);
  assert.equal(leavesParts(parseDefinition(learned), "linear"), true);
  assert.throws(() => parseDefinition({ ...learned, crossFit: 1 }), /crossFit must be/);
});
