import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { populationStability, smirnovDistance, smirnovProbability } from "../../../lib/method/evaluate/two_samples.ts";
import { describeDrift } from "../../../lib/product/drift/describe.ts";
import { findDrift, type WatchedPart } from "../../../lib/product/drift/find_drift.ts";
import { readWatchedParts } from "../../../lib/product/drift/read_lines.ts";
import { put, withFolder } from "../../app/cli/product.ts";

Deno.test("the distance is the largest difference of shares, ties and all", () => {
  const sample = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 40 })
    .map((values) => Float64Array.from(values).sort());
  fc.assert(fc.property(sample, sample, (a, b) => {
    const share = (some: Float64Array, limit: number) => some.filter((value) => value <= limit).length / some.length;
    const differences = Array.from({ length: 14 }, (_, limit) => Math.abs(share(a, limit) - share(b, limit)));
    assert.ok(Math.abs(smirnovDistance(a, b) - Math.max(...differences)) < 1e-12);
  }));
});

Deno.test("probabilities are those of counting every order of the values", () => {
  for (const [n, m] of [[1, 1], [2, 3], [5, 5], [7, 4], [6, 9]]) {
    const distances: number[] = [];
    for (let order = 0; order < 2 ** (n + m); order++) {
      const [a, b]: [number[], number[]] = [[], []];
      for (let i = 0; i < n + m; i++) (order >> i & 1 ? a : b).push(i);
      if (a.length === n) distances.push(smirnovDistance(Float64Array.from(a), Float64Array.from(b)));
    }
    for (const distance of new Set(distances)) {
      const exact = distances.filter((other) => other >= distance - 1e-12).length / distances.length;
      const found = smirnovProbability(distance, [n, m]);
      assert.ok(Math.abs(found - exact) < 1e-9, `${found} for ${exact} at ${n}, ${m}, ${distance}`);
    }
  }
  // Where the ways are too many to count, the limit goes on from there.
  for (const distance of [0.04, 0.06, 0.08]) {
    const [counted, limit] = [[1000, 1000], [1001, 1000]].map(([n, m]) => smirnovProbability(distance, [n, m]));
    assert.ok(Math.abs(Math.log(counted / limit)) < 0.1, `${counted} and ${limit}`);
  }
});

Deno.test("where nothing has changed the stability index is 0 on average, and grows with a shift", () => {
  const random = seededRandom(3);
  const draw = (count: number, shift = 0) => Float64Array.from({ length: count }, () => random.normal() + shift).sort();
  const mean = (shift: number) => {
    const found = Array.from({ length: 60 }, () => populationStability(draw(200), draw(100, shift)));
    return found.reduce((sum, value) => sum + value, 0) / found.length;
  };
  const [none, some, much] = [0, 0.5, 1].map(mean);
  assert.ok(none < 0.05 && some > 0.1 && some < 0.5 && much > 0.6, `${none} ${some} ${much}`);
});

const DETECTORS = ["patchcore", "padim"];
const COLUMNS = [
  ...["dots", "wire"].flatMap((segment) =>
    DETECTORS.flatMap((detector) => ["q995", "skewness", "kurtosis", "mean"].map((s) => `${segment}.${detector}.${s}`))
  ),
  ...["light", "contrast", "likeness", "right", "down", "proportions"].map((name) => `picture.${name}`),
];

/** Parts whose columns have much to do with each other, of heavy tails, as statistics of one map have. */
function drawParts(random: ReturnType<typeof seededRandom>, count: number, change: (c: number) => number = () => 0) {
  return Array.from({ length: count }, (): number[] => {
    const common = random.normal();
    return COLUMNS.map((column, c) =>
      column === "picture.proportions" ? 1 : Math.exp(0.8 * (0.8 * common + 0.6 * random.normal())) + change(c)
    );
  });
}

const goodOf = (rows: readonly number[][]) => ({
  columns: COLUMNS,
  rows: Float32Array.from(rows.flat()),
  parts: rows.length,
});
const watchedOf = (rows: readonly number[][]): WatchedPart[] =>
  rows.map((row, i) => ({ id: `${i}.png`, watched: Object.fromEntries(row.map((value, c) => [COLUMNS[c], value])) }));

Deno.test("where nothing has changed, no more looks raise an alarm than are stated", () => {
  const random = seededRandom(11);
  for (const [good, parts] of [[200, 60], [60, 200]]) {
    let alarms = 0;
    const looks = 400;
    for (let look = 0; look < looks; look++) {
      const report = findDrift(goodOf(drawParts(random, good)), watchedOf(drawParts(random, parts)), {
        falseAlarms: 0.05,
        // Without the change that must matter, so that the test alone is seen.
        least: 0,
      });
      if (report.alarms.length > 0) alarms++;
    }
    // A twentieth, and three deviations of a count of 400.
    assert.ok(alarms <= 0.05 * looks + 3 * Math.sqrt(0.05 * 0.95 * looks), `${alarms} of ${looks}`);
  }
});

Deno.test("a change is told by its segment, detector and statistic, its direction and the parts that show it", () => {
  const random = seededRandom(21);
  const good = goodOf(drawParts(random, 300));
  const at = COLUMNS.indexOf("wire.padim.q995");
  const rows = drawParts(random, 120, (c) => c === at ? 1.5 : 0);
  rows[7][at] = 99;
  const report = findDrift(good, watchedOf(rows));
  assert.deepEqual(report.alarms.map(({ column }) => column), ["wire.padim.q995"]);
  const [{ segment, detector, statistic, direction, parts, usual, now, psi }] = report.alarms;
  assert.deepEqual([segment, detector, statistic, direction, parts[0]], ["wire", "padim", "q995", "higher", "7.png"]);
  assert.ok(now > usual + 1 && psi > 0.25);
  assert.match(
    describeDrift(report).join("\n"),
    /^1 of 22 statistics have changed, 120 parts against 300 good .*\nwire: strangest places of padim higher: .*see 7\.png/,
  );
  const light = COLUMNS.indexOf("picture.light");
  const [alarm] = findDrift(good, watchedOf(drawParts(random, 120, (c) => c === light ? -0.6 : 0))).alarms;
  assert.deepEqual([alarm.segment, alarm.detector, alarm.statistic, alarm.direction], [
    ...[undefined, undefined, "light", "lower"],
  ]);
});

Deno.test("few parts, missing values and one value for all raise nothing", () => {
  const random = seededRandom(31);
  const good = goodOf(drawParts(random, 100));
  const few = findDrift(good, watchedOf(drawParts(random, 19, () => 50)));
  assert.deepEqual([few.tests, few.alarms.length], [0, 0]);
  assert.match(describeDrift(few)[0], /^Too few parts to tell: 19 of the 20/);
  const without = watchedOf(drawParts(random, 50)).map(({ id }) => ({ id, watched: { "wire.padim.mean": null } }));
  assert.equal(findDrift(good, without).tests, 0);
  assert.throws(() => findDrift(good, [], { falseAlarms: 1 }), /^RangeError: Cannot look for drift/);
});

Deno.test("lines of pictures that were not read or not judged are left out; lines without statistics are told of", async () => {
  await withFolder(async (folder) => {
    const line = (decision: string, watched?: Record<string, number | null>) =>
      JSON.stringify({ file: `${decision}.png`, score: 1, decision, reason: "", watched });
    const lines = await put(
      join(folder, "a.jsonl"),
      [line("good", { a: 1 }), line("unread"), line("not_judged", { a: 9 }), line("bad", { a: null })].join("\n") +
        "\n",
    );
    assert.deepEqual(await readWatchedParts(lines), [
      { id: "good.png", watched: { a: 1 } },
      { id: "bad.png", watched: { a: null } },
    ]);
    const plain = await put(join(folder, "b.jsonl"), `${line("good")}\n`);
    await assert.rejects(readWatchedParts(plain), /no line has what is watched: score with --format jsonl --details/);
    const broken = await put(join(folder, "c.jsonl"), `${line("good", { a: 1 })}\n{"file": 3}\n`);
    await assert.rejects(readWatchedParts(broken), /as line 2 is no verdict/);
  });
});
