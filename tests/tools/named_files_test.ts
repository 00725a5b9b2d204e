/** Documents name files of the project: each is there. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);
/** Files that a document tells where to make have a word in capitals. */
const NAMED = /(?<![\w/.-])(?:lib|tests|tools|bench|docs|pipelines)\/[\w./-]*\.(?:ts|py|md|json|sh|mjs)\b/g;

const documents = ["", "docs/", "tests/", "bench/", "segmaps/", "packages/"].flatMap((folder) =>
  readdirSync(new URL(folder, ROOT), { recursive: folder !== "", encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}${name}`)
);

Deno.test("what documents name lies where they say", () => {
  const named = documents.flatMap((document) =>
    (readFileSync(new URL(document, ROOT), "utf8").match(NAMED) ?? []).map((path) => ({ document, path }))
  ).filter(({ path }) => !/\bNAME/.test(path));
  assert.ok(named.length > 20);
  const gone = named.filter(({ path }) => !existsSync(fileURLToPath(new URL(path, ROOT))));
  assert.deepEqual(gone, []);
});
