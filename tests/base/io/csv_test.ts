import assert from "node:assert/strict";
import { join } from "node:path";
import { formatCsv, readCsv } from "../../../lib/base/io/csv.ts";
import { put, withFolder } from "../../app/cli/product.ts";

Deno.test("no field is a formula, and numbers stay numbers", () => {
  const row = ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "=1\nnext", "\n=1", "a=1", -1.5];
  assert.equal(
    formatCsv([row]),
    `"'=1+1","'+1","'-1","'@a","'\t=1","'\r=1","'=1\nnext","'\n=1",a=1,-1.5`,
  );
});

Deno.test("a field with line breaks, commas and quotes is read as it was written", async () => {
  await withFolder(async (folder) => {
    const names = ["a b.png", "a\nb.png", 'a,"b".png', " a.png "];
    const path = await put(
      join(folder, "a.csv"),
      `${formatCsv([["file", "n"], ...names.map((name, n) => [name, n])])}\n`,
    );
    assert.deepEqual((await readCsv(path, ["file", "n"])).map(({ file }) => file), names);
  });
});
