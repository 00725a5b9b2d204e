/**
 * Files to scores as `deno task score` gives them, beside a plain loop in Python over the same model: PIL, and ONNX Runtime on
 * the graph that `deno task export` writes. Opening the model counts on both sides, starting the process on neither.
 *
 * SEGAD_SCORE_RUN names a run and SEGAD_SCORE_PICTURES a folder of pictures; without them a model of the stand-in is fitted.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { exportModel } from "../../lib/product/export/export.ts";
import { listFiles, scorePictures } from "../../lib/product/model/score_files.ts";
import { fitStandIn } from "../stand_in_model.ts";
import type { PeerCase } from "./case.ts";

const { SEGAD_SCORE_RUN, SEGAD_SCORE_PICTURES } = process.env;
/** Of drawn pictures, which are few: each is scored so often. */
const TIMES = 12;
const given: string[] = [];
let known: { readonly run: string; readonly paths: readonly string[] } | undefined;

/** The model and pictures, and for the peer the graph and a list of the pictures. */
async function prepare() {
  const folder = mkdtempSync(join(tmpdir(), "segad-score-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  let [run, paths]: [string, readonly string[]] = ["", []];
  if (SEGAD_SCORE_RUN !== undefined && SEGAD_SCORE_PICTURES !== undefined) {
    [run, paths] = [SEGAD_SCORE_RUN, await listFiles([SEGAD_SCORE_PICTURES])];
  } else {
    const made = await fitStandIn();
    process.on("exit", () => rmSync(made.folder, { recursive: true, force: true }));
    [run, paths] = [made.run, Array.from({ length: TIMES }, () => made.paths).flat()];
  }
  const out = join(folder, "exported");
  await exportModel({ run, out, pictures: paths.slice(0, 2), precision: "f32" });
  const list = join(folder, "pictures.txt");
  writeFileSync(list, paths.join("\n"));
  given.push("--model", join(out, "model.onnx"), "--pictures", list);
  return { run, paths };
}

const peer: PeerCase = {
  name: "score, files to scores",
  about:
    "the model of folder.ts on all cores; the peer reads by PIL and runs the exported graph by ONNX Runtime, 8 at once",
  script: "score.py",
  arguments: given,
  async ours(repeats) {
    const { run, paths } = known ??= await prepare();
    const seconds: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const start = performance.now();
      let scored = 0;
      await scorePictures({
        ...{ run, paths, judgeAll: true },
        reporter: { say: () => {}, warn: console.error, progress: () => {} },
        signal: new AbortController().signal,
      }, (line) => {
        if (line.error !== undefined) throw new Error(line.error);
        scored++;
      });
      if (scored !== paths.length) throw new Error(`Cannot time scoring as ${scored} of ${paths.length} were scored`);
      seconds.push((performance.now() - start) / 1000);
    }
    return seconds;
  },
};
export default peer;
