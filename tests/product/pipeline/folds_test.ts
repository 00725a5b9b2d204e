import assert from "node:assert/strict";
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import { drawPart, put, withFolder, writeParts } from "../../app/cli/product.ts";
import { SMALL } from "../../app/cli/product.ts";

const definition = parseDefinition({
  ...SMALL,
  data: { layout: "folder" },
  detectors: { padim: {}, mean_difference: {} },
  segments: "rings",
  split: { kind: "folds", folds: 3 },
  benchmarks: { supervised: "all" },
  methods: {
    "PaDiM": { alone: "padim" },
    "Forest": { forest: ["padim", "mean_difference"], preset: "brf50", blocks: ["pooled"] },
    "Regression": { regression: "evidence" },
    "Together": { together: ["Forest", "Regression", "PaDiM"] },
    "Best": { best: ["Together", "PaDiM"] },
  },
  seeds: [1],
  decision: { benchmark: "supervised", method: "Best", recall: 0.95 },
});

Deno.test("all parts fit, train and are judged, none by what has seen it; the model scores new parts on the same scale", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "data"), 24, 10);
    const mapped: string[] = [];
    const run = async () =>
      await runPipeline(definition, {
        file: "small.ts",
        size: "small",
        device: "cpu",
        threads: 1,
        name: "it",
        data: join(folder, "data"),
        runs: join(folder, "runs"),
        cache: join(folder, "cache"),
        signal: new AbortController().signal,
        reporter: {
          say: () => {},
          warn: () => {},
          progress: ({ step, done, total }) => {
            if (step === "Anomaly maps" && done === total) mapped.push(`${total}`);
          },
        },
      });
    const summary = await run();
    const { results, scores, deployment } = summary!;
    assert.equal(results.failed, undefined);
    assert.deepEqual(results.rows.map(({ method }) => method), Object.keys(definition.methods));
    for (const { parts } of scores) assert.equal(parts.length, 34);
    const regression = results.rows.find(({ method }) => method === "Regression")!.auroc.mean;
    assert.deepEqual(results.worth!.map(({ kind, name }) => `${kind} ${name}`), [
      ...["detector padim", "detector mean_difference"],
      ...["border", "outer", "inner", "centre"].map((name) => `segment ${name}`),
      ...["pooled", "residual", "strangest", "standardised", "profile", "statistics"].map((name) => `block ${name}`),
      "parts half of the 10 bad parts",
    ]);
    for (const { without, difference } of results.worth!) {
      assert.ok(
        Math.abs(without + difference - regression) < 1e-9,
        "what is lost is lost of the row of the regression",
      );
    }
    assert.deepEqual(summary!.costs.map(({ name }) => name), ["padim", "mean_difference"]);
    assert.ok(summary!.costs.every(({ milliseconds, megabytes }) => milliseconds! > 0 && megabytes! > 0));

    // Good parts that fitted the detectors score as those do that they have never seen.
    const padim = scores.find(({ method }) => method === "PaDiM")!;
    const seen = padim.parts.filter(({ label }) => label === "good").map(({ score }) => score);
    const model = deployment!.model;
    const scorer = await openScorer(summary!.folder);
    const decided: string[] = [];
    try {
      await mkdir(join(folder, "new"));
      for (let i = 0; i < 16; i++) {
        const bad = i >= 8;
        const path = await put(join(folder, "new", `${i}.png`), await drawPart(900_000 + i, bad));
        const [{ score, decision, reason }] = await scorer.score([{ id: path, photo: await scorer.read(path) }]);
        assert.ok(Number.isFinite(score) && reason.length > 0);
        assert.equal(decision, score >= model.decision.threshold ? "bad" : "good");
        decided.push(`${bad ? "bad" : "good"} ${decision}`);
      }
    } finally {
      await scorer.close();
    }
    const right = decided.filter((each) => each === "bad bad" || each === "good good").length;
    assert.ok(right >= 13, decided.join());
    assert.ok(seen.every(Number.isFinite));
    assert.equal(model.decision.parts, 10);

    // One more picture makes one more map of each detector's, but for the fit that has changed: a bad one changes none.
    mapped.length = 0;
    await cp(join(folder, "new", "15.png"), join(folder, "data", "bad", "new.png"));
    await run();
    assert.deepEqual(mapped, ["1"]);
    const again = JSON.parse(await readFile(join(summary!.folder, "models/model.json"), "utf8"));
    assert.equal(again.decision.parts, 11);
  });
});

Deno.test("where the time for choosing is over, what was not weighed is named, and the choice is among the others", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "data"), 20, 8);
    const summary = await runPipeline(definition, {
      ...{ file: "small.ts", size: "small", device: "cpu", threads: 1, name: "it", data: join(folder, "data") },
      runs: join(folder, "runs"),
      cache: join(folder, "cache"),
      minutes: 0,
      signal: new AbortController().signal,
      reporter: { say() {}, warn() {}, progress() {} },
    });
    const { results, deployment } = summary!;
    assert.deepEqual(results.failed!.map(({ method }) => method), ["Forest"]);
    assert.match(results.failed![0].reason, /the 0 minutes for choosing are over/);
    assert.deepEqual(results.rows.map(({ method }) => method), ["PaDiM", "Regression", "Together", "Best"]);
    const { judge } = deployment!;
    assert.ok(judge.kind !== "together" || judge.members.every((member) => member.judge.kind !== "forest"));
  });
});

Deno.test("what needs folds is refused without them, and folds where something cannot be left out", () => {
  const methods = { ...definition.methods, Best: { best: ["Together", "Nobody"] } };
  assert.throws(() => parseDefinition({ ...definition, methods }), /methods\["Best"\].best must name methods .*Nobody/);
  assert.throws(
    () => parseDefinition({ ...definition, split: { kind: "auto" } }),
    /methods\["Regression"\] can be judged only where split.kind is "folds"/,
  );
});
