import assert from "node:assert/strict";
import { join } from "node:path";
import { findViolations } from "../../tools/check_layers.ts";
import { put, ROOT, withFolder } from "../app/cli/product.ts";

Deno.test("casts to tensors are found outside the one file that may have them", async () => {
  assert.deepEqual(findViolations(ROOT), []);
  await withFolder(async (folder) => {
    const found = async (name: string, text: string) => {
      const path = await put(join(folder, "lib", name), text);
      const violations = findViolations(folder);
      await Deno.remove(path);
      return violations;
    };
    for (
      const cast of [
        "outputs as unknown as Detection",
        'map as AnomalyMap<"N", 1>',
        "await run() as Tensor<D, S, U>",
        "all[0] as readonly Image[]",
      ]
    ) {
      assert.deepEqual(await found("method/detect/one.ts", `export const a = ${cast};`), [
        "lib/method/detect/one.ts: casts to a tensor: only lib/base/tensor/tensor.ts may, see its expectTensor",
      ]);
      assert.deepEqual(await found("method/detect/one.ts", `// ${cast}`), []);
    }
    assert.deepEqual(await found("base/tensor/tensor.ts", "export const a = b as unknown as Tensor<D, S, U>;"), []);
    assert.deepEqual(await found("method/detect/one.ts", "export const a = b as Float32Array;"), []);
    assert.match(
      (await found("method/stats/one.ts", 'import { a } from "../forest/b.ts";'))[0],
      /stands below it in the flow/,
    );
  });
});
