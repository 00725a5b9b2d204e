import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readPhoto } from "../../../lib/picture/image/decode.ts";
import { describeFit, type FitSummary } from "../../../lib/product/make/describe_fit.ts";
import { fitFolder } from "../../../lib/product/make/fit.ts";
import { type GoodFolder, openGoodFolder } from "../../../lib/product/make/good_folder.ts";
import { heldOutOf } from "../../../lib/product/make/unseen_scores.ts";
import { promiseFalseAlarms } from "../../../lib/method/evaluate/promise.ts";
import { readModelFile } from "../../../lib/product/model/model_file.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { drawPart, put, withFolder } from "../../app/cli/product.ts";

const silent = { say() {}, warn() {}, progress() {} };

/** Fits a detector as `fit` does, and gives what it says of it. */
async function fit(
  folder: string,
  detectors: Record<string, Record<string, unknown>>,
  { wish = 0.01, change = (opened: GoodFolder) => opened, data = join(folder, "good"), out = join(folder, "m") } = {},
): Promise<FitSummary> {
  const opened = await openGoodFolder({
    ...{ data, detectors, seed: 3, device: "cpu", threads: 1, cache: join(folder, "cache") },
    picture: { height: 64, width: 64 },
    reporter: silent,
    signal: new AbortController().signal,
  });
  try {
    return await fitFolder(change(opened), { seed: 3, falseAlarms: wish, out });
  } finally {
    await opened.work.close();
  }
}

/** How many of some pictures a model calls bad. */
async function countBad(model: string, paths: readonly string[]): Promise<number> {
  const scorer = await openScorer(model, { threads: 1 });
  try {
    let bad = 0;
    for (let from = 0; from < paths.length; from += 16) {
      const batch = await Promise.all(
        paths.slice(from, from + 16).map(async (id) => ({ id, photo: await scorer.read(id) })),
      );
      bad += (await scorer.score(batch)).filter(({ decision }) => decision === "bad").length;
    }
    return bad;
  } finally {
    await scorer.close();
  }
}

function drawn(folder: string, seed: number, count: number, bad = false): Promise<string[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => put(join(folder, `${i}.png`), await drawPart(seed + i, bad))),
  );
}

/** Small, so that each is fitted in a second. */
const DETECTORS = {
  padim: { dims: 30 },
  patchcore: { coreset: 200, neighbours: 3 },
  mean_difference: {},
};

Deno.test("no more good parts are called bad than is promised", async () => {
  await withFolder(async (folder) => {
    await drawn(join(folder, "good"), 100, 40);
    const fresh = await drawn(join(folder, "fresh"), 20_000, 200);
    for (const [name, config] of Object.entries(DETECTORS)) {
      const out = join(folder, name);
      const { promise: { parts, promised, missing } } = await fit(folder, { [name]: config }, { out });
      // None of 40 beyond the threshold: with confidence 0.9 the share beyond is at most 1 − 0.1^(1/40); and 0.99²³⁰ < 0.1.
      assert.ok(parts === 40 && missing === 190 && Math.abs(promised - 0.05594) < 1e-5, name);
      const alarms = await countBad(out, fresh);
      assert.ok(alarms <= promised * fresh.length, `${name}: ${alarms} of 200`);
      const { decision } = await readModelFile(join(out, "models/model.json"));
      assert.ok("falseAlarms" in decision && decision.promised === promised && decision.confidence === 0.9);
      assert.ok(decision.interval![0] === 0 && Math.abs(decision.interval![1] - 0.08810) < 1e-5, "scipy's exact one");
    }
  });
});

Deno.test("a threshold lies just above the scores of parts that are left out of the mean", async () => {
  await withFolder(async (folder) => {
    const paths = await drawn(join(folder, "good"), 700, 7);
    const { promise: { threshold } } = await fit(folder, { mean_difference: {} });
    const pictures = await Promise.all(paths.map(async (path) => (await readPhoto(path)).data));
    const scores = pictures.map((own, k) => {
      const others = pictures.filter((_, i) => i !== k);
      let sum = 0;
      own.forEach((value, at) =>
        sum += Math.abs(value - others.reduce((all, data) => all + data[at], 0) / others.length) / 255
      );
      return sum / own.length;
    });
    const most = Math.max(...scores);
    assert.ok(Math.abs(threshold - most) < 1e-6 * most, `${threshold} for ${most}`);
  });
});

Deno.test("good parts that are all the same are good, and bad ones bad", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "good");
    const [first] = await drawn(data, 1, 1);
    const good = Array.from({ length: 13 }, (_, i) => join(data, `same${i}.png`));
    for (const path of good) await cp(first, path);
    const bad = await drawn(join(folder, "bad"), 5001, 6, true);
    // With one entry the bank is of one picture, without which it is empty.
    const all = { ...DETECTORS, patchcore: { coreset: 1, neighbours: 1 } };
    for (const [name, config] of Object.entries(all)) {
      const { by } = await fit(folder, { [name]: config });
      assert.equal(by, name === "patchcore" ? "folds" : "left out");
      assert.equal(await countBad(join(folder, "m"), [first, ...good]), 0, name);
      assert.equal(await countBad(join(folder, "m"), bad), 6, name);
    }
  });
});

Deno.test("a detector that is trained for long keeps a tenth for the threshold, and says so", async () => {
  await withFolder(async (folder) => {
    await drawn(join(folder, "good"), 40, 20);
    const summary = await fit(folder, { fastflow: { epochs: 1, blocks: 2 } }, { wish: 0.05 });
    assert.deepEqual([summary.by, summary.promise.parts, summary.good], ["held out", 2, 20]);
    assert.match(describeFit(summary)[0], /set on 2 good pictures that the fit did not see$/);
  });
});

Deno.test("what is promised is said in words", () => {
  const wish = { share: 0.01, confidence: 0.9 };
  const of = (parts: number, by: FitSummary["by"], good: number) =>
    describeFit({
      promise: promiseFalseAlarms(Array.from({ length: parts }, (_, i) => i), wish),
      ...{ falseAlarms: 0.01, confidence: 0.9, by, good },
    });
  assert.deepEqual(of(40, "left out", 40), [
    "threshold 39.00, set on 40 good pictures, each of which was left out of the fit to judge it",
    "1 % of false alarms cannot be promised on 40 pictures, so that the threshold lies above all of them: at most 5.6 % " +
    "of good parts to come are called bad, with 90 % confidence; 1 % takes 190 more good pictures",
  ]);
  assert.equal(of(230, "left out", 230)[1], "At most 1 % of good parts to come are called bad, with 90 % confidence");
  assert.match(of(229, "folds", 229)[1], /1 % takes 1 more good picture$/);
  // As many as are said to be missing are enough, and one fewer is not.
  const more = Number(/takes (\d+) more/.exec(of(heldOutOf(57), "held out", 57)[1])![1]);
  assert.deepEqual([heldOutOf(57 + more), heldOutOf(57 + more - 1)], [230, 229]);
});

Deno.test("a refit that fails leaves the old model as it is", async () => {
  await withFolder(async (folder) => {
    const paths = await drawn(join(folder, "good"), 10, 6);
    await fit(folder, { mean_difference: {} });
    const models = join(folder, "m/models");
    const before = await readFile(join(models, "model.json"), "utf8");
    const full = ({ work, ...rest }: GoodFolder): GoodFolder => ({
      ...rest,
      work: {
        ...work,
        cache: {
          ...work.cache,
          export: async (_, path) => {
            await put(path, "half");
            throw new Error("no space");
          },
        },
      },
    });
    await assert.rejects(fit(folder, { padim: { dims: 10 } }, { change: full }), /no space/);
    assert.equal(await readFile(join(models, "model.json"), "utf8"), before);
    assert.equal(await countBad(join(folder, "m"), paths), 0);
    for (const wish of [0, 1, NaN]) {
      await assert.rejects(fit(folder, { mean_difference: {} }, { wish }), {
        name: "RangeError",
        message: /^Cannot promise a share as share must be between 0 and 1/,
      });
    }
    // As earlier releases wrote it.
    const { files: _, sha256: __, ...model } = JSON.parse(before);
    for (const name of ["promised", "confidence", "interval"]) delete model.decision[name];
    await writeFile(join(models, "model.json"), JSON.stringify(model));
    assert.equal(await countBad(join(folder, "m"), paths), 0);
  });
});
