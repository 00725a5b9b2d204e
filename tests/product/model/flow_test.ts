import assert from "node:assert/strict";
import {
  anomalyMap,
  distance,
  features as featuresOf,
  type GridMap,
  gridMap,
  image,
  labels,
  score,
} from "../../../lib/domain.ts";
import { wholePicture } from "../../../lib/method/features/whole.ts";
import { featureSet } from "../../../lib/method/features/feature_set.ts";
import { paper } from "../../../lib/method/features/paper.ts";
import { forest } from "../../../lib/method/forest/forest.ts";
import { presets } from "../../../lib/method/forest/presets.ts";
import { openForestRunner } from "../../../lib/method/forest/runner.ts";
import { trainForest } from "../../../lib/method/forest/train.ts";
import type { Observation } from "../../../lib/method/learn/contract.ts";
import { rows, tensor } from "../../../lib/base/tensor/tensor.ts";
import { pooledFeatures } from "../../../lib/method/features/pooled.ts";
import {
  allColumns,
  detect,
  joinMaps,
  mapsToFeatures,
  type Pictures,
  see,
  segad,
} from "../../../lib/product/model/flow.ts";
import { pipeAsync } from "../../../lib/stage.ts";

const SIZE = { height: 8, width: 8 };
const IDS = ["a", "b", "c", "d", "e", "f"];
const noise = (n: number, salt: number) => ((n * 2654435761 + salt * 40503) >>> 7) % 1000 / 1000;
const pictures: Pictures = {
  ids: IDS,
  image: image(
    [6, 3, 8, 8],
    Float32Array.from({ length: 6 * 3 * 64 }, (_, i) => noise(i, 1)),
  ),
};

/** A detector whose map at a grid is a channel of the picture, thinned out, and whose score is the map's first value. */
function channel(c: number, step: number) {
  const side = 8 / step;
  return {
    detect({ image: { shape: [N], data } }: Observation) {
      const map = gridMap([N, 1, side, side]);
      for (let at = 0; at < map.data.length; at++) {
        const [n, y, x] = [
          Math.floor(at / side ** 2),
          Math.floor(at / side) % side,
          at % side,
        ];
        map.data[at] = data[((n * 3 + c) * 8 + y * step) * 8 + x * step];
      }
      const first = Float32Array.from(
        { length: N },
        (_, n) => map.data[n * side ** 2],
      );
      return Promise.resolve({ map, score: distance([N], first) });
    },
    release: () => Promise.resolve(),
  };
}

const detectors = [
  { name: "fine", title: "Fine", applied: channel(0, 1) },
  { name: "coarse", title: "Coarse", applied: channel(2, 2) },
] as const;
const halves = {
  names: ["top", "bottom"],
  labels: labels([1, 8, 8], new Uint8Array(64).fill(1, 32)),
} as const;
const segments = { names: halves.names, mapOf: () => Promise.resolve(halves) };
const base = { detectors, size: SIZE, smoothing: 0, segments, features: paper };

Deno.test("the flow gives K · L · 4 columns of what detectors find, as the maps' own pixels say", async () => {
  const columns = allColumns(base);
  assert.deepEqual(columns.filter((name) => name.endsWith("mean")), [
    ...[
      "top.fine.mean",
      "top.coarse.mean",
      "bottom.fine.mean",
      "bottom.coarse.mean",
    ],
  ]);
  const describe = pipeAsync(
    see({}),
    detect(base),
    mapsToFeatures({ ...base, columns }),
  );
  const { features, ids, scores } = await describe(pictures);
  assert.deepEqual([features.shape, ids], [[6, 16], IDS]);
  for (let n = 0; n < 6; n++) {
    for (const [half, from] of [["top", 0], ["bottom", 32]] as const) {
      // The fine map is the picture's red, which no enlarging changes.
      let sum = 0;
      for (let at = from; at < from + 32; at++) {
        sum += pictures.image.data[n * 192 + at];
      }
      const found = features.data[n * 16 + columns.indexOf(`${half}.fine.mean`)];
      assert.ok(
        Math.abs(found - sum / 32) < 1e-6,
        `${half} of ${n}: ${found} for ${sum / 32}`,
      );
    }
    assert.equal(scores.fine.data[n], pictures.image.data[n * 192]);
    assert.equal(scores.coarse.data[n], pictures.image.data[n * 192 + 128]);
  }
});

Deno.test("a batch gives what its pictures give one by one, also where each has a segment map of its own", async () => {
  const own = {
    names: halves.names,
    mapOf: (id: string) =>
      Promise.resolve({
        ...halves,
        labels: labels(
          [1, 8, 8],
          new Uint8Array(64).fill(1, IDS.indexOf(id) * 8),
        ),
      }),
  };
  const columns = ["bottom.fine.mean", "top.coarse.q995"] as const;
  for (const parts of [base, { ...base, segments: own }]) {
    const describe = pipeAsync(
      see({}),
      detect(parts),
      mapsToFeatures({ ...parts, columns }),
    );
    const whole = await describe(pictures);
    assert.deepEqual(whole.columns, columns);
    for (let n = 0; n < 6; n++) {
      const one = await describe({
        ids: [IDS[n]],
        image: rows(pictures.image, n, n + 1),
      });
      assert.deepEqual(one.features.data, rows(whole.features, n, n + 1).data);
      assert.deepEqual(
        one.scores.coarse.data,
        rows(whole.scores.coarse, n, n + 1).data,
      );
    }
  }
});

Deno.test("judges: a forest sees its columns by their names, a detector and a classifier give their own scores", async () => {
  const runner = openForestRunner({ workers: 1 });
  try {
    const classifier = {
      ...{ name: "g", title: "G" },
      applied: {
        classify: ({ image: { shape: [N], data } }: Observation) =>
          Promise.resolve(
            score(
              [N],
              Float32Array.from({ length: N }, (_, n) => data[n * 192 + 64]),
            ),
          ),
        release: () => Promise.resolve(),
      },
    };
    const parts = { ...base, classifier, runner };
    const all = allColumns(parts);
    assert.equal(all.at(-1), "g.score");
    const describe = pipeAsync(
      see({}),
      detect(parts),
      mapsToFeatures({ ...parts, columns: all }),
    );
    const { features } = await describe(pictures);
    const columns = ["g.score", "top.coarse.mean"];
    const pick = Float32Array.from(
      { length: 12 },
      (_, i) => features.data[(i >> 1) * 17 + all.indexOf(columns[i % 2])],
    );
    assert.deepEqual([pick[0], pick[2]], [
      pictures.image.data[64],
      pictures.image.data[192 + 64],
    ]);
    const often = Float32Array.from({ length: 240 }, (_, i) => pick[i % 12]);
    const bad = Array.from({ length: 120 }, (_, n) => n % 6 % 2);
    const settings = { ...presets.brf, num_parallel_tree: 5, reg_alpha: 0 };
    const training = { features: featuresOf([120, 2], often), columns, labels: bad, settings, seed: 1 };
    const model = await trainForest(training, runner);
    const byForest = await segad({
      ...parts,
      columns,
      judge: { kind: "forest", model },
    })(pictures);
    assert.deepEqual(byForest.features.data, pick);
    const expected = await forest({ features: 2, model, runner })(featuresOf<"N", 2>([6, 2], pick));
    assert.deepEqual(byForest.score.data, expected.data);
    assert.ok(new Set(expected.data).size > 1);
    const byDetector = await segad({
      ...parts,
      columns: [],
      judge: { kind: "detector", name: "coarse" },
    })(pictures);
    assert.deepEqual(byDetector.score.data, byForest.scores.coarse.data);
    assert.deepEqual(byDetector.features.shape, [6, 0]);
    const byClassifier = await segad({
      ...parts,
      columns: [],
      judge: { kind: "classifier", name: "g" },
    })(pictures);
    assert.deepEqual(byClassifier.score.data, byForest.scores.g.data);
    await assert.rejects(
      segad({
        ...parts,
        columns: [],
        judge: { kind: "detector", name: "other" },
      })(pictures),
      /^RangeError: Cannot judge by "other" as it has given no score$/,
    );
    await assert.rejects(
      segad({
        ...parts,
        columns: ["g.score", "no.such.column"],
        judge: { kind: "forest", model },
      })(pictures),
      (error: Error) =>
        /^Cannot compute features "paper" of "a"$/.test(error.message) &&
        /no\.such\.column/.test(`${error.cause}`),
    );
  } finally {
    await runner.close();
  }
});

Deno.test("columns from the backbone's layers stand beside those of the maps, with detectors or without one", async () => {
  const extractor = {
    extract: ({ shape: [N], data }: Pictures["image"]) =>
      Promise.resolve({
        stem: tensor<"f32", ["N", "C", "H", "W"], "activation">(
          "f32",
          [N, 1, 1, 2],
          data.filter((_, i) => i % 192 < 2),
        ),
      }),
  };
  const layers = [pooledFeatures([{ name: "stem", channels: 1 }])];
  for (const parts of [{ ...base, layers }, { ...base, detectors: [], layers }]) {
    const columns = allColumns(parts);
    assert.deepEqual(columns.slice(-2), ["stem.average_0", "stem.maximum_0"]);
    assert.equal(columns.length, 8 * parts.detectors.length + 2);
    const describe = pipeAsync(
      see({ extractor }),
      detect<number>(parts),
      mapsToFeatures<number, number, number>({ ...parts, columns }),
    );
    const { features } = await describe(pictures);
    for (let n = 0; n < 6; n++) {
      const [a, b] = pictures.image.data.subarray(n * 192);
      const [average, maximum] = features.data.subarray((n + 1) * columns.length - 2);
      assert.deepEqual([average, maximum], [Math.fround((a + b) / 2), Math.max(a, b)]);
    }
  }
});

Deno.test("what is not finite is told of with detector and picture before a number is made of it", async () => {
  const broken = (spoil: (map: GridMap, score: Float32Array) => void) => ({
    ...detectors[0],
    applied: {
      ...detectors[0].applied,
      async detect(seen: Observation) {
        const found = await detectors[0].applied.detect(seen);
        spoil(found.map, found.score.data);
        return found;
      },
    },
  });
  const run = (detector: ReturnType<typeof broken>) =>
    segad({
      ...base,
      detectors: [detector],
      columns: [],
      judge: { kind: "detector", name: "fine" },
    })(pictures);
  await assert.rejects(run(broken((map) => map.data[2 * 64 + 5] = NaN)), {
    name: "RangeError",
    message: 'Cannot score "c" as its map by "fine" must be finite: it holds NaN',
  });
  await assert.rejects(run(broken((_, own) => own[3] = -Infinity)), {
    name: "RangeError",
    message: 'Cannot use the score of Fine for "d" as it must be finite: it is -Infinity',
  });
});

Deno.test("a set may take no statistics of the segments, and a view keeps maps and segments", async () => {
  const parts = {
    ...base,
    features: featureSet("mine", [wholePicture]),
    smoothing: 1,
    views: true,
  };
  const { views, features } = await pipeAsync(
    see({}),
    detect(parts),
    mapsToFeatures({ ...parts, columns: allColumns(parts) }),
  )(pictures);
  assert.deepEqual(features.shape, [6, 8]);
  assert.equal(views?.length, 6);
  const { grids } = await pipeAsync(see({}), detect(parts))(pictures);
  const joined = joinMaps(grids, SIZE, 1);
  assert.deepEqual(views![4].maps.data, rows(joined, 4, 5).data);
  assert.deepEqual(views![4].segmentMap, halves);
});

Deno.test("maps of K detectors are joined picture by picture, and only those of the same pictures", () => {
  const two = gridMap([2, 1, 1, 1], Float32Array.of(1, 2));
  const joined = joinMaps([
    two,
    gridMap([2, 1, 2, 2], Float32Array.of(3, 3, 3, 3, 4, 4, 4, 4)),
  ], { height: 2, width: 1 });
  assert.deepEqual(joined.shape, anomalyMap([2, 2, 2, 1]).shape);
  assert.deepEqual([...joined.data], [1, 1, 3, 3, 2, 2, 4, 4]);
  assert.throws(() => joinMaps([two, gridMap([1, 1, 1, 1])], SIZE), {
    name: "TypeError",
    message: "Cannot join maps of 2 pictures with those of 1",
  });
});
