import assert from "node:assert/strict";
import { openPointSet } from "../../../lib/method/detect/patchcore/point_set.ts";
import { principalAxes } from "../../../lib/method/detect/patchcore/principal_axes.ts";
import {
  drawProjection,
  johnsonLindenstraussWidth,
  projectPoints,
} from "../../../lib/method/detect/patchcore/random_projection.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { normal, relativeError } from "./feature_maps.ts";

Deno.test("widths are those of scikit-learn's johnson_lindenstrauss_min_dim", () => {
  const widths = [100, 204800, 1e6].flatMap((points) =>
    [0.9, 0.5, 0.1].map((e) => johnsonLindenstraussWidth(points, e))
  );
  assert.deepEqual(widths, [113, 221, 3947, 301, 587, 10482, 341, 663, 11841]);
});

Deno.test("a projection is sparse, balanced, and the product with its matrix", () => {
  const projection = drawProjection(400, 300, seededRandom(4));
  const added = projection.plus.reduce((sum, row) => sum + row.length, 0);
  const taken = projection.minus.reduce((sum, row) => sum + row.length, 0);
  // 120,000 entries that are not 0 with probability 1/20: 6,000 ± 75.
  assert.ok(Math.abs(added + taken - 6000) < 300, `${added + taken}`);
  assert.ok(Math.abs(added - taken) < 300, `${added} and ${taken}`);
  const rows = normal(5, 1100 * 400);
  const points = openPointSet(400);
  points.append(rows);
  const projected = projectPoints(points, projection);
  assert.equal(projected.count(), 1100);
  for (const i of [0, 1023, 1024, 1099]) {
    const expected = projection.plus.map((row, j) => {
      let sum = 0;
      for (let k = 0; k < 400; k++) {
        sum += rows[i * 400 + k] * (Number(row.includes(k)) - Number(projection.minus[j].includes(k)));
      }
      return sum * Math.sqrt(20 / 300);
    });
    assert.ok(relativeError(projected.take([i]), expected) < 1e-6);
  }
  assert.throws(() => projectPoints(openPointSet(3), projection), {
    name: "TypeError",
    message: "Cannot project points of 3 numbers as the projection takes 400",
  });
});

Deno.test("a projection keeps lengths on average", () => {
  const points = openPointSet(400);
  points.append(normal(6, 200 * 400));
  const all = Array.from({ length: 200 }, (_, i) => i);
  const length2 = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
  const before = length2(points.take(all));
  const after = length2(projectPoints(points, drawProjection(400, 300, seededRandom(7))).take(all));
  assert.ok(Math.abs(after / before - 1) < 0.05, `${after / before}`);
});

Deno.test("principal axes are orthonormal, and find where points differ", () => {
  const rows = normal(8, 500 * 20).map((value, i) => i % 20 === 3 ? 10 * value : i % 20 === 11 ? 5 * value : value);
  const { axes, mean } = principalAxes(rows, 20, 15);
  assert.ok(Math.abs(axes[0][3]) > 0.99 && Math.abs(axes[1][11]) > 0.99);
  axes.forEach((a, i) =>
    axes.forEach((b, j) => {
      const product = a.reduce((sum, value, k) => sum + value * b[k], 0);
      assert.ok(Math.abs(product - Number(i === j)) < 1e-12);
    })
  );
  assert.ok(
    Math.abs(mean[3] - rows.filter((_, i) => i % 20 === 3).reduce((sum, value) => sum + value, 0) / 500) < 1e-5,
  );
  const flat = principalAxes(new Float32Array(40).fill(2), 4, 6);
  assert.ok(flat.axes.flatMap((axis) => [...axis]).every((value) => Number.isFinite(value)));
});
