/**
 * THIRD_PARTY.md: the licence of every package that the locks name, and of what is committed of others.
 *
 *     deno task licences           # writes it; what this machine has not installed, npm is asked about
 *     deno task licences --check   # fails where the list is not that of the locks; reads no more than files of the project
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const FILE = "THIRD_PARTY.md";
/** Who needs what, by the locks. */
const LISTS = [
  { title: "To run", lock: "deno.lock" },
  { title: "For the service, beside these", lock: "lib/app/serve/deno.lock" },
  { title: "Part of the page of the service, committed with it", lock: "lib/app/serve/page/browser/deno.lock" },
  { title: "To run on several machines", lock: "lib/app/queue/redis/deno.lock" },
  { title: "To tell brokers of MQTT", lock: "lib/app/serve/connect/mqtt/deno.lock" },
  { title: "For the page of an exported model, beside these", lock: "lib/app/page/deno.lock" },
  { title: "To answer clients of OPC UA", lock: "lib/app/serve/connect/opcua/deno.lock" },
  { title: "To test and build", lock: "tests/deno.lock" },
];
const INTRODUCTION = `# What others have made

The project is under the Apache License 2.0 ([LICENSE](LICENSE)). Committed with it, under licences of their own:

| what                                   | licence      | where                                                      |
| -------------------------------------- | ------------ | ---------------------------------------------------------- |
| weights of EfficientNet-Lite0          | Apache-2.0   | \`lib/method/backbone/LICENSE-efficientnet_lite0\`           |
| XGBoost 3.2.0 and dmlc-core, compiled  | Apache-2.0   | \`packages/xgboost-wasm/LICENSE\`, \`NOTICE\`                  |

Installed from npm, with those that they bring; only the first list is needed to run on one machine. sharp's \`@img\` packages are for one
system each, and one of them is installed. Made by \`deno task licences\` from the locks.
`;

/** Names and versions in a lock, sorted; behind a version stand those of its peers. */
export function lockedPackages(lock: string): string[] {
  const { npm } = JSON.parse(lock) as { npm: Record<string, unknown> };
  return [...new Set(Object.keys(npm).map((key) => /^@?[^@]+@[^_]+/.exec(key)![0]))].sort();
}

/** Names and versions in the tables of the file. */
export function listedPackages(text: string): string[] {
  return [...text.matchAll(/^\| `([^`]+@\d[^`]*)` /gm)].map(([, name]) => name).sort();
}

/** Imports of the product that the tests do not have, or have another version of. */
export function differingImports(product: string, tests: string): string[] {
  const [ours, theirs] = [product, tests].map((text) => JSON.parse(text).imports as Record<string, string>);
  return Object.keys(ours).filter((name) => ours[name] !== theirs[name]);
}

function licenceOf(id: string, cache: string): string {
  const at = id.lastIndexOf("@");
  const [name, version] = [id.slice(0, at), id.slice(at + 1)];
  const path = join(cache, name, version, "package.json");
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8")).license ?? "none said";
  return execFileSync("npm", ["view", id, "license"], { encoding: "utf8" }).trim();
}

function cacheFolder(): string {
  const { npmCache } = JSON.parse(execFileSync(process.execPath, ["info", "--json"], { encoding: "utf8" }));
  return join(npmCache, "registry.npmjs.org");
}

function table(title: string, ids: readonly string[], cache: string): string {
  const rows = ids.map((id) => `| \`${id}\` | ${licenceOf(id, cache)} |`);
  return [`\n## ${title}\n`, "| package | licence |", "| --- | --- |", ...rows, ""].join("\n");
}

if (import.meta.main) {
  // What an earlier list has, a later one does not repeat.
  const known = new Set<string>();
  const lists = LISTS.map(({ title, lock }) => {
    const own = lockedPackages(readFileSync(lock, "utf8")).filter((id) => !known.has(id));
    for (const id of own) known.add(id);
    return { title, own };
  });
  const all = [...known];
  if (process.argv.includes("--check")) {
    const listed = listedPackages(readFileSync(FILE, "utf8"));
    const wrong = all.filter((id) => !listed.includes(id)).map((id) => `${FILE} does not list ${id}`);
    wrong.push(...listed.filter((id) => !all.includes(id)).map((id) => `no lock has ${id}`));
    for (
      const [ours, theirs] of [
        ["deno.json", "tests/deno.json"],
        ["deno.json", "lib/app/serve/deno.json"],
        ["deno.json", "lib/app/page/deno.json"],
        ["lib/app/queue/redis/deno.json", "tests/deno.json"],
        ["lib/app/serve/deno.json", "tests/deno.json"],
        ["lib/app/page/deno.json", "tests/deno.json"],
      ]
    ) {
      const differing = differingImports(readFileSync(ours, "utf8"), readFileSync(theirs, "utf8"));
      wrong.push(...differing.map((name) => `${ours} and ${theirs} import another ${name}`));
    }
    for (const line of wrong) console.error(line);
    if (wrong.length > 0) process.exit(1);
  } else {
    const cache = cacheFolder();
    const parts = lists.map(({ title, own }) => table(title, own, cache));
    writeFileSync(FILE, INTRODUCTION + parts.join(""));
  }
}
