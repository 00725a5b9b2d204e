import assert from "node:assert/strict";
import { STATISTICS } from "../../../lib/domain.ts";
import { paper, reference, statistics } from "../../../lib/method/features/paper.ts";
import { wholePicture } from "../../../lib/method/features/whole.ts";
import { STATISTIC_RULES } from "../../../lib/method/stats/table.ts";

// Models and caches of users name a set by its identity: another list of statistics needs another.
Deno.test("the identities of the feature sets stand for this list of statistics", () => {
  assert.deepEqual(STATISTICS, ["q995", "skewness", "kurtosis", "mean"]);
  assert.deepEqual([statistics.identity, wholePicture.identity], ["statistics/1", "whole/1"]);
  for (const set of [paper, reference]) assert.ok(set.identity.includes("statistics/1"), set.identity);
});

Deno.test("each statistic has its rule, and no two take the same place of the kernel", () => {
  assert.deepEqual(Object.keys(STATISTIC_RULES), [...STATISTICS]);
  const places = Object.values(STATISTIC_RULES).flatMap((rule) => "kernel" in rule ? [rule.kernel] : []);
  assert.equal(new Set(places).size, places.length);
});
