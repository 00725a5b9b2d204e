import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile, generate } from "../../../tools/build_wasm.ts";

Deno.test("the committed WebAssembly is what its sources give", async () => {
  for (const name of ["patchcore/bounded", "patchcore/coreset", "padim/gaussian", "padim/mahalanobis"]) {
    const path = fileURLToPath(new URL(`../../../lib/method/detect/${name}.as.ts`, import.meta.url));
    assert.equal(await generate(path), readFileSync(path.replace(".as.ts", ".generated.ts"), "utf8"));
  }
});

Deno.test("a source that does not compile is refused with the compiler's words", async () => {
  await assert.rejects(compile("wrong.as.ts", "export function f(): i32 { return g; }"), {
    name: "SyntaxError",
    message: /Cannot compile "wrong.as.ts" as ERROR TS2304: Cannot find name 'g'/,
  });
});
