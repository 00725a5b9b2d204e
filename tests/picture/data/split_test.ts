import assert from "node:assert/strict";
import fc from "fast-check";
import type { Dataset, Item } from "../../../lib/picture/data/dataset.ts";
import type { Split } from "../../../lib/picture/data/split.ts";
import { splitAuto } from "../../../lib/picture/data/split_auto.ts";
import { splitByCount, splitByShare } from "../../../lib/picture/data/split_unsplit.ts";
import { splitOwn, splitTestBad } from "../../../lib/picture/data/split_given.ts";
import { splitVad } from "../../../lib/picture/data/split_vad.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import oracle from "./fixtures/splits.json" with { type: "json" };

function items(count: number, split: Item["split"], label: Item["label"]): Item[] {
  return Array.from({ length: count }, (_, i) => {
    const id = `${split}/${label}/${i}.png`;
    return { id, path: `/${id}`, split, label, unseen: false };
  });
}

function dataset(trainGood: number, trainBad: number, testGood: number, testBad: number): Dataset {
  const all = [
    ...items(trainGood, "train", "good"),
    ...items(trainBad, "train", "bad"),
    ...items(testGood, "test", "good"),
    ...items(testBad, "test", "bad"),
  ];
  return { name: "parts", root: "/", items: all };
}

const count = (list: readonly Item[], label: Item["label"]) => list.filter((item) => item.label === label).length;
const ids = (list: readonly Item[]) => list.map(({ id }) => id);
const seeds = fc.nat(0xffffffff);

/** What holds for every split: detectors see good parts alone and no part is in two lists. */
function assertSound({ detectors, forest, test }: Split): void {
  assert.equal(count(detectors, "bad"), 0);
  const all = [...detectors, ...forest, ...test].map(({ id }) => id);
  assert.equal(new Set(all).size, all.length);
}

Deno.test("VAD's good training parts are halved by seed, and the test parts stay", () => {
  fc.assert(fc.property(seeds, fc.integer({ min: 2, max: 30 }), (seed, good) => {
    const data = dataset(good, 5, 4, 6);
    const split = splitVad(data, { seed, shots: "high" });
    assertSound(split);
    assert.equal(split.detectors.length, Math.floor(good / 2));
    assert.deepEqual([count(split.forest, "good"), count(split.forest, "bad")], [Math.ceil(good / 2), 5]);
    assert.deepEqual(split.test, data.items.filter((item) => item.split === "test"));
    const first = [...seededRandom(seed).permutation(good)].slice(0, Math.floor(good / 2)).sort((a, b) => a - b);
    assert.deepEqual(ids(split.detectors), first.map((i) => `train/good/${i}.png`));
    assert.deepEqual(
      splitVad(data, { seed, shots: "none" }).forest,
      split.forest.filter(({ label }) => label === "good"),
    );
    assert.deepEqual(splitVad(data, { seed, shots: "high" }), split);
  }));
});

Deno.test("VAD's low-shot parts are those of the list, by seed", () => {
  const data = {
    ...dataset(4, 5, 1, 1),
    lowShot: { 12: ["train/bad/4.png", "train/bad/1.png"], 5: ["train/bad/0.png"] },
  };
  const { forest } = splitVad(data, { seed: 12, shots: "low" });
  assert.deepEqual(ids(forest.filter(({ label }) => label === "bad")), ["train/bad/1.png", "train/bad/4.png"]);
  assert.throws(() => splitVad(data, { seed: 1, shots: "low" }), {
    name: "RangeError",
    message: "Cannot split parts for seed 1 as its low-shot lists are 5, 12",
  });
  assert.throws(() => splitVad(dataset(4, 5, 1, 1), { seed: 1, shots: "low" }), {
    message: "Cannot split parts for seed 1 as it has no low-shot list",
  });
  assert.throws(() => splitVad({ ...data, lowShot: { 1: ["train/bad/9.png"] } }, { seed: 1, shots: "low" }), {
    message:
      'Cannot split parts for seed 1 as its low-shot list names "train/bad/9.png", which are no bad training parts',
  });
});

Deno.test("low-shot lists that are not called by seeds belong to the published seeds in their order", () => {
  const name = (i: number) => [`train/bad/${i}.png`];
  const bad = (lowShot: Record<string, string[]>, seed: number) =>
    ids(
      splitVad({ ...dataset(4, 5, 1, 1), lowShot }, { seed, shots: "low" }).forest.filter(({ label }) =>
        label === "bad"
      ),
    );
  for (const keys of [["seed_1", "seed_2", "seed_0"], ["0", "1", "2"], ["first", "__proto__", "third"]]) {
    const lists = Object.fromEntries(keys.map((key, i) => [key, name(i)]));
    [333, 576, 725].forEach((seed, i) => assert.deepEqual(bad(lists, seed), name(i)));
    assert.throws(() => bad(lists, 823), /for seed 823 as its low-shot lists are/);
    assert.throws(() => bad(lists, 7), /for seed 7 as its low-shot lists are/);
  }
  // Where some are seeds, all are.
  assert.throws(() => bad({ 333: name(0), 576: name(1) }, 725), /its low-shot lists are 333, 576/);
});

Deno.test("VAD with too few parts is an error that says what there is", () => {
  assert.throws(() => splitVad(dataset(1, 1, 1, 1), { seed: 0, shots: "high" }), {
    name: "RangeError",
    message:
      "Cannot split parts as there are no good training parts for detectors and forest: it has 1 good and 1 bad " +
      "training parts, 1 good and 1 bad test parts",
  });
  assert.throws(
    () => splitVad(dataset(2, 0, 1, 1), { seed: 0, shots: "high" }),
    /no bad training parts for the forest/,
  );
});

Deno.test("bad test parts move to the forest as scikit-learn's train_test_split deals them", () => {
  assert.ok(oracle.length >= 30);
  for (const { count: bad, seed, train, test } of oracle) {
    const split = splitTestBad(dataset(20, 0, 3, bad), { seed });
    const moved = ids(split.forest.filter(({ label }) => label === "bad"));
    const judged = ids(split.test.filter(({ label }) => label === "bad"));
    assert.deepEqual(moved, train.map((i) => `test/bad/${i}.png`));
    assert.deepEqual(judged, test.map((i) => `test/bad/${i}.png`));
  }
});

Deno.test("VisA's good training parts are shared out once for all seeds, a tenth to the forest", () => {
  fc.assert(fc.property(seeds, fc.integer({ min: 6, max: 60 }), (seed, good) => {
    const data = dataset(good, 0, 3, 12);
    const split = splitTestBad(data, { seed });
    assertSound(split);
    assert.equal(count(split.forest, "good"), Math.round(good / 10));
    assert.equal(split.detectors.length, good - Math.round(good / 10));
    assert.deepEqual(split.detectors, splitTestBad(data, { seed: 0 }).detectors);
    assert.deepEqual([count(split.test, "good"), count(split.test, "bad")], [3, 2]);
  }));
});

Deno.test("too few parts to move are an error", () => {
  assert.throws(() => splitTestBad(dataset(20, 0, 3, 10), { seed: 0 }), {
    name: "RangeError",
    message: "Cannot split parts as there are no bad test parts besides 10 for the forest: it has 20 good and 0 bad " +
      "training parts, 3 good and 10 bad test parts",
  });
  assert.throws(() => splitTestBad(dataset(4, 0, 3, 20), { seed: 0 }), /no good training parts for the forest/);
  assert.throws(
    () => splitTestBad(dataset(4, 0, 3, 20), { seed: 0, goodShare: 1 }),
    /no good training parts for the detectors/,
  );
});

Deno.test("by count, the first good parts fit the detectors whatever the seed, and the rest is dealt by seed", () => {
  const wanted = { detectors: 4, good: 3, bad: 2 };
  fc.assert(fc.property(seeds, fc.integer({ min: 8, max: 20 }), fc.integer({ min: 3, max: 9 }), (seed, good, bad) => {
    const data = dataset(good, bad, 0, 0);
    const split = splitByCount(data, { seed, ...wanted });
    assertSound(split);
    assert.deepEqual(ids(split.detectors), [0, 1, 2, 3].map((i) => `train/good/${i}.png`));
    assert.deepEqual([count(split.forest, "good"), count(split.forest, "bad")], [3, 2]);
    assert.equal(split.test.length, good + bad - 9);
    const other = splitByCount(dataset(good, bad + 1, 0, 0), { seed, ...wanted });
    assert.deepEqual(other.forest.slice(0, 3), split.forest.slice(0, 3), "a further bad part changes no good ones");
  }));
});

Deno.test("by share, half of the good parts fit the detectors, a fifth trains the forest and the rest is judged", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 4, max: 40 }), fc.integer({ min: 2, max: 20 }), (seed, good, bad) => {
      const split = splitByShare(dataset(good, bad, 0, 0), { seed });
      assertSound(split);
      assert.equal(split.detectors.length, Math.round(good / 2));
      assert.equal(count(split.forest, "good"), Math.max(1, Math.round(good / 5)));
      assert.ok(count(split.forest, "bad") >= 1 && count(split.test, "good") >= 1);
      assert.equal(split.detectors.length + split.forest.length + split.test.length, good + bad);
    }),
    { examples: [[1, 4, 3]] },
  );
});

Deno.test("different seeds give different splits", () => {
  const detectors = new Set(
    [1, 2, 3, 4].map((seed) => ids(splitByShare(dataset(40, 9, 0, 0), { seed }).detectors).join()),
  );
  assert.equal(detectors.size, 4);
});

Deno.test("too few parts, and counts that are none, are errors", () => {
  assert.throws(() => splitByShare(dataset(3, 5, 0, 0), { seed: 0 }), {
    name: "RangeError",
    message:
      "Cannot split parts as 2 good parts for the detectors, 1 good and 3 bad ones for the forest leave none of " +
      "each to judge: it has 3 good and 5 bad ones",
  });
  assert.throws(() => splitByShare(dataset(30, 1, 0, 0), { seed: 0 }), RangeError);
  assert.throws(() => splitByCount(dataset(9, 9, 0, 0), { seed: 0, detectors: 10, good: 1, bad: 1 }), RangeError);
  assert.throws(() => splitByCount(dataset(9, 9, 0, 0), { seed: 0, detectors: 2.5, good: 1, bad: 1 }), {
    message: "Cannot split parts into 2.5, 1, 1 parts as counts are whole numbers from 0",
  });
});

/** The last `unseen` bad parts of each split are of unseen kinds. */
function withUnseen(data: Dataset, unseen: { train?: number; test?: number }): Dataset {
  const of = (split: Item["split"]) => {
    const bad = data.items.filter((item) => item.split === split && item.label === "bad");
    return bad.slice(bad.length - (unseen[split] ?? 0));
  };
  const marked = new Set([...of("train"), ...of("test")]);
  return { ...data, items: data.items.map((item) => ({ ...item, unseen: marked.has(item) })) };
}

/** Every part is in one list, and a part of an unseen kind in that which is judged. */
function assertComplete(data: Dataset, split: Split): void {
  assertSound(split);
  const all = [...split.detectors, ...split.forest, ...split.test];
  assert.deepEqual(ids(all).sort(), ids(data.items).sort());
  assert.ok([...split.detectors, ...split.forest].every((item) => !item.unseen));
}

Deno.test("bad parts of unseen kinds are judged and never trained on", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 3, max: 12 }), fc.integer({ min: 0, max: 9 }), (seed, bad, unseen) => {
      const data = withUnseen(dataset(12, bad + unseen, 0, 0), { train: unseen });
      const share = splitByShare(data, { seed });
      assertComplete(data, share);
      assert.equal(count(share.forest, "bad"), Math.round(bad / 2));
      const counted = splitByCount(data, { seed, detectors: 4, good: 3, bad: 2 });
      assertComplete(data, counted);
      assert.equal(count(counted.forest, "bad"), 2);
      const test = withUnseen(dataset(20, 0, 3, 8 + unseen), { test: unseen });
      const moved = splitTestBad(test, { seed, bad: 3 });
      assertComplete(test, moved);
      assert.equal(count(moved.forest, "bad"), 3);
    }),
  );
  const none = withUnseen(dataset(12, 4, 0, 0), { train: 4 });
  assert.throws(() => splitByShare(none, { seed: 0 }), {
    name: "RangeError",
    message:
      "Cannot split parts as 6 good parts for the detectors, 2 good and 1 bad ones for the forest leave none of " +
      "each to judge: it has 12 good and 4 bad ones, 4 of these of unseen kinds",
  });
});

Deno.test("with bad training parts, the data set's own split halves the good ones and judges its test parts", () => {
  fc.assert(
    fc.property(
      seeds,
      fc.tuple(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 1, max: 9 }), fc.nat(9)),
      fc.tuple(fc.nat(9), fc.nat(9), fc.nat(3)),
      (seed, [good, bad, unseenBad], [testGood, testBad, unseen]) => {
        const data = withUnseen(
          dataset(good, bad + unseenBad, testGood + 1, testBad + unseen),
          { train: unseenBad, test: unseen },
        );
        const split = splitAuto(data, { seed });
        assertComplete(data, split);
        assert.ok([...split.detectors, ...split.forest].every((item) => item.split === "train"));
        assert.equal(split.detectors.length, Math.floor(good / 2));
        assert.deepEqual([count(split.forest, "good"), count(split.forest, "bad")], [Math.ceil(good / 2), bad]);
        if (unseenBad === 0) assert.deepEqual(split, splitVad(data, { seed, shots: "high" }));
      },
    ),
  );
});

Deno.test("without bad training parts, 20 or half of the bad test parts move to the forest, and no others", () => {
  fc.assert(
    fc.property(
      seeds,
      fc.integer({ min: 2, max: 40 }),
      fc.tuple(fc.nat(5), fc.integer({ min: 2, max: 60 }), fc.nat(5)),
      (seed, good, [testGood, testBad, unseen]) => {
        const data = withUnseen(dataset(good, 0, testGood, testBad + unseen), { test: unseen });
        const split = splitAuto(data, { seed });
        assertComplete(data, split);
        assert.ok(split.detectors.every((item) => item.split === "train"));
        const moved = split.forest.filter((item) => item.split === "test");
        assert.equal(count(moved, "good"), 0);
        assert.equal(moved.length, testBad >= 40 ? 20 : Math.floor(testBad / 2));
        assert.equal(count(split.forest, "good"), Math.max(1, Math.round(good / 10)));
        assert.deepEqual(split.detectors, splitAuto(data, { seed: 0 }).detectors);
      },
    ),
    { examples: [[1, 20, [3, 40, 2]], [1, 20, [3, 39, 0]]] },
  );
  assert.notDeepEqual(
    splitAuto(dataset(20, 0, 3, 40), { seed: 1 }).test,
    splitAuto(dataset(20, 0, 3, 40), { seed: 2 }).test,
  );
  assert.throws(() => splitAuto(dataset(20, 0, 3, 1), { seed: 0 }), /no bad test parts besides 1 for the forest/);
  assert.throws(() => splitAuto(dataset(1, 0, 3, 9), { seed: 0 }), /no good training parts for the detectors/);
});

Deno.test("data without a split of its own is dealt by share", () => {
  const shares = { seed: 3, detectors: 0.3, good: 0.3, bad: 0.4 };
  for (const data of [dataset(20, 9, 0, 0), dataset(0, 0, 20, 9)]) {
    assert.deepEqual(splitAuto(data, shares), splitByShare(data, shares));
    assertComplete(data, splitAuto(data, { seed: 3 }));
  }
});

Deno.test("the data set's own split judges its test parts, and k shots are k good and k bad training parts by seed", () => {
  fc.assert(fc.property(
    fc.integer({ min: 10, max: 60 }),
    fc.integer({ min: 10, max: 30 }),
    fc.integer({ min: 1, max: 10 }),
    fc.integer({ min: 0, max: 100 }),
    fc.constantFrom(0, 0.1, 0.5),
    (good, bad, shots, seed, held) => {
      const data = dataset(good, bad, 3, 2);
      const few = splitOwn(data, { seed, train: "all", shots, held });
      assert.deepEqual(few.test, data.items.filter(({ split }) => split === "test"));
      assert.deepEqual(few.forest.map(({ label }) => label), [
        ...new Array(shots).fill("good"),
        ...new Array(shots).fill("bad"),
      ]);
      assert.equal(new Set(few.forest).size, 2 * shots);
      assert.ok([...few.forest, ...few.detectors].every(({ split }) => split === "train"));
      assert.deepEqual(splitOwn(data, { seed, train: "all", shots, held }), few);
      const all = splitOwn(data, { seed, train: "all", held });
      assert.equal(all.forest.length, good + bad);
      const drawn = splitOwn(data, { seed, train: "generated", held });
      assert.deepEqual(drawn.detectors, few.detectors);
      assert.ok(drawn.forest.length >= 1 && drawn.forest.every(({ label }) => label === "good"));
      assert.equal(drawn.forest.some((item) => drawn.detectors.includes(item)), held === 0);
      assert.equal(drawn.detectors.length, held === 0 ? good : good - drawn.forest.length);
    },
  ));
  assert.throws(() => splitOwn(dataset(9, 4, 3, 2), { seed: 1, train: "all", shots: 5 }), {
    name: "RangeError",
    message: /no 5 bad training parts: it has 9 good and 4 bad training parts/,
  });
  assert.throws(() => splitOwn(dataset(9, 0, 3, 2), { seed: 1, train: "all" }), /no bad training parts/);
});
