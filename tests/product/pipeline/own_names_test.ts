import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readCsv } from "../../../lib/base/io/csv.ts";
import { encodePng } from "../../../lib/picture/image/encode.ts";
import { photo } from "../../../lib/domain.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import { put, SMALL, withFolder, writeParts } from "../../app/cli/product.ts";

Deno.test("a run whose detectors, methods, benchmarks and segments are called as what every object has is like any other", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"), 12, 6);
    const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => Number(i > 5000));
    const map = await put(join(folder, "map.png"), await encodePng(photo([64, 64, 3], pixels)));
    const labels = ["constructor", "hasOwnProperty"].map((name, value) => ({ value, name }));
    await put(join(folder, "map.json"), JSON.stringify({ name: "map", labels }));
    const rename = (names: Readonly<Record<string, string>>, name: string) => names[name] ?? name;
    const named = async (names: Readonly<Record<string, string>>) => {
      const [detector, method, both, benchmark] = ["padim", "PaDiM", "Both", "supervised"].map((n) => rename(names, n));
      const text = JSON.stringify({
        ...SMALL,
        detectors: { D: { type: "padim", dims: 20 } },
        benchmarks: { B: "all" },
        methods: { M: { alone: detector }, F: { forest: [detector] } },
        decision: { benchmark, method: both, recall: 0.9 },
        paper: { B: {} },
        ...{ seeds: [1], segments: map },
      }).replace('"D"', JSON.stringify(detector)).replace('"M"', JSON.stringify(method))
        .replace('"F"', JSON.stringify(both)).replaceAll('"B"', JSON.stringify(benchmark));
      const place = join(folder, detector);
      const run = await runPipeline(parseDefinition(JSON.parse(text)), {
        ...{ file: "", data: join(folder, "parts"), size: "small", device: "cpu", threads: 1, name: "it" } as const,
        ...{ runs: join(place, "runs"), cache: join(place, "cache") },
        reporter: { say: () => {}, warn: () => {}, progress: () => {} },
        signal: new AbortController().signal,
      });
      const scores = await readCsv(join(run!.folder, "scores.csv"), ["benchmark", "method", "score"]);
      const { rows } = JSON.parse(await readFile(join(run!.folder, "results.json"), "utf8"));
      const scorer = await openScorer(run!.folder, { threads: 1 });
      const [verdict] = await scorer.score([
        { id: "a", photo: await scorer.read(join(folder, "parts/bad/000.png")) },
      ]);
      await scorer.close();
      return {
        methods: new Set(scores.map(({ method }) => method)),
        benchmarks: new Set(scores.map(({ benchmark }) => benchmark)),
        scores: scores.map(({ score }) => score),
        aurocs: rows.map(({ auroc }: { auroc: unknown }) => JSON.stringify(auroc)),
        paper: rows.map(({ paper }: { paper?: unknown }) => paper),
        score: verdict.score,
        reason: verdict.reason,
      };
    };
    const plain = await named({});
    const odd = await named({ padim: "constructor", PaDiM: "__proto__", Both: "toString", supervised: "constructor" });
    assert.deepEqual([...odd.methods].sort(), ["__proto__", "toString"]);
    assert.deepEqual([...odd.benchmarks], ["constructor"]);
    assert.deepEqual(odd.scores.toSorted(), plain.scores.toSorted());
    assert.deepEqual(odd.aurocs.toSorted(), plain.aurocs.toSorted());
    assert.equal(odd.score, plain.score);
    assert.equal(odd.reason, plain.reason);
    for (const figures of odd.paper) assert.equal(typeof figures, "undefined");
  });
});
