import assert from "node:assert/strict";
import type { Backbone } from "../../../lib/method/backbone/backbone.ts";
import { normOf } from "../../../lib/method/backbone/resnet.ts";
import { classifierNamed, CLASSIFIERS } from "../../../lib/method/classify/table.ts";
import type { LabelledContext } from "../../../lib/method/learn/contract.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { averagePool, conv, relu } from "../../../lib/engine/graph/ops.ts";
import { input } from "../../../lib/engine/graph/value.ts";
import { decodeModel } from "../../../lib/engine/graph/file/parse.ts";
import { drawWeights, heNormal } from "../../../lib/engine/graph/weights.ts";
import { upsampleMap } from "../../../lib/method/learn/upsample.ts";
import { addPixels, pixelCounts, pixelFigures } from "../../../lib/method/evaluate/pixel_counts.ts";
import { sha256 } from "../../../lib/base/io/hash.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { image as imageOf, labels as labelsOf } from "../../../lib/domain.ts";
import { rows } from "../../../lib/base/tensor/tensor.ts";

const runtime = await openRuntime({ threads: 1 });
const COUNT = 24;
const labels = Array.from({ length: COUNT }, (_, i) => (i % 3 === 0 ? 1 : 0) as 0 | 1);

/** A small random network with a batch norm, at strides 2 and 4. */
function smallBackbone(): Backbone {
  const image = input("image", "f32", ["N", 3, "H", "W"]);
  const weights = drawWeights(seededRandom(5));
  const first = normOf(
    conv(image, weights("a", [8, 3, 3, 3], heNormal(27)), { pads: [1, 1, 1, 1], strides: [2, 2] }),
    weights,
    "bn",
  );
  const fine = relu(first);
  const coarse = averagePool(relu(conv(fine, weights("b", [8, 8, 3, 3], heNormal(72)), { pads: [1, 1, 1, 1] })), {
    kernel: [2, 2],
    strides: [2, 2],
  });
  const model = buildModel({ inputs: [image], outputs: { fine, coarse } });
  return {
    name: "small",
    model,
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
    layers: [{ name: "fine", channels: 8, stride: 2 }, { name: "coarse", channels: 8, stride: 4 }],
    sha256: sha256(model),
  };
}

/** Noise; bad pictures have a bright square somewhere. */
function pictures(seed: number): Float32Array {
  const random = seededRandom(seed);
  const data = Float32Array.from({ length: COUNT * 3 * 256 }, () => 0.3 * random.uniform());
  labels.forEach((label, n) => {
    if (label === 0) return;
    const [top, left] = [random.below(10), random.below(10)];
    for (let c = 0; c < 3; c++) {
      for (let y = top; y < top + 6; y++) {
        data.fill(1, ((n * 3 + c) * 16 + y) * 16 + left, ((n * 3 + c) * 16 + y) * 16 + left + 6);
      }
    }
  });
  return data;
}

function observe(seed: number) {
  return { image: imageOf([COUNT, 3, 16, 16], pictures(seed)), features: {} };
}

/** The bright squares. */
function masksOf(pixels: Float32Array, indices: readonly number[]) {
  const red = indices.map((index) => pixels.subarray(index * 768, index * 768 + 256));
  const data = Uint8Array.from(red.flatMap((plane) => [...plane]), (value) => value === 1 ? 1 : 0);
  return labelsOf([indices.length, 16, 16], data);
}

function contextOf(seed: number): LabelledContext {
  const { image } = observe(seed);
  const backbone = smallBackbone();
  return {
    runtime,
    backbone,
    layers: backbone.layers,
    size: { height: 16, width: 16 },
    pictures: COUNT,
    labels,
    seed: 3,
    masks: (indices) => Promise.resolve(masksOf(image.data, indices)),
    async *batches() {
      yield await Promise.resolve({ image, features: {} });
    },
    take(indices) {
      const data = new Float32Array(indices.length * 768);
      indices.forEach((index, i) => data.set(image.data.subarray(index * 768, (index + 1) * 768), i * 768));
      return Promise.resolve({
        image: imageOf([indices.length, 3, 16, 16], data),
        features: {},
      });
    },
  };
}

const settings: Record<string, object> = {
  wrn: { epochs: 25, batch: 8, rate: 0.05 },
  devnet: { epochs: 6, stepsPerEpoch: 20, batch: 8, rate: 0.01 },
  linear: { steps: 150, batch: 16, rate: 0.05 },
  unet: { layers: ["fine", "coarse"], width: 8, steps: 80, rate: 0.02 },
  dra: { epochs: 6, stepsPerEpoch: 20, batch: 8, rate: 0.01 },
};

for (const name of ["devnet", "dra"]) {
  Deno.test(`${name} cuts its gradients where it is told to, as its paper preset is`, async () => {
    const classifier = classifierNamed(name);
    const clipOf = (config: unknown) => (classifier.parse(config) as { clipNorm?: number }).clipNorm;
    assert.deepEqual([clipOf({ preset: "paper" }), clipOf({}), clipOf({ clipNorm: 2 })], [1, undefined, 2]);
    assert.throws(() => clipOf({ clipNorm: 0 }), /clipNorm must be/);
    const few = { ...settings[name], epochs: 1, stepsPerEpoch: 3 };
    const fit = async (more: object) =>
      sha256(classifier.pack(await classifier.fit(contextOf(1), classifier.parse({ ...few, ...more }))));
    const plain = await fit({});
    // Beside Adam's ε such gradients are nothing; a limit that none reaches changes nothing.
    assert.notEqual(await fit({ clipNorm: 1e-12 }), plain);
    assert.equal(await fit({ clipNorm: 1e9 }), plain);
  });
}

for (const [name, classifier] of Object.entries(CLASSIFIERS)) {
  Deno.test(`${classifier.title} learns to tell bad pictures, keeps its bytes, and scores each picture by itself`, async () => {
    const config = classifier.parse(settings[name]);
    const fitted = await classifier.fit(contextOf(1), config);
    assert.deepEqual(classifier.pack(await classifier.fit(contextOf(1), config)), classifier.pack(fitted));
    const applied = await classifier.apply({ runtime }, classifier.unpack(classifier.pack(fitted)));
    const others = observe(2);
    const { data } = await applied.classify(others);
    const worstBad = Math.min(...data.filter((_, i) => labels[i] === 1));
    const bestGood = Math.max(...data.filter((_, i) => labels[i] === 0));
    assert.ok(worstBad > bestGood, `bad from ${worstBad}, good up to ${bestGood}`);
    const one = await applied.classify({ image: rows(others.image, 5, 6), features: {} });
    assert.ok(Math.abs(one.data[0] - data[5]) < 1e-5 * Math.max(1, Math.abs(data[5])));
    const small = imageOf([1, 3, 8, 8], new Float32Array(192));
    await assert.rejects(applied.classify({ image: small, features: {} }), { name: "TypeError" });
    await applied.release();
    assert.throws(() => classifier.unpack(classifier.pack(fitted).subarray(0, 50)), { name: "SyntaxError" });
  });
}

Deno.test("the U-Net finds the bad pixels of pictures that it has not seen, and its strangest pixel is the score", async () => {
  const unet = classifierNamed("unet");
  const applied = await unet.apply({ runtime }, await unet.fit(contextOf(1), unet.parse(settings.unet)));
  const seen = observe(2);
  const map = await applied.segment!(seen);
  assert.deepEqual(map.shape, [COUNT, 1, 8, 8]);
  const { data } = await applied.classify(seen);
  data.forEach((score, n) => assert.equal(score, Math.max(...map.data.subarray(n * 64, (n + 1) * 64))));
  const counts = pixelCounts();
  const full = upsampleMap(map, { height: 16, width: 16 }, 0);
  addPixels(counts, full.data, masksOf(seen.image.data, labels.map((_, i) => i)).data);
  const { auroc, aupr } = pixelFigures(counts);
  assert.ok(auroc.value > 0.99 && aupr.value > 0.9, `AU-ROC ${auroc.value}, AU-PR ${aupr.value}`);
  await applied.release();
  const { masks: _, ...maskless } = contextOf(1);
  await assert.rejects(unet.fit(maskless, unet.parse({})), /^TypeError: Cannot train U-Net as it learns from masks/);
});

Deno.test("a frozen backbone keeps its weights and its batch statistics", async () => {
  const { linear } = CLASSIFIERS;
  const { model } = await linear.fit(contextOf(1), linear.parse({ steps: 3 })) as { model: Uint8Array };
  const weights = (bytes: Uint8Array) =>
    new Map(
      decodeModel(bytes, "model").graph.initializer.map((
        { name, rawData, floatData },
      ) => [name, { rawData, floatData }]),
    );
  const [before, after] = [weights(smallBackbone().model), weights(model)];
  assert.ok(before.size > 3 && after.size > before.size);
  for (const [name, weight] of before) assert.deepEqual(after.get(name), weight, name);
});

Deno.test("unknown classifiers, layers and settings are refused, and so is training without bad pictures", async () => {
  assert.throws(() => classifierNamed("svm"), {
    name: "RangeError",
    message: /^Cannot use classifier "svm" as the classifiers are "wrn", "devnet"/,
  });
  const { wrn, devnet } = CLASSIFIERS;
  assert.throws(() => wrn.parse({ batch: 1 }), { name: "TypeError", message: /^Cannot configure WRN as batch/ });
  await assert.rejects(wrn.fit(contextOf(1), wrn.parse({ layer: "deep" })), {
    name: "RangeError",
    message: 'Cannot train WRN on layer "deep" as those of the backbone are "fine", "coarse"',
  });
  const context = { ...contextOf(1), labels: labels.map(() => 0 as const) };
  await assert.rejects(async () => await devnet.fit(context, devnet.parse({})), /one of the kinds is missing/);
});
