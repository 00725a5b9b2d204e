import assert from "node:assert/strict";
import { join } from "node:path";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import type { PipelineDefinition } from "../../../lib/product/experiment/definition.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import type { RunSummary } from "../../../lib/product/run/run.ts";
import { drawPart, put, SMALL, withFolder, writeParts } from "../../app/cli/product.ts";

const small = parseDefinition({ ...SMALL, seeds: [1] });

async function run(folder: string, definition: PipelineDefinition): Promise<RunSummary> {
  const summary = await runPipeline(definition, {
    ...{ file: "small.ts", size: "small", device: "cpu", threads: 1, name: "it" },
    data: join(folder, "data"),
    runs: join(folder, "runs"),
    cache: join(folder, "cache"),
    signal: new AbortController().signal,
    reporter: { say() {}, warn() {}, progress() {} },
  });
  return summary!;
}

/** How many of some new parts a model calls what. */
async function callsOf(folder: string, model: string, bad: boolean, count: number): Promise<Record<string, number>> {
  const scorer = await openScorer(model, { threads: 1 });
  const calls: Record<string, number> = {};
  try {
    for (let i = 0; i < count; i++) {
      const path = await put(
        join(folder, "new", `${bad}${i}.png`),
        await drawPart(700_000 + i + (bad ? 5000 : 0), bad),
      );
      const [{ decision }] = await scorer.score([{ id: path, photo: await scorer.read(path) }]);
      calls[decision] = (calls[decision] ?? 0) + 1;
    }
  } finally {
    await scorer.close();
  }
  return calls;
}

Deno.test("a forest that had too few parts to split is not shipped: a detector stands in for it, and the run says so", async () => {
  await withFolder(async (folder) => {
    // Of 12 good parts 4 train the forest, of 6 bad ones 3: no leaf can be so small.
    await writeParts(join(folder, "data"), 12, 6);
    const { deployment } = await run(folder, small);
    const { model, instead } = deployment!;
    assert.match(
      instead!,
      /^Both gives parts that it was not trained on one score, .* PatchCore alone decides in its place$/,
    );
    assert.deepEqual([model.method, model.judge], ["PatchCore", "detector"]);
    assert.equal(model.detectors.length, 1);
    const calls = await callsOf(folder, join(folder, "runs/small/it"), true, 12);
    assert.ok((calls.bad ?? 0) >= 9, JSON.stringify(calls));
  });
});

Deno.test("the threshold of a forest lies on its own scale: new parts are called as it says of those that the forest has not seen", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "data"), 60, 24);
    const decision = { ...small.decision, recall: 0.95 };
    const { deployment, folder: made } = await run(folder, { ...small, decision });
    assert.equal(deployment!.model.judge, "forest");
    const bad = await callsOf(folder, made, true, 20);
    const good = await callsOf(folder, made, false, 20);
    const { decision: found } = deployment!.model;
    // Of the exact interval of what is seen, and another 20 parts.
    const [low, high] = found.alarms!.interval;
    assert.ok(
      bad.bad >= 16 && 20 * low - 3 <= (good.bad ?? 0) && (good.bad ?? 0) <= 20 * high + 3,
      JSON.stringify({ bad, good, found }),
    );
    // Exact bounds: with 12 bad parts all caught the share is at least 0.025^(1/12).
    const { parts, rate, interval } = deployment!.model.decision;
    assert.equal(parts, 12);
    if (rate === 1) assert.ok(Math.abs(interval[0] - 0.7353) < 1e-3, `${interval}`);
  });
});

Deno.test("with a share of false alarms parts between two thresholds are for a person to look at", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "data"), 40, 16);
    // Grey means tell these parts apart badly: the classes overlap.
    const overlap = parseDefinition({
      ...small,
      detectors: { mean_difference: {} },
      methods: { "Mean difference": { alone: "mean_difference" } },
      decision: { benchmark: "supervised", method: "Mean difference", recall: 0.95, falseAlarms: 0.05 },
    });
    const { deployment, folder: made } = await run(folder, overlap);
    const { threshold, review } = deployment!.model.decision;
    assert.ok(review !== undefined && review < threshold);
    const scorer = await openScorer(made, { threads: 1 });
    assert.deepEqual([scorer.threshold, scorer.review], [threshold, review]);
    await scorer.close();
    assert.ok((await callsOf(folder, made, false, 20)).review > 0);
    // One threshold that is given stands in place of both.
    const moved = await openScorer(made, { threads: 1, threshold: review });
    assert.equal(moved.review, undefined);
    await moved.close();
    await assert.rejects(openScorer(made, { threads: 1, threshold: 1, review: 2 }), /cannot be looked at from 2 on/);
  });
});
