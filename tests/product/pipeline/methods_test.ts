import assert from "node:assert/strict";
import { join } from "node:path";
import { defineFeature, featureSet, statistics, wholePicture } from "../../../mod.ts";
import { encodeGrey } from "../../../lib/picture/image/encode.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import { columnsOf } from "../../../lib/method/judge/table.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import ablation from "../../../pipelines/ablation.ts";
import { put, SMALL, withFolder, writeParts } from "../../app/cli/product.ts";

const quiet = { reporter: { say: () => {}, warn: () => {}, progress: () => {} }, signal: new AbortController().signal };
const options = { file: "small.ts", size: "small", device: "cpu", threads: 1, ...quiet } as const;
const most = defineFeature("max", (pixels) => pixels.reduce((a, b) => Math.max(a, b), -Infinity));

Deno.test("a method can have a forest and columns of its own, and a row can be the mean of others", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data);
    const labels = Uint8Array.from({ length: 64 * 64 }, (_, i) => i % 64 < 40 ? 0 : 1);
    await put(join(folder, "map.png"), await encodeGrey(tensor<"u8", ["H", "W"], "label">("u8", [64, 64], labels)));
    const legend = { name: "halves", labels: [{ value: 0, name: "left" }, { value: 1, name: "right" }] };
    await put(join(folder, "map.json"), JSON.stringify(legend));
    const definition = parseDefinition({
      ...SMALL,
      segments: join(folder, "map.png"),
      features: featureSet("all", [statistics, wholePicture, most]),
      methods: {
        "Mean": { mean: ["PatchCore", "PaDiM"] },
        "PatchCore": { alone: "patchcore" },
        "PaDiM": { alone: "padim" },
        "Whole": { forest: ["patchcore"], columns: ["whole.*.*"] },
        "Max": { forest: ["patchcore", "padim"], columns: ["*.*.max"] },
        "RF": { forest: ["patchcore"], columns: ["whole.*.*"], preset: "rf" },
      },
      decision: { benchmark: "supervised", method: "Max", recall: 0.9 },
    });
    const at = { runs: join(folder, "runs"), cache: join(folder, "cache"), data };
    const { results, scores, deployment } = (await runPipeline(definition, { ...options, ...at, name: "it" }))!;
    const [mean, patchcore, padim] = results.rows;
    assert.equal(mean.method, "Mean");
    mean.auroc.values.forEach((value, i) =>
      assert.ok(Math.abs(value - (patchcore.auroc.values[i] + padim.auroc.values[i]) / 2) < 1e-12)
    );
    assert.deepEqual(columnsOf(deployment!.judge), [
      ...["left.patchcore.max", "left.padim.max", "right.patchcore.max", "right.padim.max"],
    ]);
    // Without segments the paper's features are those of the whole picture.
    const plain = parseDefinition({
      ...SMALL,
      methods: {
        "Whole": { forest: ["patchcore"] },
        "RF": { forest: ["patchcore"], preset: "rf" },
        "Means": { forest: ["patchcore", "padim"], columns: ["*.*.mean"] },
      },
      decision: { benchmark: "supervised", method: "Means", recall: 0.9 },
    });
    const other = (await runPipeline(plain, { ...options, ...at, name: "plain" }))!;
    const of = (sets: typeof scores, method: string) =>
      sets.filter((set) => set.method === method).map(({ parts }) => parts.map(({ score }) => score));
    for (const method of ["Whole", "RF"]) assert.deepEqual(of(scores, method), of(other.scores, method));
    assert.notDeepEqual(of(scores, "Whole"), of(scores, "RF"));
    const [{ id, score }] = other.scores.find((set) => set.method === "Means")!.parts;
    const scorer = await openScorer(other.folder, { threads: 1 });
    const [verdict] = await scorer.score([{ id, photo: await scorer.read(join(data, id)) }]);
    await scorer.close();
    assert.ok(Math.abs(verdict.score - score) < 1e-6);
  });
});

Deno.test("columns that are not there, means of means and a mean that shall decide are refused", async () => {
  assert.deepEqual(parseDefinition(ablation("paper")).seeds.length, 5);
  const wrong = (methods: object, decision = "PatchCore") => () =>
    parseDefinition({ ...SMALL, methods, decision: { ...SMALL.decision, method: decision } });
  assert.throws(
    wrong({ "PatchCore": { alone: "patchcore" }, "M": { mean: ["PatchCore"] }, "N": { mean: ["M"] } }),
    /methods\["N"\]\.mean must name methods that are no means \(PatchCore\): found "M"/,
  );
  assert.throws(
    wrong({ "PatchCore": { alone: "patchcore" }, "M": { mean: ["PatchCore"] } }, "M"),
    /decision\.method must be no mean/,
  );
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"));
    const definition = parseDefinition({
      ...SMALL,
      methods: { "Both": { forest: ["patchcore"], columns: ["wire.*.q995"] } },
    });
    const at = { runs: join(folder, "runs"), cache: join(folder, "cache"), data: join(folder, "parts") };
    await assert.rejects(
      runPipeline(definition, { ...options, ...at, name: "it" }),
      /methods\["Both"\]\.columns must name features such as ".*": found "wire\.\*\.q995"/,
    );
  });
});
