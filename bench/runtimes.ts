/**
 * One picture after the other through `openScorer`, one thread, in Deno and in Node.js, before and after a full collection of
 * garbage that is forced, from which on V8 keeps its heap small:
 *
 *     deno task pack
 *     npm install --prefix FOLDER --ignore-scripts ./segad-segad-0.1.0.tgz
 *     deno task bench:runtimes FOLDER RUNDIR PICTURE…
 *
 * The processor's time is that of all threads, a picture. Buffers are what typed arrays grow by in the picture in the middle.
 */
import { execFileSync } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** What `scoring_loop.mjs` prints. */
interface Times {
  readonly code: number;
  readonly open: number;
  readonly before: Loop;
  readonly after: Loop;
  readonly rss: number;
}
interface Loop {
  readonly wall: number;
  readonly cpu: number;
  readonly buffers: number;
  readonly full: number;
  readonly scores: readonly number[];
}

const [folder, run, ...pictures] = process.argv.slice(2);
if (pictures.length === 0) {
  throw new TypeError("Cannot compare without pictures: name the folder of the package, a run folder and pictures");
}
const loop = fileURLToPath(new URL("./scoring_loop.mjs", import.meta.url));
// Node.js looks for packages where the script lies.
const copy = join(resolve(folder), "scoring_loop.mjs");
await copyFile(loop, copy);
const permissions = ["--allow-read", "--allow-env", "--allow-ffi", "--allow-sys"];
const deno = ["run", "--quiet", "--no-prompt", "--v8-flags=--expose-gc", ...permissions, loop];
const mod = new URL("../mod.ts", import.meta.url).href;
const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  "Deno": [process.execPath, ...deno, mod],
  "Node.js": ["node", "--expose-gc", copy, "@segad/segad"],
  "Node.js, --initial-heap-size=256": ["node", "--expose-gc", "--initial-heap-size=256", copy, "@segad/segad"],
};

console.log(
  "| runtime | code, s | opening, s | p50, ms | CPU ms | p50 after | CPU ms after | × Deno | full collections | buffers, MB | RSS, MB |",
);
console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
let first: Times | undefined;
for (const [name, [command, ...words]] of Object.entries(RUNTIMES)) {
  const { code, open, before, after, rss }: Times = JSON.parse(
    execFileSync(command, [...words, run, ...pictures], { encoding: "utf8" }),
  );
  first ??= { code, open, before, after, rss };
  if (before.scores.join() !== first.before.scores.join()) {
    throw new Error(`Cannot compare as ${name} gives other scores`);
  }
  const cells = [
    ...[code, open].map((value) => (value / 1000).toFixed(2)),
    ...[before.wall, before.cpu, after.wall, after.cpu].map((value) => value.toFixed(1)),
    (after.cpu / first.after.cpu).toFixed(2),
    `${before.full}, ${after.full}`,
    before.buffers > 0 ? before.buffers.toFixed(1) : "",
    rss.toFixed(0),
  ];
  console.log(`| ${[name, ...cells].join(" | ")} |`);
}
