import assert from "node:assert/strict";
import { openViewPool } from "../../../lib/method/pretrain/view_pool.ts";
import { makeViews } from "../../../lib/method/pretrain/views.ts";
import type { ViewRules } from "../../../lib/method/pretrain/views.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { image as imageOf } from "../../../lib/domain.ts";
import { rows } from "../../../lib/base/tensor/tensor.ts";

const [count, height, width] = [5, 16, 24];
const random = seededRandom(3);
const image = imageOf(
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

Deno.test("pictures keep their places and seeds, whatever share of the batch a worker has", async () => {
  const pools = [1, 2, 4, 9].map(openViewPool);
  const all = await Promise.all(pools.map((pool) => pool.make(image, rules, 11)));
  // A picture's seed follows from that of the batch and its place in it.
  const seeds = Array.from(
    { length: count },
    (_, n) => (Math.imul(12, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b)) >>> 0,
  );
  for (const views of all) {
    seeds.forEach((seed, n) => {
      const expected = makeViews(rows(image, n, n + 1).data, { height, width }, rules, seed);
      rules.views.forEach((name, v) => assert.deepEqual(rows(views[name]!, n, n + 1).data, expected[v], name));
    });
  }
  await Promise.all(pools.map((pool) => pool.close()));
});

Deno.test("views are made while the main thread is held, as a training step holds it", async () => {
  const [many, side] = [12, 96];
  const large = imageOf([many, 3, side, side], Float32Array.from({ length: many * 3 * side * side }, random.uniform));
  const pool = openViewPool(1);
  const [alone, held]: [number[], number[]] = [[], []];
  // The least of some times: the first are slow, and the machine may have other work.
  for (let repeat = 0; repeat < 4; repeat++) {
    let begin = performance.now();
    await pool.make(large, rules, repeat);
    alone.push(performance.now() - begin);
    const coming = pool.make(large, rules, repeat);
    // What is asked for is sent by then, as before a step.
    await new Promise((resolve) => setTimeout(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * alone[repeat]);
    begin = performance.now();
    await coming;
    held.push(performance.now() - begin);
  }
  const [least, waited] = [Math.min(...alone), Math.min(...held)];
  assert.ok(waited < least / 5, `${waited} ms after the hold, ${least} ms without one`);
  await pool.close();
});
