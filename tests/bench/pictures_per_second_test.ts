import assert from "node:assert/strict";
import { quantileOf, rateOf, rateTable } from "../../bench/pictures_per_second.ts";

Deno.test("the rate is that of the median iteration once it has warmed up", () => {
  assert.equal(rateOf([10], 16), 1600);
  assert.equal(rateOf([900, 10, 20, 30], 16), 800);
  assert.equal(rateOf([900, 10, 20, 30, 40], 16), 640);
});

Deno.test("rates are a table, the batches of a stage together", () => {
  const rate = (stage: string, device: string, batch: string, rate: number) => ({ stage, device, batch, rate });
  const rates = [
    rate("backbone", "cpu", "1", 61.6),
    rate("score", "cpu", "", 25810),
    rate("backbone", "cpu", "8", 7.25),
  ];
  assert.equal(
    rateTable(rates),
    [
      "stage     device  batch  pictures/s",
      "backbone  cpu         1          62",
      "backbone  cpu         8         7.3",
      "score     cpu                 25810",
    ].join("\n"),
  );
  assert.equal(
    rateTable([{ ...rates[0], p50: 16.234, p99: 120.06 }, rates[1]]),
    [
      "stage     device  batch  pictures/s  p50 ms  p99 ms",
      "backbone  cpu         1          62    16.2   120.1",
      "score     cpu                 25810                ",
    ].join("\n"),
  );
});

Deno.test("a quantile is the least value that so many reach at most", () => {
  const values = Array.from({ length: 200 }, (_, i) => 200 - i);
  assert.deepEqual([0, 0.5, 0.99, 1].map((share) => quantileOf(values, share)), [1, 100, 198, 200]);
  assert.equal(quantileOf([7], 0.99), 7);
});
