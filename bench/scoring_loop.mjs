/**
 * Scores pictures one after the other, as a program that has the package would, and prints what one takes: for `runtimes.ts`,
 * which runs this in Deno and in Node.js, with `--expose-gc`.
 *
 *     … scoring_loop.mjs MODULE RUNDIR PICTURE…        MODULE: what is imported, a name or a URL
 */
import { readFile } from "node:fs/promises";
import { PerformanceObserver } from "node:perf_hooks";
import process from "node:process";

const WARM = 40, REPEATS = 80;

const [module, run, ...paths] = process.argv.slice(2);
const begun = performance.now();
const { openScorer } = await import(module);
const loaded = performance.now();
const scorer = await openScorer(run, { threads: 1, judgeAll: true });
const opened = performance.now();
const files = await Promise.all(paths.map((path) => readFile(path)));
let [next, full] = [0, 0];
/** A mark-compact, or an incremental marking that leads to one. Deno does not tell. */
const FULL = 4;
new PerformanceObserver((list) => {
  for (const { detail } of list.getEntries()) if (detail?.kind === FULL) full++;
}).observe({ entryTypes: ["gc"] });

/** @param {number} count how many pictures */
async function score(count) {
  const [walls, grown] = [[], []];
  let { user, system } = process.cpuUsage();
  const [from, collected] = [user + system, full];
  const scores = [];
  for (let i = 0; i < count; i++, next++) {
    const begun = performance.now();
    const before = process.memoryUsage().arrayBuffers;
    const picture = await scorer.open(files[next % files.length]);
    const [{ score }] = await scorer.score([{ id: paths[next % files.length], ...picture }]);
    walls.push(performance.now() - begun);
    grown.push(process.memoryUsage().arrayBuffers - before);
    scores.push(score);
  }
  ({ user, system } = process.cpuUsage());
  // Entries of the observer come when nothing else is to do.
  await new Promise((done) => setTimeout(done, 50));
  const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  return {
    wall: middle(walls),
    cpu: (user + system - from) / 1000 / count,
    buffers: middle(grown) / 1e6,
    full: full - collected,
    scores: scores.slice(0, files.length),
  };
}

await score(WARM);
next = 0;
const before = await score(REPEATS);
for (let i = 0; i < 3; i++) globalThis.gc();
next = 0;
const after = await score(REPEATS);
const { rss } = process.memoryUsage();
await scorer.close();
console.log(JSON.stringify({ code: loaded - begun, open: opened - loaded, before, after, rss: rss / 1e6 }));
