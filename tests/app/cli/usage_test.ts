import assert from "node:assert/strict";
import { tidyUsage } from "../../../lib/app/cli/usage.ts";

Deno.test("usage is broken between options only, whatever was broken before", () => {
  const text = [
    "Fit a thing",
    "Usage: deno task fit ([--set KEY=VALUE...] [--size SIZE",
    "       ] --out DIR [",
    "       --seeds N,N] [--device",
    "       DEVICE] PATH",
    "       ... | --help)",
    "",
    "  --size SIZE    How large",
  ].join("\n");
  assert.deepEqual(tidyUsage(text, "deno task fit", 48).split("\n"), [
    "Fit a thing",
    "Usage: deno task fit [--set KEY=VALUE...]",
    "       [--size SIZE] --out DIR [--seeds N,N]",
    "       [--device DEVICE] PATH...",
    "       deno task fit --help",
    "",
    "  --size SIZE    How large",
  ]);
});

Deno.test("several ways stay apart, and what shows no usage stays as it is", () => {
  const text = "Usage: deno task x --help\n       deno task x --run DIR [--a\n       (b | c)]\nError: no\n       more";
  assert.equal(
    tidyUsage(text, "deno task x", 80),
    "Usage: deno task x --help\n       deno task x --run DIR [--a (b | c)]\nError: no\n       more",
  );
  assert.equal(tidyUsage("function _segad () {\n  :\n}", "deno task segad", 80), "function _segad () {\n  :\n}");
});
