/** The npm package is for Node.js 20 or later: what later versions brought is not in what it reaches. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { importsOf, reached } from "../../tools/import_graph.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Of V8 11.4 to 13.6, which Node.js 21 to 24 brought; asked for by `?.` it may be absent. */
const LATER = [
  /\bArray\.fromAsync\(/,
  /\b(?:Map|Object)\.groupBy\(/,
  /\bPromise\.(?:withResolvers|try)\b/,
  /\.(?:transfer|transferToFixedLength)\(/,
  /\.(?:keys|values|entries)\(\)\.(?:map|filter|some|every|find|reduce|flatMap|forEach|take|drop|toArray)\(/,
  /\.(?:isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(/,
  /\bUint8Array\.from(?:Base64|Hex)\(|\.to(?:Base64|Hex)\(/,
  /\bFloat16Array\b|\bMath\.f16round\(|\bRegExp\.escape\(|\bError\.isError\(|\bnavigator\./,
];

Deno.test("what the package for Node.js reaches asks for nothing that Node.js 20 does not have", async () => {
  const { exports } = JSON.parse(readFileSync(`${ROOT}deno.json`, "utf8")) as { exports: Record<string, string> };
  const files = new Set<string>();
  for (const entry of Object.values(exports)) {
    const graph = await importsOf(entry, ROOT);
    for (const file of reached(entry, ROOT, graph, ["static", "dynamic"])) files.add(file);
  }
  assert.ok(files.has("lib/picture/image/decode_worker.ts") && files.size > 200, `${files.size}`);
  const asked = [...files].flatMap((file) => {
    const code = readFileSync(`${ROOT}${file}`, "utf8").replace(/^\s*(?:\*|\/\/).*$/gm, "");
    return LATER.flatMap((pattern) => pattern.exec(code)?.[0] ?? []).map((what) => `${file}: ${what}`);
  });
  assert.deepEqual(asked, []);
});
