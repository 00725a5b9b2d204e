/**
 * How far the graph of a run is from the product on any pictures:
 *
 *     deno run -A tools/export_agreement.ts RUNDIR PATH…
 *
 * prints the largest difference of the scores, the decisions that differ, and the milliseconds of each.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tensor } from "../lib/base/tensor/tensor.ts";
import { openRuntime } from "../lib/engine/session/runtime.ts";
import { DECISIONS } from "../lib/product/export/compare.ts";
import { exportModel } from "../lib/product/export/export.ts";
import { listFiles } from "../lib/product/model/score_files.ts";
import { openScorer } from "../lib/product/model/scorer.ts";

const [run, ...paths] = Deno.args;
if (paths.length === 0) throw new Error("Cannot compare as there is nothing to score: name a run folder and pictures");
const out = await mkdtemp(join(tmpdir(), "export-"));
await exportModel({ run, out });
const runtime = await openRuntime();
const session = await runtime.open(await readFile(join(out, "model.onnx")), "model.onnx");
await rm(out, { recursive: true });
const scorer = await openScorer(run);
const files = await listFiles(paths);
const spent = { product: 0, graph: 0 };
let [worst, where, other] = [0, "", 0];
for (const file of files) {
  const photo = await scorer.read(file);
  const begun = performance.now();
  const [verdict] = await scorer.score([{ id: file, photo }]);
  const middle = performance.now();
  const found = await session.run({ picture: tensor("u8", [1, ...photo.shape], photo.data) }, ["score", "decision"]);
  spent.graph += performance.now() - middle;
  spent.product += middle - begun;
  const difference = Math.abs(found.score.data[0] - verdict.score);
  if (DECISIONS[found.decision.data[0]] !== verdict.decision) other++;
  if (!(difference <= worst)) [worst, where] = [difference, file];
}
console.log(`${files.length} pictures; scores differ by ${worst.toExponential(2)} at most (${where})`);
console.log(`${other} decisions differ`);
const each = (sum: number) => (sum / files.length).toFixed(1);
console.log(`${each(spent.product)} ms a picture by the product, ${each(spent.graph)} ms by the graph`);
await Promise.all([scorer.close(), session.release()]);
