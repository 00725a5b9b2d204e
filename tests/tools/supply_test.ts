import assert from "node:assert/strict";
import { findChanges } from "../../tools/pin_binaries.ts";
import { differingImports, listedPackages, lockedPackages } from "../../tools/third_party.ts";

Deno.test("a binary that changed, went or came is told", () => {
  const [a, b] = ["a".repeat(64), "b".repeat(64)];
  const list = `${a}  one.onnx\n${b}  two files/two.png\n`;
  const now: Record<string, string> = { "one.onnx": a, "two files/two.png": b };
  const found = (files: Record<string, string | undefined>, known?: string[]) =>
    findChanges(list, (path) => files[path], known);
  assert.deepEqual(found(now), []);
  assert.deepEqual(found({ ...now, "one.onnx": b }), ["one.onnx: is not the file that was pinned"]);
  assert.deepEqual(found({ "one.onnx": a }), ["two files/two.png: is missing"]);
  assert.deepEqual(found(now, ["one.onnx", "new.png"]), ["new.png: is not pinned"]);
});

Deno.test("the list of licences is compared with the locks, package by package", () => {
  const lock = JSON.stringify({ npm: { "@a/b@1.0.0": {}, "c@2.0.0_d@3.0.0": {}, "c@2.0.0_e@3.0.0": {} } });
  assert.deepEqual(lockedPackages(lock), ["@a/b@1.0.0", "c@2.0.0"]);
  const text =
    "| package | licence |\n| --- | --- |\n| `c@2.0.0`    | MIT |\n| `@a/b@1.0.0` | ISC |\n| `LICENSE` | no |\n";
  assert.deepEqual(listedPackages(text), ["@a/b@1.0.0", "c@2.0.0"]);
});

Deno.test("tests import what the product imports, and may import more", () => {
  const product = JSON.stringify({ imports: { a: "npm:a@1", b: "npm:b@1" } });
  assert.deepEqual(differingImports(product, JSON.stringify({ imports: { a: "npm:a@1", b: "npm:b@1", c: "x" } })), []);
  assert.deepEqual(differingImports(product, JSON.stringify({ imports: { a: "npm:a@2", c: "x" } })), ["a", "b"]);
});
