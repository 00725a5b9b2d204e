import assert from "node:assert/strict";
import { gridClock } from "../../../lib/base/text/time_left.ts";

Deno.test("the time left of a grid is learnt by kind, and nothing is said when no cell is left", () => {
  const clock = gridClock(["padim", "wrn", "padim", "wrn", "dra"]);
  // Nothing is known of the others: four more like this one.
  assert.equal(clock.done("padim", 10), "1 of 5 fits and trainings done, about 40 s left for the others");
  // 10 + 600 + (10 + 600) / 2
  assert.equal(clock.done("wrn", 600), "2 of 5 fits and trainings done, about 15 min left for the others");
  assert.equal(clock.done("padim", 30), "3 of 5 fits and trainings done, about 15 min left for the others");
  assert.match(clock.done("wrn", 6 * 3600)!, /^4 of 5 .* about 1\.5 h left/);
  assert.equal(clock.done("dra", 1), undefined);
});
