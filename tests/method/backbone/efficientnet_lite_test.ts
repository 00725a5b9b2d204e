import assert from "node:assert/strict";
import { openBackbone } from "../../../lib/method/backbone/backbone.ts";
import type { FeatureExtractor } from "../../../lib/method/backbone/backbone.ts";
import { embeddedBackbone } from "../../../lib/method/backbone/embedded.ts";
import { type Image, image } from "../../../lib/domain.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { concat, rows, tensor } from "../../../lib/base/tensor/tensor.ts";
import oracle from "./fixtures/efficientnet_lite0.json" with { type: "json" };

/** The picture of tools/oracles/backbone.py. */
function picture(height: number, width: number): Image {
  const data = new Float32Array(3 * height * width);
  let i = 0;
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const edge = (Math.floor(x / 9) + Math.floor(y / 13)) % 2 ? 200 : 0;
        data[i++] = ((y * (7 + 3 * c) + x * (5 + c) + (x * y * (c + 1)) % 97 + edge) % 256) / 255;
      }
    }
  }
  return image([1, 3, height, width], data);
}

async function withEmbedded(
  use: (features: FeatureExtractor) => Promise<void>,
  options: { threads?: number; layers?: string[] } = {},
): Promise<void> {
  const runtime = await openRuntime({ threads: options.threads });
  const features = await openBackbone(runtime, await embeddedBackbone(), options.layers);
  try {
    await use(features);
  } finally {
    await features.release();
  }
}

for (const { height, width, layers } of oracle.cases) {
  Deno.test(`features of a ${height} × ${width} picture equal timm's`, () =>
    withEmbedded(async (features) => {
      const maps = await features.extract(picture(height, width));
      assert.deepEqual(Object.keys(maps), Object.keys(layers));
      for (const [name, expected] of Object.entries(layers)) {
        const { shape, data } = maps[name];
        assert.deepEqual(shape, expected.shape);
        let worst = 0;
        for (const [place, value] of expected.samples) worst = Math.max(worst, Math.abs(data[place] - value));
        assert.ok(worst < 1e-4, `${name}: ${worst}`);
        const sum = data.reduce((total, value) => total + value, 0);
        const absolute = data.reduce((total, value) => total + Math.abs(value), 0);
        assert.ok(Math.abs(absolute / expected.absolute_sum - 1) < 1e-5, `${name}: ${absolute}`);
        assert.ok(Math.abs(sum - expected.sum) / expected.absolute_sum < 1e-5, `${name}: ${sum}`);
      }
    }));
}

function noise(count: number, size: number, seed: number): Image {
  const random = seededRandom(seed);
  return image([count, 3, size, size], Float32Array.from({ length: count * 3 * size * size }, random.uniform));
}

for (const threads of [1, 2, 3]) {
  Deno.test(`a batch equals batches of one, bit for bit, on ${threads} threads`, () =>
    withEmbedded(async (features) => {
      const images = noise(5, 96, 7);
      const together = await features.extract(images);
      const alone = [];
      for (let i = 0; i < 5; i++) alone.push(await features.extract(rows(images, i, i + 1)));
      for (const { name } of features.layers) {
        assert.deepEqual(together[name].data, concat(alone.map((maps) => maps[name])).data);
      }
    }, { threads }));
}

Deno.test("the number of threads changes no bit", async () => {
  const images = noise(2, 128, 9);
  const results: Float32Array[] = [];
  for (const threads of [1, 2, 4]) {
    await withEmbedded(async (features) => {
      results.push((await features.extract(images)).stride16.data);
    }, { threads, layers: ["stride16"] });
  }
  assert.deepEqual(results[1], results[0]);
  assert.deepEqual(results[2], results[0]);
});

Deno.test("only the wanted layers are computed, and unknown ones are refused", async () => {
  await withEmbedded(async (features) => {
    assert.deepEqual(Object.keys(await features.extract(noise(1, 32, 1))), ["stride8"]);
  }, { layers: ["stride8"] });
  await assert.rejects(withEmbedded(() => Promise.resolve(), { layers: ["stride3"] }), {
    name: "RangeError",
    message: 'Cannot open backbone "efficientnet_lite0" with layer "stride3" as its layers are "stride4", "stride8", ' +
      '"stride16"',
  });
});

Deno.test("a picture of another shape is refused", () =>
  withEmbedded(async (features) => {
    const grey = tensor<"f32", ["N", 3, "H", "W"], "rgb01">("f32", [1, 1 as 3, 32, 32], new Float32Array(1024));
    await assert.rejects(features.extract(grey), {
      name: "TypeError",
      message: 'Cannot extract features with backbone "efficientnet_lite0" as the shape must be f32[N,3,H,W]: ' +
        "current shape is f32[1,1,32,32]",
    });
  }));
