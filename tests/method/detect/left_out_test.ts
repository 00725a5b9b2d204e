import assert from "node:assert/strict";
import type { FeatureMaps } from "../../../lib/method/backbone/backbone.ts";
import type { Detection, Detector } from "../../../lib/method/detect/contract.ts";
import { foldedMaps } from "../../../lib/method/detect/folded_maps.ts";
import { meanDifference } from "../../../lib/method/detect/mean_difference/mean_difference.ts";
import { padim } from "../../../lib/method/detect/padim/padim.ts";
import { patchCore } from "../../../lib/method/detect/patchcore/patchcore.ts";
import type { PatchCoreFitted } from "../../../lib/method/detect/patchcore/fitted.ts";
import { image as imageOf } from "../../../lib/domain.ts";
import { concat, rows } from "../../../lib/base/tensor/tensor.ts";
import {
  featureMaps,
  fitContext,
  naivePatches,
  normal,
  observed,
  relativeError,
  runtime,
  takeRows,
} from "./feature_maps.ts";

/** The maps of all pictures but one are fitted, and the one is judged: for each. */
async function refitted<C, F>(detector: Detector<C, F>, maps: FeatureMaps, config: C): Promise<Detection[]> {
  const count = maps.stride4.shape[0];
  const found: Detection[] = [];
  for (let i = 0; i < count; i++) {
    const others = join([takeRows(maps, 0, i), takeRows(maps, i + 1, count)]);
    const applied = await detector.apply({ runtime }, await detector.fit(fitContext(others, 8, 1), config));
    found.push(await applied.detect(observed(takeRows(maps, i, i + 1))));
    await applied.release();
  }
  return found;
}

function join(parts: readonly FeatureMaps[]): FeatureMaps {
  return Object.fromEntries(Object.keys(parts[0]).map((name) => [name, concat(parts.map((part) => part[name]))]));
}

/** Maps whose channels vary by very different amounts, as those of backbones do. */
function unequalMaps(seed: number, pictures: number): FeatureMaps {
  const maps = featureMaps(seed, pictures);
  for (const { data, shape: [, C, H, W] } of Object.values(maps)) {
    for (let i = 0; i < data.length; i++) data[i] *= 4 * 0.25 ** (Math.floor(i / (H * W)) % C);
  }
  return maps;
}

Deno.test("PaDiM's left-out maps are those of fits without the picture, for fewer parts than channels too", async () => {
  for (const make of [featureMaps, unequalMaps]) {
    for (
      const [pictures, dims, epsilon] of [[3, 12, 0.01], [5, 12, 0.3], [8, 6, 0.01], [12, 12, 0.01], [25, 12, 0.01]]
    ) {
      const maps = make(30, pictures);
      const config = padim.parse({ epsilon, ...dims < 12 && { dims } });
      const leftOut = await padim.leftOut!(
        fitContext(maps, 8, 1),
        config,
        await padim.fit(fitContext(maps, 8, 1), config),
      );
      const expected = await refitted(padim, maps, config);
      const { map, score } = await leftOut.detect(observed(maps), Array.from({ length: pictures }, (_, i) => i));
      const error = relativeError(map.data, expected.flatMap((one) => [...one.map.data]));
      assert.ok(error < 1e-4, `${pictures} pictures, ${dims} channels: ${error}`);
      assert.ok(relativeError(score.data, expected.map((one) => one.score.data[0])) < 1e-4);
      // One picture of a batch is as it is alone.
      const alone = await leftOut.detect(observed(takeRows(maps, 2, 3)), [2]);
      assert.deepEqual(alone.map.data, map.data.slice(128, 192));
      assert.equal(alone.score.data[0], score.data[2]);
      await leftOut.release();
    }
  }
});

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.sqrt(Array.from(a).reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0));
}

/** A bank of these rows, its neighbours sorted by hand. */
function bankOf(fitted: PatchCoreFitted, rows: readonly ArrayLike<number>[]): PatchCoreFitted {
  const neighbours = Math.min(fitted.neighbours, rows.length);
  const support = rows.flatMap((row) =>
    rows.map((other, i) => ({ i, d: distance(row, other) })).sort((a, b) => a.d - b.d || a.i - b.i)
      .slice(0, neighbours).map(({ i }) => i)
  );
  return {
    ...fitted,
    neighbours,
    bank: Float32Array.from(rows.flatMap((row) => Array.from(row))),
    support: Int32Array.from(support),
  };
}

/** The bank without a picture's entries, and with those that take their places, by the definition. */
function without(fitted: PatchCoreFitted, patches: readonly number[][][], picture: number): PatchCoreFitted {
  const { bank, channels, pictures } = fitted;
  const rows = Array.from(pictures!, (_, i) => Array.from(bank.subarray(i * channels, (i + 1) * channels)));
  const radius = Math.min(...rows.flatMap((row, i) => rows.slice(0, i).map((other) => distance(row, other))));
  const remaining = rows.filter((_, i) => pictures![i] !== picture);
  const candidates = patches.flatMap((some, number) =>
    number === picture ? [] : some.filter((patch, p) => {
      const nearest = rows.map((row) => distance(row, patch)).reduce((best, d, i, all) => d < all[best] ? i : best, 0);
      return (p + number) % 2 === 0 && pictures![nearest] === picture;
    })
  ).map((patch) => ({ patch, d: Math.min(...remaining.map((row) => distance(row, patch))) }))
    .filter(({ d }) => d > radius).sort((a, b) => b.d - a.d);
  const chosen: number[][] = [];
  for (;;) {
    const far = candidates.map(({ patch, d }) => Math.min(d, ...chosen.map((other) => distance(other, patch))));
    const best = far.reduce((most, d, i) => d > far[most] ? i : most, 0);
    if (!(far[best] > radius)) return bankOf(fitted, [...remaining, ...chosen]);
    chosen.push(candidates[best].patch);
  }
}

Deno.test("PatchCore's left-out maps and scores are those of a bank of other pictures' patches", async () => {
  const pictures = 6;
  const maps = featureMaps(40, pictures);
  const patches = naivePatches(maps, ["stride8", "stride16"], 3);
  let taken = 0;
  // The last has few others left than neighbours are asked for.
  for (const [coreset, neighbours] of [[40, 1], [40, 9], [7, 7]]) {
    const config = patchCore.parse({ coreset, neighbours });
    const fitted = await patchCore.fit(fitContext(maps, 4, 2), config);
    assert.equal(fitted.pictures!.length, coreset);
    const leftOut = await patchCore.leftOut!(fitContext(maps, 4), config, patchCore.unpack(patchCore.pack(fitted)));
    const { map, score } = await leftOut.detect(observed(maps), Array.from({ length: pictures }, (_, i) => i));
    const all = await patchCore.apply({ runtime }, fitted);
    let differ = 0;
    for (let i = 0; i < pictures; i++) {
      const one = observed(takeRows(maps, i, i + 1));
      const bank = without(fitted, patches, i);
      taken += bank.bank.length / 9 - fitted.pictures!.filter((owner) => owner !== i).length;
      const applied = await patchCore.apply({ runtime }, bank);
      const expected = await applied.detect(one);
      await applied.release();
      assert.ok(relativeError(map.data.subarray(64 * i, 64 * (i + 1)), expected.map.data) < 1e-5);
      assert.ok(relativeError([score.data[i]], expected.score.data) < 1e-4);
      differ += Number(relativeError((await all.detect(one)).map.data, expected.map.data) > 0.1);
      const alone = await leftOut.detect(one, [i]);
      assert.deepEqual(alone.map.data, map.data.slice(64 * i, 64 * (i + 1)));
      assert.equal(alone.score.data[0], score.data[i]);
    }
    assert.equal(differ, new Set(fitted.pictures).size);
    await Promise.all([leftOut.release(), all.release()]);
  }
  assert.ok(taken > 10, `${taken}`);
});

Deno.test("each entry of PatchCore's bank is a patch of its picture, and files without that still load", async () => {
  const maps = featureMaps(40, 5);
  const config = patchCore.parse({ coreset: 30, pool: 1, neighbours: 2 });
  const fitted = await patchCore.fit(fitContext(maps, 2, 2), config);
  for (let i = 0; i < 5; i++) {
    const own = Array.from(fitted.pictures!.keys()).filter((entry) => fitted.pictures![entry] === i);
    const bank = Float32Array.from(own.flatMap((entry) => [...fitted.bank.subarray(entry * 9, (entry + 1) * 9)]));
    const support = Int32Array.from(own.flatMap((_, entry) => [entry]));
    const applied = await patchCore.apply({ runtime }, { ...fitted, bank, support, neighbours: 1 });
    const { map } = await applied.detect(observed(takeRows(maps, i, i + 1)));
    await applied.release();
    // An entry is at distance 0 from the patch that it is.
    assert.ok(map.data.filter((distance) => distance === 0).length >= own.length);
  }
  const { pictures: _, ...old } = fitted;
  const read = patchCore.unpack(patchCore.pack(old));
  assert.deepEqual(read, old);
  await (await patchCore.apply({ runtime }, read)).release();
  await assert.rejects(patchCore.leftOut!(fitContext(maps, 2), config, read), /file does not say which picture/);
  const broken = patchCore.pack({ ...fitted, pictures: new Int32Array(29) });
  assert.throws(() => patchCore.unpack(broken), /its pictures do not fit its bank of 30/);
});

Deno.test("the mean picture without a picture is farther from it by n/(n−1)", async () => {
  const image = imageOf([4, 3, 8, 6], normal(3, 576));
  const fitOn = (numbers: readonly number[]) =>
    meanDifference.fit({
      ...fitContext(featureMaps(1, numbers.length), 1),
      size: { height: 8, width: 6 },
      async *batches() {
        for (const i of numbers) yield await Promise.resolve({ image: rows(image, i, i + 1), features: {} });
      },
    }, {});
  const leftOut = await meanDifference.leftOut!(fitContext(featureMaps(1, 4), 1), {}, await fitOn([0, 1, 2, 3]));
  const { map, score } = await leftOut.detect({ image, features: {} }, [0, 1, 2, 3]);
  await leftOut.release();
  for (let i = 0; i < 4; i++) {
    const applied = await meanDifference.apply({ runtime }, await fitOn([0, 1, 2, 3].filter((other) => other !== i)));
    const expected = await applied.detect({ image: rows(image, i, i + 1), features: {} });
    await applied.release();
    assert.ok(relativeError(map.data.subarray(48 * i, 48 * (i + 1)), expected.map.data) < 1e-5);
    assert.ok(relativeError([score.data[i]], expected.score.data) < 1e-5);
  }
});

Deno.test("folded maps of single pictures are those of fits without the picture; each is judged once", async () => {
  const maps = featureMaps(50, 11);
  const config = padim.parse({});
  const expected = await refitted(padim, maps, config);
  const context = fitContext(maps, 8, 1);
  for (const folds of [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 7]]) {
    const judged: number[] = [];
    for await (const { numbers, detection } of foldedMaps(padim, context, config, folds)) {
      judged.push(...numbers);
      numbers.forEach((i, at) => {
        if (folds.filter((fold) => fold === folds[i]).length > 1) return;
        const error = relativeError(detection.map.data.subarray(64 * at, 64 * (at + 1)), expected[i].map.data);
        assert.ok(error < 1e-6, `picture ${i}: ${error}`);
      });
    }
    assert.deepEqual(judged.sort((a, b) => a - b), expected.map((_, i) => i));
  }
  for (const folds of [new Array(11).fill(3), [0, 1]]) {
    await assert.rejects(foldedMaps(padim, context, config, folds).next(), {
      name: "RangeError",
      message: /^Cannot fold the pictures of PaDiM as there must be a fold for each, and at least two/,
    });
  }
});

Deno.test("too few pictures to leave one out are refused", async () => {
  const maps = featureMaps(1, 2);
  const config = padim.parse({});
  const fitted = await padim.fit(fitContext(maps, 2), config);
  await assert.rejects(padim.leftOut!(fitContext(maps, 2), config, fitted), {
    name: "RangeError",
    message: "Cannot leave a picture out of PaDiM's 2 as at least 2 must remain",
  });
  const alone = fitContext(takeRows(maps, 0, 1), 1);
  const single = patchCore.parse({ coreset: 5 });
  await assert.rejects(
    patchCore.leftOut!(alone, single, await patchCore.fit(alone, single)),
    /all entries of its bank are of it/,
  );
  const mean = { height: 1, width: 1, mean: new Float32Array(3) };
  await assert.rejects(meanDifference.leftOut!(alone, {}, mean), /it is the only one/);
});
