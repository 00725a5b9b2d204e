/** The process that trains, told what a station tells it. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beginTraining } from "../../../lib/app/serve/jobs/child.ts";
import type { TrainingMessage } from "../../../lib/app/serve/jobs/training_spec.ts";
import { drawPart, pipelineText, put, withFolder, writeParts } from "../cli/product.ts";
import { FOLDED } from "./service.ts";

Deno.test("a training aligns with the picture that it is told, and says what the map was worth, with its chance", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 16, 9);
    const { PaDiM, Regression } = FOLDED.methods;
    const align = await put(join(folder, "mean.png"), await drawPart(1, false));
    const pipeline = await put(
      join(folder, "small.ts"),
      pipelineText({ ...FOLDED, detectors: { padim: { dims: 20 } }, methods: { PaDiM, Regression } }),
    );
    const done = Promise.withResolvers<Extract<TrainingMessage, { kind: "done" }>>();
    const child = beginTraining({
      ...{ data, pipeline, both: true, worth: false, name: "it" },
      changes: { align, segments: "none", decision: {} },
      ...{ runs: join(folder, "runs"), cache: join(folder, "cache") },
    }, (message) => {
      if (message.kind === "done") done.resolve(message);
      if (message.kind === "failed" || message.kind === "stopped") done.reject(new Error(JSON.stringify(message)));
    });
    const { run, facts } = await done.promise;
    await child.ended;
    for (const one of [run, `${run}-rings`]) {
      const { picture, files } = JSON.parse(await readFile(join(one, "models/model.json"), "utf8"));
      assert.deepEqual([picture.height, picture.align], [64, files["reference.png"]]);
    }
    assert.ok(facts.without);
    assert.match(
      facts.mapWorth!,
      /^(With the segment map the model has [\d.]+ points of AUROC (more|less) than without it, (beyond|which may be) chance|The model has the same AUROC)/,
    );
  });
});
