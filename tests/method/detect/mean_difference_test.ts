import assert from "node:assert/strict";
import { meanDifference } from "../../../lib/method/detect/mean_difference/mean_difference.ts";
import { image } from "../../../lib/domain.ts";
import { concat } from "../../../lib/base/tensor/tensor.ts";
import { featureMaps, fitContext, normal, relativeError, runtime } from "./feature_maps.ts";

const images = [1, 2, 3].map((seed) => image([1, 3, 8, 6], normal(seed, 144)));

Deno.test("the map is the mean absolute difference to the mean picture, the score its mean", async () => {
  const context = {
    ...fitContext(featureMaps(1, 2), 1),
    size: { height: 8, width: 6 },
    pictures: 2,
    async *batches() {
      for (const image of images.slice(0, 2)) yield await Promise.resolve({ image, features: {} });
    },
  };
  const fitted = await meanDifference.fit(context, meanDifference.parse({}));
  const applied = await meanDifference.apply({ runtime }, meanDifference.unpack(meanDifference.pack(fitted)));
  const { map, score } = await applied.detect({ image: concat(images), features: {} });
  await applied.release();
  const [a, b, c] = images.map(({ data }) => data);
  const expected = Array.from(
    { length: 48 },
    (_, p) => [0, 48, 96].reduce((sum, at) => sum + Math.abs(c[at + p] - (a[at + p] + b[at + p]) / 2) / 3, 0),
  );
  assert.deepEqual(map.shape, [3, 1, 8, 6]);
  assert.ok(relativeError(map.data.subarray(96), expected) < 1e-5);
  assert.ok(Math.abs(score.data[2] - expected.reduce((sum, value) => sum + value, 0) / 48) < 1e-6);
  assert.throws(() => meanDifference.parse({ layers: ["a"] }), {
    name: "TypeError",
    message: /layers must be removed/,
  });
});
