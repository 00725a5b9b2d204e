import assert from "node:assert/strict";
import fc from "fast-check";
import { explain } from "../../../lib/method/forest/forest.ts";
import { presets } from "../../../lib/method/forest/presets.ts";
import { type ExplainedPart, reasonInWords, reasonsInWords } from "../../../lib/method/forest/reason.ts";
import { type GoodQuantiles, goodQuantilesOf, LEVELS, standing } from "../../../lib/method/forest/good_quantiles.ts";
import { openForestRunner } from "../../../lib/method/forest/runner.ts";
import { trainForest } from "../../../lib/method/forest/train.ts";
import { features as featuresOf } from "../../../lib/domain.ts";
import { makeInput } from "./inputs.ts";
import { plainReason } from "./plain_reason.ts";

const names = { patchcore: "PatchCore", padim: "PaDiM" };

/** Good parts whose values are 0, 1, … 100 in each column. */
function evenQuantiles(columns: number): GoodQuantiles {
  return { parts: 101, quantiles: Float32Array.from({ length: columns * LEVELS }, (_, i) => i % LEVELS) };
}
function say(entries: [column: string, value: number, contribution: number][], change: Partial<ExplainedPart> = {}) {
  return reasonInWords({
    columns: entries.map(([column]) => column),
    values: entries.map(([, value]) => value),
    contributions: entries.map(([, , contribution]) => contribution),
    bad: true,
    goodQuantiles: evenQuantiles(entries.length),
    names,
    ...change,
  });
}

Deno.test("the reason names segment, detector, statistic and how far out it is", () => {
  assert.equal(
    say([["solder_dots.patchcore.q995", 99.5, 2], ["wire.padim.mean", 1, -1]]),
    "solder_dots: PatchCore q99.5 above 99 % of good parts",
  );
  assert.equal(say([["wire.padim.skewness", 2.5, 1]]), "wire: PaDiM skewness below 97 % of good parts");
  assert.equal(say([["wire.padim.kurtosis", 1e6, 1]]), "wire: PaDiM kurtosis above all good parts");
  assert.equal(say([["wire.padim.mean", -1, 1]]), "wire: PaDiM mean below all good parts");
});

Deno.test("segments and detectors that are called as what every object has keep their names", () => {
  assert.equal(say([["constructor.padim.mean", -1, 1]]), "constructor: PaDiM mean below all good parts");
  assert.equal(say([["wire.toString.valueOf", -1, 1]]), "wire: toString valueOf below all good parts");
});

Deno.test("one to three groups are named, the strongest first, and weak ones are left out", () => {
  const columns: [string, number, number][] = [
    ["a.padim.mean", 90.5, 1],
    ["b.padim.mean", 95.5, 3],
    ["c.padim.mean", 80.5, 2],
    ["d.padim.mean", 70.5, 1.5],
    ["e.padim.mean", 99.5, 0.01],
  ];
  assert.equal(
    say(columns),
    "b: PaDiM mean above 95 % of good parts; c: PaDiM mean above 80 % of good parts; d: PaDiM mean above 70 % of good parts",
  );
  assert.equal(say([columns[1], columns[4]]), "b: PaDiM mean above 95 % of good parts");
});

Deno.test("statistics of one segment and detector that stand equally far out are named together", () => {
  assert.equal(
    say([["wire.padim.q995", 200, 1], ["pins.padim.mean", 50.5, 1.2], ["wire.padim.mean", 300, 0.5]]),
    "wire: PaDiM q99.5 and mean above all good parts; pins: PaDiM mean above 50 % of good parts",
  );
});

Deno.test("a segment and detector are named once, with what pushes most", () => {
  assert.equal(
    say([["wire.padim.q995", 97.5, 2], ["pins.padim.mean", 50.5, 1.8], ["wire.padim.mean", 84.5, 1]]),
    "wire: PaDiM q99.5 above 97 % of good parts; pins: PaDiM mean above 50 % of good parts",
  );
  assert.equal(
    say([["wire.padim.q995", 97.5, 1], ["pins.padim.mean", 50.5, 1.8], ["wire.padim.mean", 84.5, 1.1]]),
    "wire: PaDiM mean above 84 % of good parts; pins: PaDiM mean above 50 % of good parts",
    "the group's weight is that of all its columns",
  );
});

Deno.test("columns of other kinds have sensible words too", () => {
  assert.equal(say([["patchcore.max", 200, 1]]), "whole picture: PatchCore maximum above all good parts");
  assert.equal(say([["patchcore.contrast", 200, 1]]), "whole picture: PatchCore contrast above all good parts");
  assert.equal(say([["wrn.score", 97.5, 1]], { names: { wrn: "WRN" } }), "WRN score above 97 % of good parts");
  assert.equal(say([["f0", 97.5, 1]]), "f0 above 97 % of good parts");
  assert.equal(say([["wire.own.sharpness", 3.5, 1]]), "wire: own sharpness below 96 % of good parts");
  assert.equal(
    say([["wire.patchcore.q995", 3.5, 1]], { names: { "wire.patchcore.q995": "wire strangeness" } }),
    "wire strangeness below 96 % of good parts",
  );
});

Deno.test("a missing value, a value that all share and a forest without reference", () => {
  assert.equal(say([["wire.padim.skewness", NaN, 1]]), "wire: PaDiM skewness cannot be computed");
  const flat = { parts: 9, quantiles: new Float32Array(LEVELS) };
  assert.equal(say([["wire.padim.skewness", 0, 1]], { goodQuantiles: flat }), "wire: PaDiM skewness as in good parts");
  assert.equal(say([["wire.padim.mean", 3.14159, 1]], { goodQuantiles: undefined }), "wire: PaDiM mean is 3.14");
});

Deno.test("a good part has a sentence as well", () => {
  assert.equal(say([["wire.padim.mean", 60, 1]], { bad: false }), "nothing stands out from good parts");
  assert.equal(say([["wire.padim.mean", 60, -1]], { bad: false }), "nothing stands out from good parts");
  assert.equal(
    say([["wire.padim.mean", 98.5, 0.5], ["pins.padim.mean", 40, 2]], { bad: false }),
    "good, though wire: PaDiM mean above 98 % of good parts",
  );
  assert.equal(
    say([["wire.padim.mean", 60, -1]]),
    "no column pushes towards bad: the limit is below an ordinary score",
  );
});

Deno.test("where a value stands is what counting gives, to the step of the table", () => {
  const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 101, maxLength: 101 });
  fc.assert(fc.property(values, fc.integer({ min: -22, max: 22 }), (good, value) => {
    const features = featuresOf([good.length, 1], Float32Array.from(good));
    const found = standing(goodQuantilesOf(features, good.map(() => 0)), 0, value);
    const count = (test: (x: number) => boolean) => good.filter(test).length;
    const [below, above] = [count((x) => x < value), count((x) => x > value)];
    const share = (n: number) => n === 101 ? 1 : Math.max(0, n - 1) / 100;
    assert.deepEqual(found, { below: share(below), above: share(above) });
  }));
});

Deno.test("the reference sees good parts alone, and leaves missing values out", () => {
  const data = new Float32Array([1, NaN, 2, NaN, NaN, NaN, 4, NaN, 1000, 5]);
  const table = goodQuantilesOf(featuresOf([5, 2], data), [0, 0, 0, 0, 1]);
  assert.equal(table.parts, 4);
  assert.deepEqual([0, 25, 50, 100].map((level) => table.quantiles[level]), [1, 1.5, 2, 4]);
  assert.ok(Number.isNaN(table.quantiles[LEVELS]));
  assert.equal(standing(table, 1, 5), undefined);
});

Deno.test("the reason of a trained forest names the column that makes parts bad", async () => {
  const runner = openForestRunner({ workers: 1 });
  const { features } = makeInput(120, 4, false, 40);
  const labels = Array.from({ length: 120 }, (_, row) => features.data[row * 4 + 2] > 0.75 ? 1 : 0);
  const columns = ["wire.padim.q995", "wire.padim.mean", "pins.patchcore.q995", "pins.patchcore.mean"];
  const settings = { ...presets.brf, num_parallel_tree: 20 };
  const model = await trainForest({ features, columns, labels, settings, seed: 1 }, runner);
  const contributions = await explain({ features: "F", model, runner })(features);
  const bad = labels.map(Boolean);
  const reasons = reasonsInWords({ features, contributions, bad, model, names });
  reasons.forEach((reason, row) => {
    if (bad[row]) assert.match(reason, /^pins: PatchCore q99\.5 above all good parts/);
  });
  assert.throws(
    () => reasonsInWords({ features, contributions, bad: bad.slice(1), model, names }),
    /Cannot give reasons for 119 parts of 4 columns/,
  );
  await runner.close();
});

Deno.test("evidence of many channels is told once, by its kind", () => {
  const columns = ["stride16.strangest_3", "stride16.strangest_size_9", "stride8.average_1", "border.padim.log_q995"];
  const part = { columns, values: [9, 9, 9, 9], contributions: [2, 1, 1, 3], bad: true, names: { padim: "PaDiM" } };
  assert.equal(
    reasonInWords(part),
    "border: PaDiM q99.5 is 9; whole picture: texture at the strangest places is 9; whole picture: texture is 9",
  );
});

Deno.test("the reason is that of telling all groups and choosing the heaviest of them", () => {
  const kinds = ["q995", "mean", "log_top_4", "strangest_7", "residual_3", "average_12"];
  const columns = ["wire", "border", ""].flatMap((segment) =>
    ["padim", "stride16", "all"].flatMap((source) =>
      kinds.map((kind) => segment ? `${segment}.${source}.${kind}` : `${source}.${kind}`)
    )
  ).concat("f0", "wrn.score");
  const goodQuantiles = evenQuantiles(columns.length);
  // A column that no good part has a value in.
  goodQuantiles.quantiles.fill(NaN, 5 * LEVELS, 6 * LEVELS);
  // Few different ones, so that many columns weigh and stand the same.
  const value = fc.oneof(
    fc.integer({ min: -2, max: 102 }),
    fc.double({ min: 0, max: 100, noNaN: true }),
    fc.constant(NaN),
  );
  const contribution = fc.oneof(fc.constantFrom(-1, 0, 0.5, 1), fc.double({ min: -1, max: 3, noNaN: true }));
  const each = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: columns.length, maxLength: columns.length });
  fc.assert(
    fc.property(each(value), each(contribution), fc.boolean(), fc.boolean(), (values, contributions, bad, known) => {
      const part = { columns, values, contributions, bad, names, ...known && { goodQuantiles } };
      assert.equal(reasonInWords(part), plainReason(part));
      const few = { ...part, contributions: contributions.map((one, f) => f % 7 ? 0 : one) };
      assert.equal(reasonInWords(few), plainReason(few));
    }),
  );
});
