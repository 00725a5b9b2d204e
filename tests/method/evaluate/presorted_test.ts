import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { f1Max } from "../../../lib/method/evaluate/f1_max.ts";
import { fprAtTpr } from "../../../lib/method/evaluate/fpr_at_tpr.ts";
import { presortedBad, presortedCurve, presortedGood } from "../../../lib/method/evaluate/presorted.ts";

interface Case {
  scores: number[];
  labels: number[];
  f1: number;
  points: { share: number; good: number; bad: number }[];
}
const cases: Case[] = JSON.parse(await readFile(new URL("./fixtures/presorted.json", import.meta.url), "utf8"));

Deno.test("F1-max is scikit-learn's, and presorted parts are those by numpy's quantiles", () => {
  for (const { scores, labels, f1, points } of cases) {
    assert.ok(Math.abs(f1Max(scores, labels) - f1) < 1e-12, `${f1Max(scores, labels)} for ${f1}`);
    const found = presortedCurve(scores, labels, points.map(({ share }) => share));
    assert.deepEqual(found, points);
    for (const { share, good, bad } of points) {
      assert.deepEqual([presortedGood(scores, labels, share), presortedBad(scores, labels, share)], [good, bad]);
    }
  }
});

Deno.test("presorted good and FPR at the same recall are the whole; turned round, good parts are bad ones", () => {
  const part = fc.tuple(fc.integer({ min: -5, max: 5 }), fc.boolean());
  const parts = fc.array(part, { minLength: 2, maxLength: 60 })
    .filter((all) => all.some(([, bad]) => bad) && all.some(([, bad]) => !bad));
  fc.assert(fc.property(parts, (all) => {
    const [scores, labels] = [all.map(([score]) => score), all.map(([, bad]) => Number(bad))];
    assert.ok(Math.abs(presortedGood(scores, labels) + fprAtTpr(scores, labels) - 1) < 1e-12);
    const turned = presortedGood(scores.map((score) => -score), labels.map((label) => 1 - label), 0.25);
    assert.ok(Math.abs(turned - presortedBad(scores, labels, 0.25)) < 1e-12);
    const bads = labels.filter((label) => label === 1).length;
    assert.ok(f1Max(scores, labels) >= 2 * bads / (bads + labels.length) - 1e-12);
  }));
});

Deno.test("curves go from 0 to 20 percent and rise; shares out of range are refused", () => {
  const { scores, labels } = cases[3];
  const curve = presortedCurve(scores, labels);
  assert.deepEqual([curve.length, curve[0].share, curve[20].share], [21, 0, 0.2]);
  curve.slice(1).forEach((point, i) => assert.ok(point.good >= curve[i].good && point.bad >= curve[i].bad));
  for (const share of [-0.1, 1.1, NaN]) {
    for (const figure of [presortedGood, presortedBad]) assert.throws(() => figure([1, 2], [0, 1], share), RangeError);
    assert.throws(() => presortedCurve([1, 2], [0, 1], [share]), /called wrong must be 0 to 1/);
  }
  for (const figure of [f1Max, presortedGood, presortedBad, presortedCurve]) {
    assert.throws(() => figure([1, 2], [0, 0]), /^RangeError: Cannot .* parts of both classes are needed/);
  }
});
