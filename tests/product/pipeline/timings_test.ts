import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCache } from "../../../lib/product/run/cache/cache.ts";
import { describeTimings, recordTiming, timingRows } from "../../../lib/product/run/cache/timings.ts";

Deno.test("times are kept beside steps: fits are averaged over seeds, uses are summed over runs", async () => {
  const cache = openCache(await mkdtemp(join(tmpdir(), "segad-")));
  await recordTiming(cache, "fits/a", "fit", { seconds: 2, pictures: 10 });
  await recordTiming(cache, "fits/b", "fit", { seconds: 4, pictures: 10 });
  await recordTiming(cache, "fits/a", "use", { seconds: 1, pictures: 40 });
  await recordTiming(cache, "fits/a", "use", { seconds: 1, pictures: 20 });
  const rows = await timingRows({ cache }, [
    { name: "padim", kind: "detector", key: "fits/a" },
    { name: "padim", kind: "detector", key: "fits/b" },
    { name: "wrn", kind: "classifier", key: "fits/c" },
  ]);
  assert.deepEqual(rows, [
    { name: "padim", kind: "detector", fitSeconds: 3, picturesPerSecond: 30 },
    { name: "wrn", kind: "classifier" },
  ]);
  const lines = describeTimings(rows, "cpu").split("\n");
  assert.equal(lines.length, 2);
  assert.match(lines[1], /^padim +3\.0 s +30$/);
  assert.equal(describeTimings([], "cpu"), "");
});
