/** Benchmarks with a number of bad parts, and the split files of VisA, as a pipeline file names them. */
import assert from "node:assert/strict";
import type { Dataset, Item } from "../../../lib/picture/data/dataset.ts";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import { planExperiment } from "../../../lib/product/experiment/experiment.ts";
import { openData } from "../../../lib/product/run/pictures/open_data.ts";
import vad from "../../../pipelines/vad.ts";
import visa from "../../../pipelines/visa.ts";
import curve from "../../../pipelines/learning_curve.ts";
import { filesAt, visaFiles, visaTable, withFiles } from "../../picture/data/folders.ts";

const parts = (count: number, split: "train" | "test", label: "good" | "bad"): Item[] =>
  Array.from({ length: count }, (_, i) => {
    const id = `${split}/${label}/${i}`;
    return { id, path: id, split, label, unseen: false };
  });
const dataset: Dataset = {
  name: "parts",
  root: ".",
  items: [
    ...parts(20, "train", "good"),
    ...parts(30, "train", "bad"),
    ...parts(5, "test", "good"),
    ...parts(6, "test", "bad"),
  ],
};

Deno.test("smaller draws of bad parts lie within larger ones, and all are judged on the same parts", () => {
  const benchmarks = { five: { kind: "all", bad: 5 }, ten: { kind: "all", bad: 10 }, all: "all" } as const;
  const definition = parseDefinition({
    ...vad("small"),
    benchmarks,
    decision: { ...vad("small").decision, benchmark: "all" },
  });
  const draws = [333, 576].map((seed) => {
    const [five, ten, all] = planExperiment(dataset, definition, seed).benchmarks;
    assert.deepEqual([five, ten, all].map(({ bad }) => bad.length), [5, 10, 30]);
    const larger = new Set(ten.bad.map(({ id }) => id));
    assert.ok(five.bad.every(({ id }) => larger.has(id)));
    assert.deepEqual(five.test, all.test);
    assert.deepEqual(five.good, all.good);
    assert.equal(five.split.forest.length, five.good.length + 5);
    return five.bad.map(({ id }) => id);
  });
  assert.notDeepEqual(draws[0], draws[1]);
  const greedy = { ...definition, benchmarks: { five: { kind: "all" as const, bad: 31 } } };
  assert.throws(
    () => planExperiment(dataset, greedy, 1),
    /benchmark "five" on 31 bad parts as the split of parts has 30/,
  );
  assert.throws(
    () => parseDefinition({ ...definition, benchmarks: { ...benchmarks, all: { kind: "all", bad: 0 } } }),
    /benchmarks/,
  );
});

Deno.test("the learning curve goes from 5 bad parts to 1,000 in the paper's size", () => {
  const counts = (size: "small" | "paper") =>
    Object.values(parseDefinition(curve(size)).benchmarks).map((kind) => (kind as { bad: number }).bad);
  assert.deepEqual([counts("paper")[0], counts("paper").at(-1)], [5, 1000]);
  assert.ok(counts("small").at(-1)! <= 160);
});

Deno.test("a pipeline file chooses VisA's split file", async () => {
  const extra = "pcb1/Data/Images/Anomaly/7.JPG";
  const row = ["pcb1", "train", "anomaly", extra, ""];
  await withFiles(
    { ...visaFiles, ...filesAt(extra), "split_csv/2cls_fewshot.csv": visaTable([row]) },
    async (root) => {
      const open = async (split?: "2cls_fewshot" | "2cls_highshot") => {
        const definition = parseDefinition({
          ...visa("small"),
          data: { layout: "visa", object: "pcb1", ...split && { split } },
        });
        const reporter = { say: () => {}, warn: () => {}, progress: () => {} };
        const { signal } = new AbortController();
        return (await openData(definition, { folder: root, size: "small", cache: root, reporter, signal })).dataset;
      };
      assert.deepEqual((await open("2cls_fewshot")).items.map(({ id, split, label }) => [id, split, label]), [
        [extra, "train", "bad"],
      ]);
      assert.equal((await open()).items.length, 5);
      await assert.rejects(open("2cls_highshot"), /must have split_csv\/2cls_highshot\.csv/);
    },
  );
  assert.throws(
    () => parseDefinition({ ...visa("small"), data: { layout: "visa", split: "3cls" } }),
    /data\.split must be/,
  );
});
