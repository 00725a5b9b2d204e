import assert from "node:assert/strict";
import { pythonShuffler } from "../../tools/python_shuffle.ts";

Deno.test("lists are shuffled as Python 3.11's random.Random(1001) does, one after the other", () => {
  const shuffle = pythonShuffler(1001);
  const count = (length: number) => Array.from({ length }, (_, i) => i);
  assert.deepEqual(shuffle(count(600)).slice(0, 6), [415, 219, 275, 0, 6, 72]);
  assert.deepEqual(shuffle(count(300)).slice(0, 6), [160, 77, 237, 180, 105, 102]);
});
