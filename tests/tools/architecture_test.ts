import assert from "node:assert/strict";
import { mapOf, moduleLine, withMap } from "../../tools/architecture.ts";
import { withFiles } from "../picture/data/folders.ts";

Deno.test("a file says of itself the first sentence of its module comment", () => {
  assert.equal(moduleLine("/** Files and hashes. @module */\nimport x;", "a.ts"), "Files and hashes");
  assert.equal(
    moduleLine("/**\n * One thing (`.npy`)\n * over lines: more of it.\n *\n * @module\n */", "a"),
    "One thing (`.npy`) over lines",
  );
  for (const text of ["", "export const a = 1;", "/** Of a function. */\nfunction a() {}\n/** Late. @module */"]) {
    assert.throws(() => moduleLine(text, "lib/a.ts"), {
      name: "SyntaxError",
      message: 'Cannot map "lib/a.ts" as it does not begin with a comment that has @module',
    });
  }
});

Deno.test("the map has each room with its files, and nothing that is generated", () =>
  withFiles({
    "domain.ts": "/** Values. @module */",
    "engine/graph/rules/conv.ts": "/** Shapes of convolutions. @module */",
    "engine/graph/b.generated.ts": "export const b = 1;",
    "method/stats/pool.as.ts": "// AssemblyScript",
  }, async (root) => {
    const map = await Promise.resolve(mapOf(root));
    assert.ok(map.includes("<code>lib</code>"));
    assert.ok(map.includes("- `domain.ts`: Values"));
    assert.ok(map.includes("- `rules/conv.ts`: Shapes of convolutions"));
    assert.ok(!map.includes("generated.ts") && !map.includes("pool"));
  }));

Deno.test("the map stands between its marks, and the rest stays", () => {
  const marks = ["<!-- The map is written by `deno task architecture` -->", "<!-- The end of the map -->"];
  const document = `Before\n${marks[0]}\nold\n${marks[1]}\nbehind`;
  assert.equal(withMap(document, "new"), `Before\n${marks[0]}\n\nnew\n\n${marks[1]}\nbehind`);
  assert.equal(withMap(withMap(document, "newer"), "new"), withMap(document, "new"));
  assert.throws(() => withMap("Before", "new"), /lacks/);
});
