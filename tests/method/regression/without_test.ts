import assert from "node:assert/strict";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { features as featuresOf } from "../../../lib/domain.ts";
import { applyLogistic } from "../../../lib/method/regression/apply.ts";
import { fitLogistic } from "../../../lib/method/regression/logistic.ts";
import { regressionWithout } from "../../../lib/method/regression/without.ts";

/** Rows that tell the class by some columns of each block; one value is missing. */
function drawn(N: number, F: number) {
  const random = seededRandom(3);
  const labels = Array.from({ length: N }, (_, i) => Number(i % 4 === 0));
  const data = Float32Array.from(
    { length: N * F },
    (_, at) => random.normal() * (1 + at % 3) + (at % F % 4 === 0 ? labels[Math.floor(at / F)] : 2),
  );
  data[F + 1] = NaN;
  return { labels, features: featuresOf([N, F], data) };
}

for (const [what, N, F] of [["fewer", 24, 40], ["more", 90, 40]] as const) {
  Deno.test(`without some columns a regression of ${what} rows than columns is one on the others`, () => {
    const { labels, features } = drawn(N, F);
    const blocks = [10, 4, 26];
    const rows = Array.from({ length: N }, (_, n) => n);
    const [seen, judged] = [rows.filter((n) => n % 5 > 0), rows.filter((n) => n % 5 === 0)];
    const without = regressionWithout({ cost: 3, blocks }, features, { labels, seen, judged });
    const cases = [[], [0, 1, 11], [10, 11, 12, 13], rows.filter((n) => n < 14), [39]];
    for (const columns of cases) {
      const kept = Array.from({ length: F }, (_, f) => f).filter((f) => !columns.includes(f));
      const take = (some: readonly number[]) =>
        featuresOf(
          [some.length, kept.length],
          Float32Array.from(some.flatMap((n) => kept.map((f) => features.data[n * F + f]))),
        );
      const widths = [[0, 10], [10, 14], [14, 40]]
        .map(([from, to]) => kept.filter((f) => f >= from && f < to).length).filter((width) => width > 0);
      const fitted = fitLogistic({ cost: 3, blocks: widths }, take(seen), seen.map((n) => labels[n]));
      const expected = applyLogistic(fitted)(take(judged)).data;
      without(columns).forEach((odds, i) =>
        assert.ok(Math.abs(odds - expected[i]) < 1e-5 * Math.max(1, Math.abs(expected[i])), `${odds}, ${expected[i]}`)
      );
    }
    assert.throws(() => without(Array.from({ length: F }, (_, f) => f)), RangeError);
  });
}
