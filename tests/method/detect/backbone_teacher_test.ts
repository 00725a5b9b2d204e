import assert from "node:assert/strict";
import { embeddedBackbone } from "../../../lib/method/backbone/embedded.ts";
import { openBackbone } from "../../../lib/method/backbone/backbone.ts";
import { layersWithin } from "../../../lib/method/detect/efficientad/layers_within.ts";
import { gridsOf } from "../../../lib/method/detect/layer_grids.ts";
import { efficientAd } from "../../../lib/method/detect/efficientad/efficientad.ts";
import { fitContext, picturesInMemory } from "../../../lib/method/learn/fit_context.ts";
import { observe } from "../../../lib/method/learn/observation.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { input } from "../../../lib/engine/graph/value.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { rows } from "../../../lib/base/tensor/tensor.ts";
import { image as imageOf } from "../../../lib/domain.ts";
import { relativeError, runtime } from "./feature_maps.ts";

const [SIDE, COUNT, SEED] = [256, 16, 5];
const backbone = await embeddedBackbone();
const layers = backbone.layers.slice(1);
const extractor = await openBackbone(runtime, backbone, layers.map(({ name }) => name));

/** Waves with a spot that moves on the left, so that places differ in their spread. */
function pictures(count: number) {
  const random = seededRandom(11);
  const area = SIDE * SIDE;
  const data = new Float32Array(count * 3 * area);
  for (let n = 0; n < count; n++) {
    const [phase, spot] = [6 * random.uniform(), 40 + 170 * random.uniform()];
    for (let i = 0; i < 3 * area; i++) {
      const [x, y] = [i % SIDE, Math.floor(i % area / SIDE)];
      const near = Math.hypot(x - 60, y - spot) < 20 ? 0.3 : 0;
      data[n * 3 * area + i] = 0.4 + 0.2 * Math.sin(0.06 * x + phase) * Math.cos(0.05 * y) + near;
    }
  }
  return imageOf([count, 3, SIDE, SIDE], data);
}

const seen = await observe(extractor, pictures(COUNT));
const context = fitContext({
  ...{ runtime, backbone, layers, seed: SEED, size: { height: SIDE, width: SIDE } },
  ids: Array.from({ length: COUNT }, (_, i) => `${i}`),
  source: picturesInMemory(seen, 8),
});
const config = efficientAd.parse({ width: 0.05, steps: 6 });

/** A Gaussian by its definition, over what lies within; the window reaches 4 deviations. */
function gaussian(map: ArrayLike<number>, side: number, sigma: number): Float64Array {
  const radius = 4 * sigma;
  return Float64Array.from({ length: side * side }, (_, at) => {
    let [sum, weights] = [0, 0];
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        const [y, x] = [Math.floor(at / side) + dy, at % side + dx];
        if (y < 0 || x < 0 || y >= side || x >= side) continue;
        const weight = Math.exp(-(dy * dy + dx * dx) / (2 * sigma * sigma));
        sum += weight * map[y * side + x];
        weights += weight;
      }
    }
    return sum / weights;
  });
}

Deno.test("the backbone as the teacher: what a graph of its own sees is what the backbone sees", async () => {
  const picture = input("relit", "f32", [2, 3, SIDE, SIDE]);
  const inside = layersWithin(context, gridsOf(context, layers.map(({ name }) => name)), picture);
  const outputs = Object.fromEntries(inside.map((layer, i) => [`${i}`, layer]));
  const session = await runtime.open(buildModel({ inputs: [picture], outputs }), "layers");
  const found = await session.run({ relit: rows(seen.image, 0, 2) });
  await session.release();
  layers.forEach(({ name }, i) => {
    const wanted = rows(seen.features[name], 0, 2);
    assert.deepEqual(found[i].shape, [...wanted.shape]);
    assert.ok(relativeError(found[i].data, wanted.data) < 1e-4, name);
  });
});

Deno.test("a map is measured by what held-out good pictures have at each place, and nothing is distilled", async () => {
  const notes = new Set<string>();
  const onProgress = (_: number, __: number, what = "") => void notes.add(what);
  const fitted = await efficientAd.fit({ ...context, onProgress }, config);
  assert.deepEqual([...notes], ["training"]);
  assert.deepEqual(efficientAd.files!(config), []);
  assert.deepEqual(efficientAd.layers(config, backbone.layers), ["stride8", "stride16"]);
  const bytes = efficientAd.pack(fitted);
  assert.deepEqual(efficientAd.pack(efficientAd.unpack(bytes)), bytes);
  const mapsOf = async (which: typeof fitted, some: readonly number[]) => {
    const applied = await efficientAd.apply({ runtime }, which);
    const { map, score } = await applied.detect(await context.take(some));
    await applied.release();
    assert.deepEqual(map.shape, [some.length, 1, 64, 64]);
    return { score: score.data, maps: some.map((_, n) => map.data.subarray(n * 4096, (n + 1) * 4096)) };
  };
  // A quarter of 16 pictures is held out, the first of the order that the seed gives.
  const held = [...seededRandom(SEED).permutation(COUNT)].slice(0, 4);
  const bare = Object.fromEntries(Object.entries(fitted.weights).filter(([name]) => !name.startsWith("places.")));
  const before = await mapsOf({ ...fitted, weights: bare }, [...held, ...held.map((n) => (n + 1) % COUNT)]);
  const smooth = before.maps.map((map) => gaussian(map, 64, 1));
  const mean = smooth[0].map((_, p) => smooth.slice(0, 4).reduce((sum, map) => sum + map[p], 0) / 4);
  const spread = mean.map((mu, p) => smooth.slice(0, 4).reduce((sum, map) => sum + (map[p] - mu) ** 2, 0) / 4);
  const variance = gaussian(spread, 64, 2);
  const found = await mapsOf(efficientAd.unpack(bytes), [...held, ...held.map((n) => (n + 1) % COUNT)]);
  found.maps.forEach((map, n) => {
    const wanted = gaussian(smooth[n].map((value, p) => (value - mean[p]) / Math.sqrt(variance[p])), 64, 1);
    assert.ok(relativeError(map, wanted) < 2e-3, `${n}: ${relativeError(map, wanted)}`);
    assert.ok(Math.abs(found.score[n] - Math.max(...map)) < 1e-5);
  });
  const one = await mapsOf(efficientAd.unpack(bytes), [held[2]]);
  assert.ok(relativeError(one.maps[0], found.maps[2]) < 1e-5);
});

Deno.test("with fewer than 16 good pictures places are left as they are; the backbone teaches padded networks alone", async () => {
  const few = fitContext({
    ...{ runtime, backbone, layers, seed: SEED, size: { height: SIDE, width: SIDE } },
    ids: ["a", "b", "c", "d"],
    source: picturesInMemory({
      image: rows(seen.image, 0, 4),
      features: Object.fromEntries(layers.map(({ name }) => [name, rows(seen.features[name], 0, 4)])),
    }, 4),
  });
  const fitted = await efficientAd.fit(few, { ...config, steps: 1 });
  assert.deepEqual(Object.keys(fitted.weights).filter((name) => name.startsWith("places.")), []);
  await assert.rejects(efficientAd.fit(few, { ...config, padding: false }), {
    name: "RangeError",
    message: "Cannot fit EfficientAD without padding where the backbone is its teacher",
  });
});
