import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ownOf } from "../../../lib/base/text/own.ts";
import { ROOT } from "../../app/cli/product.ts";

Deno.test("a name finds what a record holds itself, whatever it is called", () => {
  const names = ["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"];
  for (const name of names) {
    assert.equal(ownOf({ a: 1 }, name), undefined, name);
    assert.equal(ownOf(Object.fromEntries([[name, 7]]), name), 7, name);
  }
  assert.equal(ownOf<number>(undefined, "a"), undefined);
});

/** A file without comments and without the words in its texts; what is put into texts stays. */
function codeOf(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replaceAll(/\/\/.*$/gm, "").replaceAll(/`[^`]*`/g, (quoted) => (quoted.match(/\$\{[^}]*\}/g) ?? []).join(" "));
}

Deno.test("no code asks by `in` for a name that it does not spell itself: every object has a constructor", async () => {
  const files: string[] = [];
  for (const folder of ["lib", "packages", "tools"]) {
    const names = await readdir(join(ROOT, folder), { recursive: true });
    files.push(
      ...names.filter((name) => /(?<!\.generated|\.as)\.ts$/.test(name)).map((name) => join(ROOT, folder, name)),
    );
  }
  assert.ok(files.length > 300);
  for (const file of files) {
    const code = codeOf(await readFile(file, "utf8"));
    // Left are loops over keys, and types.
    const found = code.matchAll(/(?<!\b(?:const|let) )(?<![\w.\[])(?!in\b)[\w.]+ in (?!keyof\b)[\w(]+/g);
    const odd = [...found].map(([match]) => match).filter((match) => !/^[A-Z]\w* in [A-Z]/.test(match));
    assert.deepEqual(odd, [], file);
  }
});
