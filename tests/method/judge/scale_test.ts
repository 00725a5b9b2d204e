import assert from "node:assert/strict";
import { ontoScale } from "../../../lib/method/judge/scale.ts";

Deno.test("scores come onto another scale by the middle of each class, and not where a judge tells nothing apart", () => {
  const labels = [0, 0, 0, 1, 1];
  const own = [1, 2, 30, 6, 8];
  // Twice as wide and 100 higher: an affine map is found again exactly.
  const onto = ontoScale(own, own.map((score) => 100 + 2 * score), labels)!;
  for (const score of [-4, 2, 7, 50]) assert.equal(onto(score), 100 + 2 * score);
  assert.equal(ontoScale([0.5, 0.5, 0.5, 0.5, 0.5], own, labels), undefined);
  assert.equal(ontoScale([3, 3, 3, 1, 1], own, labels), undefined);
});
