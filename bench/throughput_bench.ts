/**
 * Pictures a second by stage, device and batch size:
 *
 *     deno task bench                                   all stages on all devices that work here
 *     deno task bench --filter "PatchCore"
 *
 * A table of pictures a second stands at the end. An iteration is 16 pictures of the stand-in, or 300 parts to train on.
 * Detectors are fitted on 16 pictures with the memory bank of a hundred (1,024 patches), which is what their speed
 * depends on.
 */
import type { Observation } from "../lib/method/learn/contract.ts";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { partSpec } from "../lib/picture/stand_in/part.ts";
import { renderPart } from "../lib/picture/stand_in/render.ts";
import { embeddedBackbone } from "../lib/method/backbone/embedded.ts";
import { openBackbone } from "../lib/method/backbone/backbone.ts";
import { selectCoreset } from "../lib/method/detect/patchcore/coreset.ts";
import { openPatchFeatures } from "../lib/method/detect/patch_features.ts";
import { openPointSet } from "../lib/method/detect/patchcore/point_set.ts";
import { padim } from "../lib/method/detect/padim/padim.ts";
import { patchCore } from "../lib/method/detect/patchcore/patchcore.ts";
import { upsampleMap } from "../lib/method/learn/upsample.ts";
import { flatten } from "../lib/method/features/flatten.ts";
import { forest } from "../lib/method/forest/forest.ts";
import { presets } from "../lib/method/forest/presets.ts";
import { openForestRunner } from "../lib/method/forest/runner.ts";
import { trainForest } from "../lib/method/forest/train.ts";
import { encodePng } from "../lib/picture/image/encode.ts";
import { toImage } from "../lib/picture/image/image.ts";
import { type Loader, openLoader } from "../lib/picture/image/loader.ts";
import { resizePhoto } from "../lib/picture/image/resize.ts";
import { openViewPool, type ViewPool } from "../lib/method/pretrain/view_pool.ts";
import type { ViewRules } from "../lib/method/pretrain/views.ts";
import { readSegmentMap } from "../lib/picture/segment/read.ts";
import { type Device, DEVICES } from "../lib/engine/session/device.ts";
import { openRuntime } from "../lib/engine/session/runtime.ts";
import { segmentStats } from "../lib/method/stats/segment_stats.ts";
import { seededRandom } from "../lib/base/tensor/random.ts";
import { features as featuresOf, gridMap } from "../lib/domain.ts";
import { rows } from "../lib/base/tensor/tensor.ts";
import { benchStage } from "./pictures_per_second.ts";

const COUNT = 16;
const size = { height: 256, width: 256 };
const parts = Array.from({ length: COUNT }, (_, index) => renderPart(partSpec({ seed: 0, index, kind: "good" })));
const folder = await mkdtemp(join(tmpdir(), "segad-bench-"));
const paths = await Promise.all(parts.map(async (part, index) => {
  const path = join(folder, `${index}.png`);
  await writeFile(path, await encodePng(part));
  return path;
}));
globalThis.addEventListener("unload", () => void rm(folder, { recursive: true, force: true }));
const image = toImage(parts.map((part) => resizePhoto(part, size)));

for (const workers of [1, 2]) {
  let loader: Loader;
  benchStage({
    stage: "decode 512² PNG and resize",
    batch: `${workers} workers`,
    pictures: COUNT,
    async before() {
      loader = openLoader({ ...size, workers });
      for await (const _ of loader.load(paths.slice(0, 4))); // the workers' start is not what is measured
    },
    async run() {
      for await (const _ of loader.load(paths));
    },
    after: () => loader.close(),
  });
}

for (const workers of [1, 2]) {
  let pool: ViewPool;
  const rules: ViewRules = {
    views: ["anchor", "strong", "positive", "negative"],
    augmentation: "strong",
    negative: "smoothblend",
  };
  benchStage({
    stage: "four views of each for pre-training",
    batch: `${workers} workers`,
    pictures: COUNT,
    async before() {
      pool = openViewPool(workers);
      await pool.make(image, rules, 0); // the workers' start is not what is measured
    },
    run: () => pool.make(image, rules, 1),
    after: () => pool.close(),
  });
}

for (const device of await devicesThatWork()) {
  const runtime = await openRuntime({ device });
  const backbone = await embeddedBackbone();
  const extractor = await openBackbone(runtime, backbone);
  const features = await extractor.extract(image);
  const fitting = {
    runtime,
    layers: extractor.layers,
    pictures: COUNT,
    seed: 0,
    backbone,
    size,
    async *batches(): AsyncGenerator<Observation> {
      yield { image, features: await extractor.extract(image) };
    },
    take: () => Promise.reject(new Error("not asked for")),
  };
  const configs = { patchCore: patchCore.parse({ coreset: 1024 }), padim: padim.parse({}) };
  const detectors = [
    [patchCore.title, await patchCore.apply({ runtime }, await patchCore.fit(fitting, configs.patchCore))],
    [padim.title, await padim.apply({ runtime }, await padim.fit(fitting, configs.padim))],
  ] as const;
  for (const batch of [1, 8]) {
    const images = cut(batch, (from, to) => rows(image, from, to));
    const activations = cut(
      batch,
      (from, to) => Object.fromEntries(Object.entries(features).map(([layer, map]) => [layer, rows(map, from, to)])),
    );
    benchStage({
      stage: "backbone",
      device,
      batch,
      pictures: COUNT,
      async run() {
        for (const one of images) await extractor.extract(one);
      },
    });
    for (const [title, detector] of detectors) {
      benchStage({
        stage: `${title} on features`,
        device,
        batch,
        pictures: COUNT,
        async run() {
          for (const [i, features] of activations.entries()) await detector.detect({ image: images[i], features });
        },
      });
    }
  }
  if (device !== "cpu") continue;
  const patches = openPatchFeatures(runtime, {
    detector: "PatchCore",
    layers: ["stride8", "stride16"],
    grid: "stride8",
    pool: 3,
  });
  const { data, shape: [pictures, places, channels] } = await patches.extract(features);
  const total = pictures * places;
  benchStage({
    stage: `coreset, 1 % of ${total} patches`,
    pictures: COUNT,
    async run() {
      const points = openPointSet(channels, total);
      points.append(data);
      await selectCoreset(points, { count: Math.floor(total / 100), start: 0 });
    },
  });
}

const segmentMap = await readSegmentMap("segmaps/vad.png", { size });
const grids = gridMap(
  [COUNT, 1, 32, 32],
  Float32Array.from({ length: COUNT * 1024 }, (_, i) => 1 + Math.sin(i * 0.37)),
);
const maps = upsampleMap(grids, size, 4);
const stats = segmentStats<number, number>({ maps: 1, segments: segmentMap.names.length, segmentMap });
const table = flatten(stats(maps));
const columns = Array.from({ length: table.shape[1] }, (_, i) => `f${i}`);
const runner = openForestRunner({ workers: 1 });
const labels = Array.from({ length: COUNT }, (_, i) => i % 2);
const model = await trainForest({ features: table, columns, labels, settings: presets.brf, seed: 0 }, runner);
const predict = forest<number>({ features: columns.length, model, runner });
await predict(table);

benchStage({ stage: "enlarge and smooth a map", pictures: COUNT, run: () => void upsampleMap(grids, size, 4) });
benchStage({ stage: "statistics of a map over 7 segments", pictures: COUNT, run: () => void stats(maps) });
benchStage({ stage: "score 2,000 trees", pictures: COUNT, run: () => predict(table) });

/** As many parts and columns as the pipelines have: two detectors, seven segments. */
const TRAINED = { parts: 300, columns: 56 };
const random = seededRandom(0);
const features = featuresOf(
  [TRAINED.parts, TRAINED.columns],
  Float32Array.from({ length: TRAINED.parts * TRAINED.columns }, () => random.uniform()),
);
const task = {
  features,
  columns: Array.from({ length: TRAINED.columns }, (_, i) => `f${i}`),
  labels: Array.from({ length: TRAINED.parts }, (_, n) => features.data[n * TRAINED.columns] > 0.7 ? 1 : 0),
  settings: presets.brf,
  seed: 0,
};
benchStage({ stage: "train 2,000 trees", pictures: TRAINED.parts, run: () => trainForest(task, runner) });

function cut<T>(batch: number, take: (from: number, to: number) => T): T[] {
  return Array.from({ length: COUNT / batch }, (_, i) => take(i * batch, (i + 1) * batch));
}

/** The devices that can be used here; the others are named and left out. */
async function devicesThatWork(): Promise<Device[]> {
  const working: Device[] = [];
  for (const device of DEVICES) {
    try {
      await openRuntime({ device });
      working.push(device);
    } catch (error) {
      console.log(`Left out ${device}: ${(error as Error).message}`);
    }
  }
  return working;
}
