import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBackbone } from "../../../lib/method/backbone/backbone.ts";
import { toBackbone } from "../../../lib/method/backbone/load.ts";
import { type Image, image } from "../../../lib/domain.ts";
import { pretrain } from "../../../lib/method/pretrain/pretrain.ts";
import type { PretrainOptions } from "../../../lib/method/pretrain/pretrain.ts";
import { changePictures, changeSlightly, featureDistances } from "../../../lib/method/pretrain/sensitivity.ts";
import { PRETRAINING_METHODS } from "../../../lib/method/pretrain/settings.ts";
import { startingBackbone } from "../../../lib/method/pretrain/initial_network.ts";
import { distanceMeans, renderPretraining } from "../../../lib/product/report/pretrain_page.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { concat } from "../../../lib/base/tensor/tensor.ts";
import { smallBackbone } from "./small_backbone.ts";

const runtime = await openRuntime({ threads: 1 });
const backbone = smallBackbone();
const size = { height: 24, width: 24 };

/** Stripes, each picture with its own; every other one has them upright. */
const pictures = Array.from({ length: 12 }, (_, n) => {
  const data = Float32Array.from({ length: 3 * 576 }, (_, i) => {
    const [x, y] = [i % 24, Math.floor(i % 576 / 24)];
    return 0.5 + 0.4 * Math.sin((0.5 + 0.1 * n) * (n % 2 === 0 ? x : y) + n);
  });
  return image([1, 3, 24, 24], data);
});
const common: PretrainOptions = {
  runtime,
  backbone,
  method: "moco",
  settings: { ...PRETRAINING_METHODS.moco.presets.small, epochs: 3, batch: 4, hidden: 8, dim: 8, queue: 12 },
  rate: 0.05,
  spd: 0.1,
  size,
  pictures: pictures.length,
  take: (indices) => Promise.resolve(concat(indices.map((i) => pictures[i]))),
  seed: 7,
};
const whole = await pretrain(common);

Deno.test("an interrupted pre-training goes on to the same bytes, whatever the number of workers", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pretrain-"));
  const checkpoint = { path: join(folder, "state"), data: "striped", seconds: 0 };
  const stop = new AbortController();
  try {
    const stopped = pretrain({
      ...common,
      checkpoint,
      signal: stop.signal,
      onProgress: (done) => done === 4 && stop.abort(new Error("stopped")),
    });
    await assert.rejects(stopped, /stopped/);
    assert.ok(existsSync(checkpoint.path));
    const done: number[] = [];
    const rest = await pretrain({ ...common, checkpoint, workers: 2, onProgress: (step) => void done.push(step) });
    assert.deepEqual(done, [5, 6, 7, 8, 9]);
    assert.deepEqual(rest, whole);
    const other = await pretrain({ ...common, checkpoint, settings: { ...common.settings, temperature: 0.3 } });
    assert.notDeepEqual(other.backbone, whole.backbone, "a checkpoint of other settings is not taken up");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

Deno.test("metrics are told apart, and the made backbone says its layers", async () => {
  assert.deepEqual(Object.keys(whole.metrics).sort(), ["spd", "spread"]);
  assert.ok(whole.metrics.spread.every((value) => value > 0 && value < 2));
  assert.ok(whole.metrics.spd.every((value) => value > -2 && value < 2 && value !== 0));
  const made = await toBackbone(whole.backbone, "made", { runtime });
  assert.deepEqual(made.layers, backbone.layers);
  assert.deepEqual([made.mean, made.std], [[...backbone.mean], [...backbone.std]]);
});

Deno.test("supervised pre-training learns classes; a single one and a single picture are refused", async () => {
  const settings = { ...PRETRAINING_METHODS.supervised.presets.small, epochs: 25, batch: 12, weightDecay: 0 };
  const labels = pictures.map((_, n) => n % 2);
  const { losses } = await pretrain({ ...common, method: "supervised", settings, labels, rate: 0.3 });
  const mean = (some: Float32Array) => some.reduce((sum, loss) => sum + loss) / some.length;
  const [first, last] = [mean(losses.subarray(0, 5)), mean(losses.subarray(-5))];
  assert.ok(last < 0.8 * first, `${first} to ${last}`);
  await assert.rejects(pretrain({ ...common, method: "supervised", settings, labels: labels.map(() => 0) }), {
    name: "RangeError",
    message: /as there are 1, and at least 2 are needed: put the pictures of each class into a folder of its own/,
  });
  await assert.rejects(pretrain({ ...common, pictures: 1 }), /as at least 2 are needed/);
});

Deno.test("a loss that is not finite is told with its step", async () => {
  const broken = { ...common, take: (indices: readonly number[]) => common.take(indices.map(() => 0)), rate: 1e30 };
  await assert.rejects(pretrain(broken), {
    name: "RangeError",
    message: /Cannot go on with the training of MoCo at step \d as its loss is NaN: lower the learning rate/,
  });
});

Deno.test("distances are those of the averaged features, 0 for pictures that are the same", async () => {
  const image = concat(pictures.slice(0, 3));
  const changed = changePictures(image, "cutpaste", 3);
  assert.deepEqual(changePictures(image, "cutpaste", 3), changed);
  const same = await featureDistances(runtime, backbone, {
    ...{ picture: image, whole: image, slight: changed.slight, local: changed.local },
  });
  assert.ok(same.whole.every((distance) => Math.abs(distance) < 1e-12));
  assert.ok(same.slight.every((distance) => distance > 1e-9));
  const extractor = await openBackbone(runtime, backbone, ["high"]);
  const average = async (picture: Image) => {
    const { data } = (await extractor.extract(picture)).high;
    return Array.from(
      { length: data.length / 36 },
      (_, i) => data.subarray(36 * i, 36 * i + 36).reduce((sum, value) => sum + value) / 36,
    );
  };
  const [a, b] = [await average(image), await average(changed.local)];
  await extractor.release();
  same.local.forEach((distance, n) => {
    const [x, y] = [a.slice(5 * n, 5 * n + 5), b.slice(5 * n, 5 * n + 5)];
    const dot = x.reduce((sum, value, i) => sum + value * y[i], 0);
    assert.ok(Math.abs(distance - (1 - dot / Math.hypot(...x) / Math.hypot(...y))) < 1e-6);
  });
});

Deno.test("the page has the means, a dot a picture, and escapes what it is told", () => {
  const before = { whole: [0.1, 0.3], slight: [0.01, 0.03], local: [0.05, 0.15] };
  const after = { whole: [0.2, 0.2], slight: [0.1, 0.1], local: [0.6, 0.2] };
  assert.deepEqual(distanceMeans(after), { whole: 0.2, slight: 0.1, local: 0.4, ratio: 2, slightRatio: 4 });
  const input = { title: "<b>", facts: [["a", "b & c"]] as const, before, after, losses: [3, 2, 1] };
  const page = renderPretraining(input);
  const cells = ["0.200", "0.100", "0.50", "0.0200", "5.00"].map((cell) => `<td>${cell}</td>`).join("\\s*");
  assert.match(page, new RegExp(`<tr><th>before</th>${cells}</tr>`));
  assert.match(page, /&lt;b&gt;.*b &amp; c/s);
  assert.equal(page.match(/<circle/g)?.length, 12);
  const more = renderPretraining({ ...input, others: [["plain & small", before]] });
  assert.match(more, /<th>plain &amp; small<\/th>/);
  assert.equal(more.match(/<circle/g)?.length, 18);
});

Deno.test("a slight change shifts a picture by one or two pixels and its light by 3 % at most", () => {
  const size = { height: 12, width: 16 };
  // No two pixels are alike, and light is told from the share of one of them.
  const pixels = Float32Array.from({ length: 3 * 192 }, (_, i) => 0.2 + i / 1000);
  const before = pixels.slice();
  const seen = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const made = changeSlightly(pixels, size, seededRandom(seed));
    const place = (c: number, y: number, x: number) => (c * 12 + y) * 16 + x;
    const found = [-2, -1, 1, 2].flatMap((down) =>
      [-2, -1, 1, 2].flatMap((across) => {
        const factors = [0, 1, 2].flatMap((c) =>
          [[4, 5], [7, 9]].map(([y, x]) => made[place(c, y, x)] / pixels[place(c, y - down, x - across)])
        );
        const alike = factors.every((factor) => Math.abs(factor - factors[0]) < 1e-5);
        return alike && Math.abs(factors[0] - 1) <= 0.03 + 1e-6 ? [`${down},${across}`] : [];
      })
    );
    assert.equal(found.length, 1, `seed ${seed}: ${found}`);
    seen.add(found[0]);
  }
  assert.ok(seen.size > 10, [...seen].join(" "));
  assert.deepEqual(pixels, before);
});

Deno.test("where training begins: by name, drawn, or from a file; else what to do next is told", async () => {
  const start = (backbone: string, more = {}) =>
    startingBackbone({ backbone, random: false, seed: 1, runtime, ...more });
  assert.equal((await start("efficientnet_lite0")).layers.length, 3);
  const drawn = await start("resnet18", { random: true });
  assert.deepEqual(drawn.layers.map(({ name, stride }) => [name, stride]), [
    ["layer1", 4],
    ["layer2", 8],
    ["layer3", 16],
    ["layer4", 32],
  ]);
  await assert.rejects(start("resnet18"), /without weights: give --random to draw them, --weights FILE/);
  await assert.rejects(start("resnet19"), /no such file, and the networks by name are resnet18, resnet50/);
  await assert.rejects(start("resnet18", { random: true, weights: "w" }), /either --random or --weights FILE/);
  await assert.rejects(start("x.onnx", { random: true }), /no network by name/);
});
