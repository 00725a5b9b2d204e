import assert from "node:assert/strict";
import { parseRepeats } from "../../tools/bench_peers.ts";

Deno.test("the number of repeats is a whole number from 1", () => {
  assert.deepEqual(["1", "3", "120"].map(parseRepeats), [1, 3, 120]);
  for (const text of ["0", "-1", "1.5", "1e3", "x", "", " 3", "NaN", "Infinity"]) {
    assert.throws(() => parseRepeats(text), {
      name: "RangeError",
      message: `Cannot time the peers as --repeats must be a whole number from 1: it is "${text}"`,
    });
  }
});
