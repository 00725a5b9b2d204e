import assert from "node:assert/strict";
import { openViewPool } from "../../lib/pretrain/view_pool.ts";
import type { ViewRules } from "../../lib/pretrain/views.ts";
import { seededRandom } from "../../lib/tensor/random.ts";
import { rows, tensor } from "../../lib/tensor/tensor.ts";

const [count, height, width] = [5, 16, 24];
const random = seededRandom(3);
const image = tensor<"f32", ["N", 3, "H", "W"], "rgb01">(
  "f32",
  [count, 3, height, width],
  Float32Array.from({ length: count * 3 * height * width }, random.uniform),
);
const rules: ViewRules = {
  views: ["anchor", "strong", "positive", "negative"],
  augmentation: "strong",
  negative: "smoothblend",
};

Deno.test("views of a batch are the same with one worker and with three, and leave the pictures as they are", async () => {
  const before = image.data.slice();
  const [one, three] = [openViewPool(1), openViewPool(3)];
  const [a, b] = await Promise.all([one.make(image, rules, 7), three.make(image, rules, 7)]);
  assert.deepEqual(a, b);
  assert.notDeepEqual((await one.make(image, rules, 8)).anchor!.data, a.anchor!.data);
  assert.deepEqual(image.data, before);
  await Promise.all([one.close(), three.close()]);
});

Deno.test("a negative equals its anchor outside a rectangle, the other views do not", async () => {
  const pool = openViewPool(1);
  const views = await pool.make(image, rules, 1);
  const changed = (name: "strong" | "positive" | "negative", n: number) => {
    const [from, to] = [rows(views.anchor!, n, n + 1).data, rows(views[name]!, n, n + 1).data];
    return from.filter((value, i) => value !== to[i]).length / from.length;
  };
  for (let n = 0; n < count; n++) {
    const share = changed("negative", n);
    assert.ok(share > 0 && share < 0.2, `${share}`);
    assert.ok(changed("positive", n) > 0.5 && changed("strong", n) > 0.5);
  }
  await pool.close();
});
