import assert from "node:assert/strict";
import { embeddedBackbone } from "../../../lib/method/backbone/embedded.ts";
import { openBackbone } from "../../../lib/method/backbone/backbone.ts";
import { pdn, RECEPTIVE_FIELD } from "../../../lib/method/backbone/pdn.ts";
import { distil } from "../../../lib/method/detect/efficientad/distil.ts";
import { explainedShare } from "../../../lib/method/detect/efficientad/explained.ts";
import { halved, openTargets } from "../../../lib/method/detect/efficientad/target.ts";
import { fitContext, picturesInMemory } from "../../../lib/method/learn/fit_context.ts";
import { observe } from "../../../lib/method/learn/observation.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { input } from "../../../lib/engine/graph/value.ts";
import type { Value } from "../../../lib/engine/graph/value.ts";
import { drawWeights, storedWeights } from "../../../lib/engine/graph/weights.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import { image as imageOf, photo } from "../../../lib/domain.ts";
import { resizePhoto } from "../../../lib/picture/image/resize.ts";
import { toImage } from "../../../lib/picture/image/image.ts";
import { runtime } from "./feature_maps.ts";

const SIDE = 128;
const backbone = await embeddedBackbone();
const layers = backbone.layers.slice(1);
const extractor = await openBackbone(runtime, backbone, layers.map(({ name }) => name));

/** Smooth noise, so that there is something to explain. */
function pictures(count: number, seed: number) {
  const random = seededRandom(seed);
  const small = photo([8 * count, 8, 3], Uint8Array.from({ length: count * 192 }, () => random.below(256)));
  const large = Array.from({ length: count }, (_, n) => {
    const own = photo([8, 8, 3], small.data.slice(n * 192, (n + 1) * 192));
    return resizePhoto(own, { height: SIDE, width: SIDE }, "bicubic");
  });
  return toImage(large);
}

async function contextOf(count: number, seed: number) {
  const seen = await observe(extractor, pictures(count, seed));
  return fitContext({
    ...{ runtime, backbone, layers, seed: 2, size: { height: SIDE, width: SIDE } },
    ids: Array.from({ length: count }, (_, i) => `${i}`),
    source: picturesInMemory(seen, 4),
  });
}

const grids = layers.map(({ name, channels, stride }) => ({
  name,
  channels,
  height: SIDE / stride,
  width: SIDE / stride,
}));

Deno.test("a place of each network sees as large a patch as is said, and no pixel beyond", async () => {
  for (const size of ["small", "medium", "far"] as const) {
    const image = input("image", "f32", [1, 3, SIDE, SIDE]) as Value<"f32">;
    const shape = { size, width: 0.05, channels: 4, padding: true } as const;
    const features = pdn(image, drawWeights(seededRandom(1)), shape);
    const session = await runtime.open(buildModel({ inputs: [image], outputs: { features } }), size);
    const run = async (data: Float32Array<ArrayBuffer>) =>
      (await session.run({ image: tensor("f32", [1, 3, SIDE, SIDE], data) })).features.data as Float32Array;
    const random = seededRandom(2);
    const base = Float32Array.from({ length: 3 * SIDE * SIDE }, () => random.uniform());
    const before = await run(base);
    // Which columns of pixels change the place in the middle.
    const middle = 16 * 32 + 16;
    const seen: number[] = [];
    for (let column = 0; column < SIDE; column++) {
      const other = base.slice();
      for (let row = 0; row < 3 * SIDE; row++) other[row * SIDE + column] += 5;
      const after = await run(other);
      if ([0, 1, 2, 3].some((c) => after[c * 1024 + middle] !== before[c * 1024 + middle])) seen.push(column);
    }
    await session.release();
    const reach = seen.at(-1)! - seen[0] + 1;
    assert.ok(reach <= RECEPTIVE_FIELD[size] && reach > RECEPTIVE_FIELD[size] - 4, `${size}: ${reach}`);
  }
});

Deno.test("pictures are halved as PIL halves them", async () => {
  const random = seededRandom(3);
  const large = photo([20, 28, 3], Uint8Array.from({ length: 1680 }, () => random.below(256)));
  const wanted = resizePhoto(large, { height: 10, width: 14 });
  const image = input("image", "f32", [1, 3, 20, 28]) as Value<"f32">;
  const session = await runtime.open(buildModel({ inputs: [image], outputs: { half: halved(image) } }), "half");
  const { half } = await session.run({ image: toImage([large]) });
  await session.release();
  assert.deepEqual(half.shape, [1, 3, 10, 14]);
  const exact = toImage([wanted]).data;
  exact.forEach((value, i) => assert.ok(Math.abs(value - (half.data[i] as number)) < 1.1 / 255, `${i}`));
});

for (const authors of [false, true]) {
  Deno.test(`a target${authors ? " as the authors have it" : ""} has mean 0 and deviation 1, and what a teacher explains of it is counted place by place`, async () => {
    const context = await contextOf(6, 1);
    const side = authors ? SIDE / 8 : SIDE / 4;
    const targets = await openTargets(context, grids, [side, side], authors);
    const { image, wanted } = targets.of("N");
    const session = await runtime.open(buildModel({ inputs: [image], outputs: { wanted } }), "target");
    const valuesOf = async (seed: number, count: number) =>
      (await session.run({ image: pictures(count, seed) })).wanted.data as Float32Array;
    const own = await valuesOf(1, 6);
    const area = side * side;
    const channel = (data: Float32Array, c: number) =>
      Array.from(data).filter((_, i) => Math.floor(i / area) % targets.channels === c);
    for (const c of [0, 57, targets.channels - 1]) {
      const values = channel(own, c);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
      assert.ok(Math.abs(mean) < 0.05, `mean ${mean}`);
      // Enlarging a coarse layer between the standards and the target takes some of its deviation.
      assert.ok(authors ? Math.abs(square - 1) < 1e-3 : square > 0.3 && square < 1.1, `square ${square}`);
    }
    const { explained, ...teacher } = await distil(
      context,
      { size: "small", width: 0.1, padding: true },
      { steps: 12, batch: 4, rate: 3e-3, ...authors && { like: "authors" as const } },
      { unseen: await contextOf(5, 9) },
    );
    const others = await valuesOf(9, 5);
    const picture = input("image", "f32", ["N", 3, SIDE / (authors ? 2 : 1), SIDE / (authors ? 2 : 1)]) as Value<"f32">;
    const model = buildModel({
      inputs: [picture],
      outputs: { made: pdn(picture, storedWeights(teacher.weights, "teacher"), teacher.shape) },
    });
    const teaching = await runtime.open(model, "teacher");
    const photos = pictures(5, 9);
    const half = input("image", "f32", [5, 3, SIDE, SIDE]) as Value<"f32">;
    const halver = await runtime.open(buildModel({ inputs: [half], outputs: { half: halved(half) } }), "half");
    const seen = authors ? (await halver.run({ image: photos })).half : photos;
    const made = (await teaching.run({
      image: imageOf([5, 3, Number(seen.shape[2]), Number(seen.shape[3])], seen.data as Float32Array),
    }))
      .made.data as Float32Array;
    let [error, variance] = [0, 0];
    for (let c = 0; c < targets.channels; c++) {
      const values = channel(others, c);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      variance += values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    }
    others.forEach((value, i) => error += (value - made[i]) ** 2);
    assert.ok(Math.abs(explained! - (1 - error / variance)) < 1e-3, `${explained} for ${1 - error / variance}`);
    assert.ok(explained! > -0.5 && explained! < 1, `${explained}`);
    await Promise.all([session.release(), teaching.release(), halver.release()]);
    const none = { batches: async function* () {} };
    await assert.rejects(
      explainedShare({ runtime }, teacher, targets, none),
      /^RangeError: Cannot tell what a teacher explains/,
    );
  });
}
