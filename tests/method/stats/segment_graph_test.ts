import assert from "node:assert/strict";
import { anomalyMap, labels as labelsOf, type SegmentMap } from "../../../lib/domain.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { input } from "../../../lib/engine/graph/value.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { segmentStatistics } from "../../../lib/method/stats/segment_graph.ts";
import { segmentStats } from "../../../lib/method/stats/segment_stats.ts";

Deno.test("a graph that is given segment maps has the product's statistics: ragged, empty, even and single pixels", async () => {
  const [N, K, L, H, W] = [4, 2, 4, 40, 31];
  const random = seededRandom(8);
  const area = H * W;
  const data = Float32Array.from({ length: N * K * area }, () => 3 + random.normal() ** 3);
  const labels = Uint8Array.from({ length: N * area }, () => [0, 1, 2, 255][Math.floor(random.uniform() ** 3 * 4)]);
  // The third picture has all in one segment, the fourth one pixel in it; segment 3 is of the first picture alone, and even.
  labels.fill(0, 2 * area, 3 * area);
  labels.fill(1, 3 * area).fill(0, 3 * area, 3 * area + 1);
  for (let i = 0; i < 9; i++) {
    labels[i] = 3;
    for (let k = 0; k < K; k++) data[k * area + i] = 0.1;
  }
  const [maps, segments] = [input("maps", "f32", ["N", K, H, W]), input("segments", "u8", ["N", H, W])];
  const runtime = await openRuntime({ threads: 1 });
  const outputs = { statistics: segmentStatistics(maps, segments, L) };
  const session = await runtime.open(buildModel({ inputs: [maps, segments], outputs }), "statistics");
  const { statistics } = await session.run({
    maps: tensor("f32", [N, K, H, W], data),
    segments: tensor("u8", [N, H, W], labels),
  });
  await session.release();
  const names = ["a", "b", "c", "d"];
  const segmentMap = { labels: labelsOf([N, H, W], labels), names } as unknown as SegmentMap<number>;
  const wanted = segmentStats({ maps: K, segmentMap, names: { detectors: ["x", "y"] } })(
    anomalyMap<"N", number>([N, K, H, W], data),
  );
  assert.deepEqual(statistics.shape, [N, L, K, 4]);
  let missing = 0;
  wanted.data.forEach((value, i) => {
    if (Number.isNaN(value)) missing++;
    const close = Math.abs(statistics.data[i] - value) <= 2e-5 * (1 + Math.abs(value));
    assert.ok(close || Number.isNaN(value) && Number.isNaN(statistics.data[i]), `${i}: ${statistics.data[i]} ${value}`);
  });
  assert.ok(missing > 0);
});
