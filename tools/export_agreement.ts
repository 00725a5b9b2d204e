/**
 * How far the graph of a run is from the product on any pictures:
 *
 *     deno run -A tools/export_agreement.ts [--any] RUNDIR PATH…
 *
 * prints the largest difference of the scores, the decisions that differ, and the milliseconds of processors and of the clock that
 * each takes a picture. With `--any` the graph is given pictures as they are, and resizes them.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { tensor } from "../lib/base/tensor/tensor.ts";
import { openRuntime } from "../lib/engine/session/runtime.ts";
import { DECISIONS } from "../lib/product/export/compare.ts";
import { exportModel } from "../lib/product/export/export.ts";
import { listFiles } from "../lib/product/model/score_files.ts";
import { readSource } from "../lib/picture/image/read_source.ts";
import { toPhoto } from "../lib/picture/image/pixels.ts";
import { openScorer } from "../lib/product/model/scorer.ts";

const any = Deno.args[0] === "--any";
const [run, ...paths] = Deno.args.slice(any ? 1 : 0);
if (paths.length === 0) throw new Error("Cannot compare as there is nothing to score: name a run folder and pictures");
const out = await mkdtemp(join(tmpdir(), "export-"));
await exportModel({ run, out, input: any ? "any" : "model" });
const runtime = await openRuntime();
const session = await runtime.open(await readFile(join(out, "model.onnx")), "model.onnx");
await rm(out, { recursive: true });
const scorer = await openScorer(run);
const files = await listFiles(paths);
/** What pieces of work take. */
function stopwatch() {
  let [clock, processors] = [0, 0];
  return {
    async over<T>(work: () => Promise<T>): Promise<T> {
      const [begun, used] = [performance.now(), process.cpuUsage()];
      const result = await work();
      const { user, system } = process.cpuUsage(used);
      clock += performance.now() - begun;
      processors += (user + system) / 1000;
      return result;
    },
    text: (count: number) =>
      `${(processors / count).toFixed(1)} ms of processors, ${(clock / count).toFixed(1)} ms of the clock a picture`,
  };
}
const spent = { product: stopwatch(), graph: stopwatch() };
let [worst, where, other] = [0, "", 0];
for (const file of files) {
  const photo = await scorer.read(file);
  const [verdict] = await spent.product.over(() => scorer.score([{ id: file, photo }]));
  const { shape, data } = any ? toPhoto(await readSource(file, scorer.picture)) : photo;
  const picture = tensor("u8", [1, ...shape], data);
  const found = await spent.graph.over(() => session.run({ picture }, ["score", "decision"]));
  const difference = Math.abs(found.score.data[0] - verdict.score);
  if (DECISIONS[found.decision.data[0]] !== verdict.decision) other++;
  if (!(difference <= worst)) [worst, where] = [difference, file];
}
console.log(`${files.length} pictures; scores differ by ${worst.toExponential(2)} at most (${where})`);
console.log(`${other} decisions differ`);
console.log(`the product: ${spent.product.text(files.length)}; the graph: ${spent.graph.text(files.length)}`);
await Promise.all([scorer.close(), session.release()]);
