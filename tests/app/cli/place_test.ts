/** Paths are those of the folder where a command is typed, which `deno task` names in INIT_CWD. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { commandOf, drawPart, pipelineText, put, ROOT, withFolder, writeParts } from "./product.ts";

async function typedIn(folder: string, task: string, ...args: string[]) {
  const { code, stdout, stderr } = await commandOf(task, args, { INIT_CWD: folder }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

Deno.test("fit and score typed in a folder take and leave files there", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "data"), 24, 0);
    const here = join(folder, "new");
    await put(join(here, "part.png"), await drawPart(1, false));
    const fitted = await typedIn(
      folder,
      "fit",
      ...["mean_difference", "--side", "64", "--data", "data", "--out", "M", "--cache", "c"],
    );
    assert.equal(fitted.code, 0, fitted.err);
    assert.match(fitted.err, /deno task score --run M PICTURES/);
    const scored = await typedIn(here, "score", "--run", "../M", "part.png");
    assert.equal(scored.code, 0, scored.err);
    assert.match(scored.out, /^file,score,decision,reason\r?\npart\.png,/);
    const written = await typedIn(here, "score", "--run", "../M", "--out", "scores.csv", "part.png");
    assert.equal(written.code, 0, written.err);
    assert.match(await readFile(join(here, "scores.csv"), "utf8"), /\npart\.png,/);
    assert.ok(!existsSync(join(ROOT, "scores.csv")));
  });
});

Deno.test("a pipeline typed in a folder finds its file there, or in the project's pipelines/, and says where its run is", async () => {
  await withFolder(async (folder) => {
    const here = join(folder, "work");
    await writeParts(join(here, "d"));
    await mkdir(join(folder, "runs"));
    await put(join(here, "mine.ts"), pipelineText({ detectors: { mean_difference: {} }, ...ALONE, seeds: [1] }));
    const made = await typedIn(
      here,
      "pipeline",
      ...["mine.ts", "--data", "d", "--runs", "../runs", "--cache", "c", "--name", "it"],
    );
    assert.equal(made.code, 0, made.err);
    assert.match(made.err, /Report: +\.\.\/runs\/small\/it\/report\.html/);
    assert.ok(existsSync(join(folder, "runs/small/it/results.json")) && existsSync(join(here, "c")));
    const planned = await typedIn(here, "pipeline", "vad.ts", "--plan");
    assert.equal(planned.code, 0, planned.err);
  });
});

/** One detector alone. */
const ALONE = {
  methods: { "Mean difference": { alone: "mean_difference" } },
  decision: { benchmark: "supervised", method: "Mean difference", recall: 0.9 },
};
