import assert from "node:assert/strict";
import { gridMap } from "../../../lib/domain.ts";
import { upsampleMap } from "../../../lib/method/learn/upsample.ts";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import { smoothingFor, smoothingsFor } from "../../../lib/product/experiment/smoothing.ts";
import { joinMaps } from "../../../lib/product/model/maps_to_features.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import learned from "../../../pipelines/learned.ts";
import mvtec from "../../../pipelines/mvtec.ts";
import { SMALL } from "../../app/cli/product.ts";

Deno.test("one number smooths the maps of all detectors; by name, those that are not named are left as they are", () => {
  assert.equal(smoothingsFor(4, ["a", "b"]), 4);
  assert.equal(smoothingsFor(undefined, ["a"]), 0);
  assert.deepEqual(smoothingsFor({ b: 2, a: 4 }, ["a", "b", "constructor"]), [4, 2, 0]);
  assert.deepEqual([smoothingFor({ a: 3 }, "a"), smoothingFor({ a: 3 }, "b"), smoothingFor(3, "b")], [3, 0, 3]);
});

Deno.test("each map is smoothed by its own deviation", () => {
  const random = seededRandom(1);
  const grids = [[2, 1, 4, 4], [2, 1, 8, 8]].map((shape) =>
    gridMap(
      shape as [number, 1, number, number],
      Float32Array.from({ length: 2 * shape[2] ** 2 }, () => random.normal()),
    )
  );
  const size = { height: 32, width: 32 };
  const joined = joinMaps(grids, size, [0, 4]).data;
  grids.forEach((grid, k) => {
    const alone = upsampleMap(grid, size, 4 * k).data;
    for (let n = 0; n < 2; n++) {
      const from = (2 * n + k) * 1024;
      assert.deepEqual(joined.slice(from, from + 1024), alone.slice(1024 * n, 1024 * (n + 1)));
    }
  });
  assert.throws(() => joinMaps(grids, size, [4]), {
    name: "TypeError",
    message: /maps of 2 detectors by 1 deviations/,
  });
});

Deno.test("smoothing names detectors of the pipeline; the paper's pipelines smooth as anomalib and EfficientAD's authors do", () => {
  const { smoothing: _, ...rest } = SMALL;
  const detectors = Object.keys(rest.detectors);
  assert.deepEqual(parseDefinition({ ...rest, smoothing: { [detectors[0]]: 2 } }).smoothing, { [detectors[0]]: 2 });
  const refuse = (smoothing: unknown, message: RegExp) =>
    assert.throws(() => parseDefinition({ ...rest, smoothing }), { name: "TypeError", message });
  refuse({ fastflow: 4 }, /smoothing must name detectors of this pipeline .*: found "fastflow"/);
  refuse({ [detectors[0]]: 40 }, /smoothing/);
  const nearest = { deviation: 4, enlarge: "nearest" };
  assert.deepEqual(parseDefinition({ ...rest, smoothing: { [detectors[0]]: nearest } }).smoothing, {
    [detectors[0]]: nearest,
  });
  refuse({ [detectors[0]]: { ...nearest, enlarge: "cubic" } }, /smoothing/);
  assert.deepEqual(learned("paper").smoothing, { patchcore: nearest, rd4ad: 4 });
  assert.deepEqual(mvtec("paper").smoothing, { rd4ad: 4 });
  assert.equal(learned("small").smoothing, 4);
});
