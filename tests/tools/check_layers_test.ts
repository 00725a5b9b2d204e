import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { findCircles, findViolations } from "../../tools/check_layers.ts";
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

Deno.test("what tells errors apart by their words is found", async () => {
  await withFolder(async (folder) => {
    for (
      const text of [
        'if (error.message.includes("full")) throw error;',
        "if (/full|quota/.test((cause as Error).message)) return;",
        "const [, why] = /^Cannot .* as (.*)$/s.exec((cause as Error).message) ?? [];",
        'const full = error instanceof Error && error.name === "DeviceError";',
        'if (!message.endsWith(" must be removed")) return message;',
        "const memory = /memory/i.test(message);",
      ]
    ) {
      const path = await put(join(folder, "lib/method/stats/one.ts"), text);
      assert.match(findViolations(folder)[0] ?? "", /one\.ts: tells errors apart by their words/, text);
      await Deno.writeTextFile(path, "if (error instanceof DamagedStepError) throw error;\nthrow new Error(message);");
      assert.deepEqual(findViolations(folder), []);
    }
  });
});

Deno.test("files that import each other in a circle are found, types included, and comments import nothing", async () => {
  await withFolder(async (folder) => {
    const write = (name: string, text: string) => put(join(folder, "lib/method/stats", name), text);
    await write("a.ts", 'import type { B } from "./b.ts";\nexport type A = B;');
    await write("b.ts", '/**\n * import { a } from "./a.ts";\n */\nexport { c as b } from "./c.ts";');
    await write("c.ts", "export const c = 1;");
    assert.deepEqual(findViolations(folder), []);
    await write("c.ts", 'export const c = async () => (await import("./a.ts"));');
    assert.deepEqual(findViolations(folder), [
      "lib: files import each other in a circle: " +
      ["a", "b", "c", "a"].map((name) => `method/stats/${name}.ts`).join(" → "),
    ]);
  });
});

Deno.test("a graph has circles where some file reaches itself, and what is told is one", () => {
  const graphs = fc.array(fc.array(fc.nat(6), { maxLength: 3 }), { minLength: 1, maxLength: 7 });
  fc.assert(fc.property(graphs, (edges) => {
    const imports = new Map(edges.map((targets, i) => [String(i), targets.map(String)]));
    // Warshall's closure.
    const reach = edges.map((targets) => Array.from({ length: 7 }, (_, i) => targets.includes(i)));
    for (let k = 0; k < edges.length; k++) {
      for (const row of reach) if (row[k]) reach[k].forEach((there, i) => there && (row[i] = true));
    }
    const circles = findCircles(imports);
    assert.equal(circles.length > 0, edges.some((_, i) => reach[i][i]));
    for (const circle of circles) {
      circle.forEach((file, i) => assert.ok(imports.get(file)!.includes(circle[(i + 1) % circle.length])));
    }
  }));
});
