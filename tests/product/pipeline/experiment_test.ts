import assert from "node:assert/strict";
import fc from "fast-check";
import type { Dataset, Item } from "../../../lib/picture/data/dataset.ts";
import type { PipelineDefinition } from "../../../lib/product/experiment/definition.ts";
import { planExperiment } from "../../../lib/product/experiment/experiment.ts";
import folder from "../../../pipelines/folder_paper.ts";
import vad from "../../../pipelines/vad.ts";

interface Counts {
  readonly trainGood: number;
  readonly trainBad: number;
  readonly testGood: number;
  readonly testBad: number;
}

function dataset({ trainGood, trainBad, testGood, testBad }: Counts, lowShot?: Record<string, string[]>): Dataset {
  const make = (split: "train" | "test", label: "good" | "bad", count: number): Item[] =>
    Array.from({ length: count }, (_, i) => {
      const id = `${split}/${label}/${String(i).padStart(4, "0")}.png`;
      return { id, path: `/data/${id}`, split, label, unseen: false };
    });
  const items = [
    ...make("train", "good", trainGood),
    ...make("train", "bad", trainBad),
    ...make("test", "good", testGood),
    ...make("test", "bad", testBad),
  ];
  return { name: "made up", root: "/data", items, lowShot };
}

const counts = fc.record({
  trainGood: fc.integer({ min: 8, max: 40 }),
  trainBad: fc.integer({ min: 4, max: 40 }),
  testGood: fc.integer({ min: 1, max: 20 }),
  testBad: fc.integer({ min: 1, max: 20 }),
});
const definitions: [string, PipelineDefinition][] = [
  ["a training split", { ...vad("small"), benchmarks: { generated: "generated", all: "all", none: "none" } }],
  ["no split", folder],
];

for (const [what, definition] of definitions) {
  Deno.test(`with ${what}, no part that was fitted or trained on is judged, whatever the counts and the seed`, () => {
    fc.assert(fc.property(counts, fc.nat(1000), (numbers, seed) => {
      const data = dataset(numbers);
      const { detectors, benchmarks, sources, fitSeed } = planExperiment(data, definition, seed);
      assert.equal(fitSeed, definition.split.kind === "test-bad" ? 0 : seed);
      for (const { good, bad, test } of benchmarks) {
        const fitted = new Set([...detectors, ...[...good, ...bad].map(({ item }) => item)].map(({ id }) => id));
        assert.equal(fitted.size, detectors.length + new Set([...good, ...bad].map(({ item }) => item.id)).size);
        assert.ok(test.every(({ item, defect }) => !fitted.has(item.id) && defect === undefined));
        assert.ok(good.every(({ item, defect }) => item.label === "good" && defect === undefined));
        assert.ok(bad.every(({ item, defect }) => (item.label === "bad") !== (defect !== undefined)));
        for (const { id } of [...good, ...bad, ...test]) assert.ok(sources.some((source) => source.id === id));
      }
      assert.equal(new Set(sources.map(({ id }) => id)).size, sources.length);
      assert.deepEqual(planExperiment(data, definition, seed), { seed, fitSeed, detectors, benchmarks, sources });
    }));
  });
}

Deno.test("half of VAD's good training parts fit the detectors, the others train the forest", () => {
  const lowShot = { "333": ["train/bad/0001.png", "train/bad/0003.png"] };
  const data = dataset({ trainGood: 20, trainBad: 10, testGood: 6, testBad: 5 }, lowShot);
  const { detectors, benchmarks } = planExperiment(data, vad("small"), 333);
  assert.equal(detectors.length, 10);
  const [oneClass, highShot, low] = benchmarks;
  assert.deepEqual([oneClass.good.length, oneClass.bad.length, oneClass.test.length], [10, 10, 11]);
  assert.deepEqual([highShot.good.length, highShot.bad.length, highShot.test.length], [10, 10, 11]);
  assert.deepEqual(low.bad.map(({ id }) => id), lowShot["333"]);
});

Deno.test("bad parts for the forest are moved from the test split where training has none", () => {
  const definition: PipelineDefinition = {
    ...folder,
    split: { kind: "test-bad", bad: 10, goodShare: 0.5 },
  };
  const data = dataset({ trainGood: 20, trainBad: 0, testGood: 6, testBad: 15 });
  const [{ bad, test }] = planExperiment(data, definition, 1).benchmarks;
  assert.equal(bad.length, 10);
  assert.equal(test.filter(({ item }) => item.label === "bad").length, 5);
});

Deno.test("parts that a benchmark for detectors alone leaves over are judged", () => {
  const definition: PipelineDefinition = {
    ...folder,
    split: { kind: "count", detectors: 5, good: 4, bad: 3 },
    benchmarks: { alone: "none", all: "all" },
  };
  const data = dataset({ trainGood: 20, trainBad: 10, testGood: 0, testBad: 0 });
  const [alone, all] = planExperiment(data, definition, 1).benchmarks;
  assert.deepEqual([alone.good.length, alone.bad.length, alone.test.length], [0, 0, 25]);
  assert.deepEqual([all.good.length, all.bad.length, all.test.length], [4, 3, 18]);
});

Deno.test("data with too few parts is refused with what it has", () => {
  const run = (numbers: Counts, definition: PipelineDefinition = folder) => () =>
    planExperiment(dataset(numbers), definition, 1);
  assert.throws(run({ trainGood: 2, trainBad: 0, testGood: 0, testBad: 0 }), /it has 2 good and 0 bad/);
  const oneClass: PipelineDefinition = { ...vad("small"), benchmarks: { "one-class": "generated" } };
  assert.throws(run({ trainGood: 8, trainBad: 0, testGood: 0, testBad: 3 }, oneClass), {
    name: "RangeError",
    message:
      'Cannot judge benchmark "one-class" on made up as its test set has 0 good and 3 bad parts: both are needed',
  });
});
