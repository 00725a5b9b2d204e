/**
 * The examples in comments run and say what is right. `deno test --doc` gives each a thread, which takes a minute more, and lets
 * pass what `console.assert` finds. Their types are looked at by the check.
 */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../app/cli/product.ts";

/** What no example is in, as it runs elsewhere. */
const ELSEWHERE = /\.as\.ts$|\.generated\.ts$|\/serve\/(page\/browser|connect\/mqtt|connect\/opcua)\//;

interface Example {
  /** The file below the project, and the line where it begins. */
  readonly place: string;
  readonly code: string;
}

async function examplesOf(path: string): Promise<Example[]> {
  const lines = (await readFile(join(ROOT, path), "utf8")).split("\n");
  const examples: Example[] = [];
  const prefix = path.endsWith(".md") ? /^/ : /^ *\* ?/;
  let begun: number | undefined;
  for (const [i, line] of lines.entries()) {
    if (!prefix.test(line)) continue;
    const text = line.replace(prefix, "");
    if (begun === undefined && text === "```ts") begun = i + 1;
    else if (begun !== undefined && text === "```") {
      const code = lines.slice(begun, i).map((each) => each.replace(prefix, "")).join("\n");
      examples.push({ place: `${path}:${begun}`, code });
      begun = undefined;
    }
  }
  return examples;
}

/** The same code where its relative imports are found from anywhere. */
function importable({ place, code }: Example): string {
  const file = pathToFileURL(join(ROOT, place.slice(0, place.lastIndexOf(":"))));
  return code.replace(/(from\s*|import\s*|import\()"(\.[^"]*)"/g, (_, word, path) => `${word}"${new URL(path, file)}"`);
}

async function run(example: Example): Promise<void> {
  const script = stripTypeScriptTypes(importable(example));
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { assert: before } = console;
  console.assert = (holds?: boolean, ...more: unknown[]) => assert.ok(holds, more.join(" ") || "the example is wrong");
  try {
    await import(url);
  } finally {
    console.assert = before;
    URL.revokeObjectURL(url);
  }
}

const files = (await Promise.all(
  ["lib", "packages", "tests/method"].map(async (folder) =>
    (await readdir(join(ROOT, folder), { recursive: true })).map((name) => `${folder}/${name}`)
  ),
)).flat().filter((path) => /\.ts$|^packages\/.*\.md$/.test(path) && !ELSEWHERE.test(path));
let count = 0;
for (const path of ["mod.ts", "types.ts", ...files].sort()) {
  for (const example of await examplesOf(path)) {
    count++;
    Deno.test(`the example at ${example.place} runs and is right`, () => run(example));
  }
}

Deno.test("examples are found, and one that is wrong fails", async () => {
  assert.ok(count > 250, `${count} examples`);
  await assert.rejects(run({ place: "mod.ts:1", code: 'console.assert(Number("1") === 2);' }), /the example is wrong/);
});
