import assert from "node:assert/strict";
import { type } from "arktype";
import { describeErrors } from "../../../lib/base/text/unknown_key.ts";

const schema = type({
  "+": "reject",
  name: "string",
  "smoothing?": "number",
  split: type({ "+": "reject", kind: "'vad'" }).or({ "+": "reject", kind: "'own'", "held?": "number" }),
  methods: type({ "[string]": { "+": "reject", alone: "string" } }),
  layers: type({ "+": "reject", stride: "number" }).array(),
});
const good = { name: "a", split: { kind: "own" }, methods: {}, layers: [] };

function wrong(change: object): string[] {
  const found = schema({ ...good, ...change });
  assert.ok(found instanceof type.errors);
  return describeErrors(schema, found);
}

Deno.test("an unknown key comes with the allowed one that is most like it, at its own place", () => {
  assert.deepEqual(wrong({ smoothin: 1 }), ['smoothin must be removed (did you mean "smoothing"?)']);
  assert.deepEqual(wrong({ Smooth: 1 }), ["Smooth must be removed"]);
  assert.deepEqual(wrong({ smooth: 1 }), ['smooth must be removed (did you mean "smoothing"?)']);
  assert.deepEqual(wrong({ split: { kind: "own", hold: 1 } }), [
    'split.hold must be removed (did you mean "held"?)',
  ]);
  assert.deepEqual(wrong({ methods: { A: { alone: "x", aloe: 1 } } }), [
    'methods.A.aloe must be removed (did you mean "alone"?)',
  ]);
  assert.deepEqual(wrong({ layers: [{ stride: 1, strides: 2 }] }), [
    'layers[0].strides must be removed (did you mean "stride"?)',
  ]);
  assert.deepEqual(wrong({ layers: [{ stride: 1, smoothin: 2 }] }), ["layers[0].smoothin must be removed"]);
  assert.deepEqual(wrong({ quite_another: 1 }), ["quite_another must be removed"]);
  assert.deepEqual(wrong({ name: 1 }), ["name must be a string (was a number)"]);
  const found = schema("text");
  assert.ok(found instanceof type.errors);
  assert.deepEqual(describeErrors(() => found, found), ["it must be an object (was a string)"]);
});
