import assert from "node:assert/strict";
import { checkScores, checkThreshold, decide } from "../../../lib/method/evaluate/decide.ts";

const ODD = [NaN, Infinity, -Infinity];

Deno.test("there is a decision for a finite score and a finite threshold, and for no other", () => {
  const numbers = [...ODD, -Number.MAX_VALUE, -1, -0, 0, Number.MIN_VALUE, 1, Number.MAX_VALUE];
  for (const score of numbers) {
    for (const threshold of numbers) {
      if (ODD.includes(score) || ODD.includes(threshold)) {
        assert.throws(() => decide(score, threshold), { name: "RangeError", message: /^Cannot decide .* finite/ });
      } else assert.equal(decide(score, threshold), score - threshold < 0 ? "good" : "bad");
    }
  }
});

Deno.test("a threshold is a finite number; what else it is, is said", () => {
  for (
    const [value, name, message] of [
      [NaN, "RangeError", "the threshold NaN as it must be finite"],
      [1e999, "RangeError", "the threshold Infinity as it must be finite"],
      ["108", "TypeError", 'the threshold "108" as it must be a number'],
      [null, "TypeError", "the threshold null as it must be a number"],
      [[1], "TypeError", "the threshold 1 as it must be a number"],
    ]
  ) assert.throws(() => checkThreshold(value), { name, message: `Cannot decide by ${message}` });
  assert.equal(checkThreshold(-1e300), -1e300);
});

Deno.test("a score that is not finite is told with the part and with who gave it", () => {
  checkScores("PaDiM", ["a.png", "b.png"], [1, 2]);
  for (const odd of ODD) {
    assert.throws(() => checkScores("PaDiM", ["a.png", "b.png"], [1, odd]), {
      name: "RangeError",
      message: `Cannot use the score of PaDiM for "b.png" as it must be finite: it is ${odd}`,
    });
  }
});
