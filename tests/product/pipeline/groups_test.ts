import assert from "node:assert/strict";
import { join } from "node:path";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { inFolds } from "../../../lib/method/learn/folds.ts";
import type { Dataset, Item } from "../../../lib/picture/data/dataset.ts";
import { encodePng } from "../../../lib/picture/image/encode.ts";
import { readPhoto } from "../../../lib/picture/image/decode.ts";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import { planExperiment } from "../../../lib/product/experiment/experiment.ts";
import { describeParts, withParts } from "../../../lib/product/experiment/parts.ts";
import { refitFolds } from "../../../lib/product/run/plan/fold_maps.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { drawPart, put, SMALL, withFolder, writeParts } from "../../app/cli/product.ts";

const definition = parseDefinition({
  ...SMALL,
  detectors: { ...SMALL.detectors, mean_difference: {} },
  split: { kind: "folds", folds: 3 },
  methods: {
    "PatchCore": { alone: "patchcore" },
    "PaDiM": { alone: "padim" },
    "Mean difference": { alone: "mean_difference" },
  },
  seeds: [1],
  decision: { benchmark: "supervised", method: "PaDiM", recall: 0.95 },
});

function item(id: string): Item {
  return { id, path: `/${id}`, split: "train", label: id.startsWith("good") ? "good" : "bad", unseen: false };
}

const views: Dataset = {
  name: "views",
  root: "/",
  items: ["good", "bad"].flatMap((label) =>
    Array.from({ length: 40 }, (_, i) => item(`${label}/part${label === "bad" ? i + 20 : i >> 1}_${i}.png`))
  ),
};

Deno.test("pictures of one part, by a pattern or by a table, come into one fold, and others are spread", async () => {
  await withFolder(async (folder) => {
    const table = await put(
      join(folder, "parts.csv"),
      "file,part,kind\ngood/part0_0.png,A,\nbad/part20_0.png,A,dent\nbad/part21_1.png,,dent\n",
    );
    const dataset = await withParts(views, { group: "(part\\d+)_", table });
    const of = (id: string) => dataset.items.find((one) => one.id === id)!;
    // Two photographs each of 20 good parts; the table joins one of them with a bad part's.
    assert.equal(describeParts(dataset.items), "41 of 80 pictures show 20 parts several times");
    assert.equal(of("good/part0_0.png").part, of("bad/part20_0.png").part);
    assert.deepEqual([of("bad/part20_0.png").kind, of("bad/part21_1.png").kind], ["dent", "dent"]);
    assert.equal(of("bad/part39_19.png").part, undefined);
    const [{ folds }] = planExperiment(dataset, definition, 1).benchmarks;
    const seen = Map.groupBy(dataset.items, ({ part, id }) => part ?? id);
    for (const [part, some] of seen) assert.equal(new Set(some.map(({ id }) => folds!.get(id))).size, 1, part);
    for (const label of ["good", "bad"]) {
      const counts = [0, 1, 2].map((fold) =>
        dataset.items.filter((one) => one.label === label && folds!.get(one.id) === fold).length
      );
      assert.ok(Math.max(...counts) - Math.min(...counts) <= 3, `${label} ${counts}`);
    }
    const wrong = await put(join(folder, "wrong.csv"), "file,part\ngood/other.png,A\n");
    await assert.rejects(
      withParts(views, { table: wrong }),
      /1 of 1 files that it names are not in the data: "good\/other.png"/,
    );
    const bare = await put(join(folder, "bare.csv"), "file,other\ngood/part0_0.png,A\n");
    await assert.rejects(withParts(views, { table: bare }), /must have a column part or kind/);
  });
});

Deno.test("a pattern that captures nothing, is broken, or has no folds to keep parts in is refused", () => {
  const of = (group: string, split: Record<string, unknown> = { kind: "folds" }) => () =>
    parseDefinition({ ...definition, split, data: { ...definition.data, group } });
  assert.throws(of("part\\d+"), /data.group is no pattern: .*must capture/);
  assert.throws(of("(part"), /data.group is no pattern: .*no regular expression/);
  assert.throws(of("(part)", SMALL.split), /data.group can be kept together only where split.kind is "folds"/);
});

Deno.test("further fits see none of the parts that they map, and each misses a fifth of the pictures at most", () => {
  const items = views.items.filter(({ label }) => label === "good");
  const grouped = (few: number) => items.map((one, i) => i < few ? { ...one, part: `p${i >> 1}` } : one);
  assert.equal(refitFolds(items, false).size, 0);
  for (const few of [2, 8, 20, 40]) {
    const folds = refitFolds(grouped(few), false);
    assert.equal(folds.size, few);
    const sizes = Map.groupBy(folds.values(), (fold) => fold);
    assert.ok([...sizes.values()].every(({ length }) => length <= 8), `${few}`);
    for (const [id, fold] of folds) {
      const { part } = grouped(few).find((one) => one.id === id)!;
      for (const other of grouped(few)) if (other.part === part) assert.equal(folds.get(other.id), fold);
    }
  }
  assert.equal(refitFolds(items, true).size, 40);
  assert.equal(new Set(inFolds([0, 1, 2], { count: 5, seed: 1 })).size, 3);
  assert.throws(
    () => refitFolds(items.map((one) => ({ ...one, part: "p" })), false),
    /all good pictures are of one part/,
  );
});

Deno.test("near-duplicates of good parts are found and mapped by what has seen none of them: as strange as new parts", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "data");
    await writeParts(data, 15, 6);
    // Another photograph of each good part: a little more light, and noise.
    const random = seededRandom(5);
    for (let i = 0; i < 15; i++) {
      const name = String(i).padStart(3, "0");
      const seen = await readPhoto(join(data, "good", `${name}.png`));
      const again = {
        ...seen,
        data: seen.data.map((value) => Math.min(255, Math.max(0, Math.round(value * 1.02 + random.normal())))),
      };
      await put(join(data, "good", `again_${name}.png`), await encodePng(again));
    }
    const said: string[] = [];
    const summary = await runPipeline(definition, {
      ...{ file: "small.ts", size: "small", device: "cpu", threads: 1, name: "it", data },
      runs: join(folder, "runs"),
      cache: join(folder, "cache"),
      signal: new AbortController().signal,
      reporter: { say: (text) => void said.push(text), warn() {}, progress() {} },
    });
    assert.ok(
      said.some((text) => /^30 of 36 pictures show 15 parts several times; 15 are near-duplicates/.test(text)),
      said.join("\n"),
    );
    const scorer = await openScorer(summary!.folder, { threads: 1 });
    const fresh: number[] = [];
    for (let i = 0; i < 30; i++) {
      const path = await put(join(folder, "new", `${i}.png`), await drawPart(880_000 + i, false));
      fresh.push((await scorer.score([{ id: path, photo: await scorer.read(path) }]))[0].score);
    }
    await scorer.close();
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const seen = summary!.scores.find(({ method }) => method === "PaDiM")!.parts
      .filter(({ label }) => label === "good").map(({ score }) => score);
    // In the sample, or with the other photograph in the fit, it is not even half.
    assert.ok(Math.abs(mean(seen) / mean(fresh) - 1) < 0.25, `${mean(seen)} for ${mean(fresh)}`);
    // 6 bad parts, and each of the 15 good ones once.
    const { decision } = summary!.deployment!.model;
    assert.deepEqual([decision.parts, decision.alarms!.parts], [6, 15]);
  });
});

Deno.test("a detector that is trained maps good parts by fits that have not seen them", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "data"), 24, 6);
    const learned = parseDefinition({
      ...definition,
      detectors: { fastflow: { epochs: 2, blocks: 2 } },
      segments: "rings",
      methods: {
        "FastFlow": { alone: "fastflow" },
        "Regression": { regression: "evidence" },
        "Best": { best: ["Regression", "FastFlow"] },
      },
      decision: { benchmark: "supervised", method: "Best", recall: 0.95 },
    });
    const summary = await runPipeline(learned, {
      ...{ file: "small.ts", size: "small", device: "cpu", threads: 1, name: "it", data: join(folder, "data") },
      runs: join(folder, "runs"),
      cache: join(folder, "cache"),
      signal: new AbortController().signal,
      reporter: { say() {}, warn() {}, progress() {} },
    });
    const { fit, maps } = summary!.plans[0].detectors[0];
    const seenBy = new Map(maps.fits!.map(({ key, spec }) => [key, new Set(spec.pictures.map(({ id }) => id))]));
    assert.deepEqual([...seenBy.values()].map(({ size }) => size), [16, 16, 16]);
    for (const { spec: { fit: by, pictures } } of maps.tasks) {
      for (const { id } of pictures) {
        if (id.startsWith("bad")) assert.equal(by, fit.key);
        else assert.equal(seenBy.get(by)!.has(id), false, id);
      }
    }
    assert.equal(summary!.results.failed, undefined);
    assert.ok(summary!.deployment!.model.decision.parts === 6);
  });
});
