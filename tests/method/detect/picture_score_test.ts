import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { blurredAtPicture } from "../../../lib/method/detect/picture_score.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { input } from "../../../lib/engine/graph/value.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import { runtime } from "./feature_maps.ts";

interface Case {
  grid: [number, number];
  size: [number, number];
  sigma: number;
  map: number[];
  blurred: number[];
}
/** Made by tools/oracles/picture_score.py. */
const cases: Case[] = JSON.parse(await readFile(new URL("./fixtures/picture_score.json", import.meta.url), "utf8"));

Deno.test("maps enlarged with their corners in place, then blurred, are numpy's and scipy's", async () => {
  for (const { grid: [h, w], size: [height, width], sigma, map, blurred } of cases) {
    const x = input("x", "f32", ["N", 1, h, w]);
    const y = blurredAtPicture(x, { height: h, width: w }, { height, width }, sigma);
    const session = await runtime.open(buildModel({ inputs: [x], outputs: { y } }), "enlargement");
    // Two pictures, the second twice the first.
    const data = Float32Array.from([...map, ...map.map((value) => 2 * value)]);
    const found = (await session.run({ x: tensor("f32", [2, 1, h, w], data) })).y;
    await session.release();
    assert.deepEqual(found.shape, [2, 1, height, width]);
    blurred.forEach((value, i) => {
      assert.ok(Math.abs(found.data[i] as number - value) < 1e-5, `${found.data[i]} for ${value} at ${i}`);
      assert.ok(Math.abs(found.data[blurred.length + i] as number - 2 * value) < 2e-5);
    });
  }
});
