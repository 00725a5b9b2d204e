import assert from "node:assert/strict";
import { rateOf, rateTable } from "../../bench/pictures_per_second.ts";

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
});
