/** Maps of the published code's layout, judged: figures, scores and features are those of the Python reference. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasMappedClass, mapFiles, parseMap, readMappedClass } from "../../../lib/product/published/map_files.ts";
import { sha256 } from "../../../lib/base/io/hash.ts";
import { readReference } from "../../../lib/product/published/read_reference.ts";
import { parseReference } from "../../../lib/product/published/definition.ts";
import { computeRow } from "../../../lib/product/published/features.ts";
import { runReference } from "../../../lib/product/published/run.ts";
import { drawReferenceMaps } from "../../../tools/draw_reference_maps.ts";

interface Figures {
  auroc: number;
  fpr95: number;
}
interface Expected {
  results: (Figures & { class: string; set: string; seed: number; scores: string; alone?: Figures })[];
  features: { class: string; set: string; shape: [number, number]; missing: number; sha256: string }[];
}

const expected: Expected = JSON.parse(
  await readFile(new URL("./fixtures/reference_results.json", import.meta.url), "utf8"),
);
const rowNames: Record<string, string> = { efficient_ad: "EfficientAD", rd4ad: "RD4AD", all_ad: "All AD" };
const detectorsOf = (set: string) => set === "all_ad" ? ["efficient_ad", "rd4ad"] : [set];
const segments: Record<string, number> = { candle: 2, pcb1: 6 };

async function withMaps(use: (root: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "segad-reference-"));
  try {
    await drawReferenceMaps(join(folder, "data"));
    await use(join(folder, "data"), folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function optionsIn(folder: string, onStep: (done: number, step: string) => void = () => {}) {
  return {
    file: "visa.ts",
    maps: folder,
    runs: join(folder, "runs"),
    cache: join(folder, "cache"),
    name: "test",
    forest: { workers: 2 },
    reporter: {
      say: () => {},
      warn: () => {},
      progress: ({ done, step }: { done: number; step: string }) => onStep(done, step),
    },
    signal: new AbortController().signal,
  };
}

Deno.test("features are those of numpy and scipy, bit for bit", async () => {
  await withMaps(async (root) => {
    for (const { class: name, set, shape, missing, sha256: hash } of expected.features) {
      const detectors = detectorsOf(set);
      const count = segments[name];
      const { training, test } = await readMappedClass(root, name, detectors);
      const rows: number[] = [];
      for (const part of [...training, ...test]) {
        const own: Float32Array[] = [];
        for (const detector of detectors) {
          const [map, labels] = await Promise.all(mapFiles(root, name, detector, part).map((path) => readFile(path)));
          own.push(computeRow(parseMap(new Uint8Array(map), new Uint8Array(labels), count, part.name), count));
        }
        for (let s = 0; s < count; s++) for (const row of own) rows.push(...row.subarray(4 * s, 4 * s + 4));
        for (const row of own) rows.push(row[4 * count]);
      }
      const data = Float32Array.from(rows, (value) => Number.isNaN(value) ? NaN : value);
      assert.equal(data.length, shape[0] * shape[1]);
      assert.equal(data.filter(Number.isNaN).length, missing);
      assert.equal(sha256(new Uint8Array(data.buffer)), hash, `${name} ${set}`);
    }
  });
});

Deno.test("AUROC, FPR@95TPR and scores of each class, set and seed differ by 0; a stopped run goes on", async () => {
  await withMaps(async (root, folder) => {
    const { definition } = await readReference("visa.ts");
    const stop = new AbortController();
    const stopped = {
      ...optionsIn(folder, (done, step) => step === "Forests of candle" && done === 3 && stop.abort()),
    };
    await assert.rejects(runReference(definition, { ...stopped, maps: root, signal: stop.signal }));

    const summary = (await runReference(definition, optionsIn(folder)))!;
    for (const { class: name, set, seed, alone, ...figures } of expected.results) {
      const place = definition.seeds.indexOf(seed);
      const found = (method: string) => {
        const row = summary.results.rows.find((row) => row.benchmark === name && row.method === method)!;
        return { auroc: row.auroc.values[place], fpr95: row.fpr95.values[place] };
      };
      const { scores, ...numbers } = figures;
      assert.deepEqual(found(`${rowNames[set]} + Ours`), numbers, `${name} ${set} ${seed}`);
      if (alone) assert.deepEqual(found(rowNames[set]), alone, `${name} ${set} ${seed} alone`);
      const ours = summary.scores.find((scores) =>
        scores.benchmark === name && scores.method === `${rowNames[set]} + Ours` && scores.seed === seed
      )!;
      const data = Float32Array.from(ours.parts, ({ score }) => score);
      assert.equal(sha256(new Uint8Array(data.buffer)), scores, `scores of ${name} ${set} ${seed}`);
    }
    const results = await readFile(join(folder, "runs/visa-maps/test/results.json"));
    const began = performance.now();
    // No worker could be started with this file: nothing is trained again.
    const again = { ...optionsIn(folder), forest: { workers: 1, worker: new URL("file:///nowhere.ts") } };
    await runReference(definition, again);
    assert.ok(performance.now() - began < 10_000);
    assert.deepEqual(await readFile(join(folder, "runs/visa-maps/test/results.json")), results);
  });
});

Deno.test("a forest that fails costs its cell, a map its class, and the rest is judged", async () => {
  await withMaps(async (root, folder) => {
    const definition = parseReference({
      ...(await readReference("visa.ts")).definition,
      detectors: ["rd4ad"],
      methods: { "RD4AD": { alone: "rd4ad" }, "RD4AD + Ours": { forest: ["rd4ad"] } },
      seeds: [1, 2],
    });
    const forest = { workers: 2, worker: new URL("../pipeline/dying_forest_worker.ts", import.meta.url) };
    const { results } = (await runReference(definition, { ...optionsIn(folder), forest }))!;
    assert.deepEqual(results.rows.map(({ benchmark, method, seeds }) => [benchmark, method, seeds]), [
      ["candle", "RD4AD", undefined],
      ["candle", "RD4AD + Ours", undefined],
      ["pcb1", "RD4AD", undefined],
      ["pcb1", "RD4AD + Ours", [1]],
      ["mean of 2 classes", "RD4AD", undefined],
    ]);
    const [lost, ...others] = results.failed!;
    assert.deepEqual([lost.benchmark, lost.method, lost.seed, others], ["pcb1", "RD4AD + Ours", 2, []]);
    assert.match(lost.reason, /^The forest of RD4AD \+ Ours for pcb1, seed 2: .*ended with code 3/s);

    const map = join(root, "anomaly_maps/rd4ad/candle/anomaly_maps/good/000.npy");
    await writeFile(map, "no map");
    await rm(join(folder, "cache"), { recursive: true });
    const left = (await runReference(definition, optionsIn(folder)))!.results;
    assert.deepEqual([...new Set(left.rows.map(({ benchmark }) => benchmark))], ["pcb1"]);
    assert.deepEqual(left.failed!.map(({ benchmark, method, seed }) => `${benchmark} ${method} ${seed}`), [
      ...["candle RD4AD 1", "candle RD4AD 2", "candle RD4AD + Ours 1", "candle RD4AD + Ours 2"],
    ]);
    assert.match(left.failed![0].reason, /^Features of candle: /);
    await assert.rejects(
      runReference(definition, { ...optionsIn(folder), classes: ["candle"] }),
      /candle.rd4ad.good.000/,
    );
  });
});

Deno.test("what is wrong with maps is told before anything is computed", async () => {
  await withMaps(async (root, folder) => {
    const { definition } = await readReference("visa.ts");
    const run = (options: object = {}) => runReference(definition, { ...optionsIn(folder), ...options });
    const table = join(root, "anomaly_maps/rd4ad/pcb1/df_test.csv");
    const text = await readFile(table, "utf8");
    const lines = text.trimEnd().split("\n");
    const cases: [string, RegExp][] = [
      [text.replace(",label,", ",kind,"), /"label" missing/],
      [[lines[0], "0,a/000.npy,2,0.5"].join("\n"), /row 2 has the label "2": 0 is good, 1 is bad/],
      [[lines[0], "0,a/000.npy,1,x"].join("\n"), /the score "x": it must be a finite number/],
      [[lines[0], ...lines.slice(2)].join("\n"), /both must list the same pictures in the same order/],
      [[...lines, lines.at(-1)].join("\n"), /both must list the same pictures/],
    ];
    for (const [broken, message] of cases) {
      await writeFile(table, broken);
      await assert.rejects(run(), message);
    }
    await writeFile(table, text);
    await rm(join(root, "visa_segm/pcb1/bad/003.npy"));
    await assert.rejects(run(), /Cannot use the maps of pcb1 as 1 files are missing: .*003\.npy/);
    await assert.rejects(run({ classes: ["cable"] }), /Cannot use the class cable as the classes are candle/);
    await assert.rejects(run({ maps: join(folder, "nowhere") }), /must have anomaly_maps\/ and visa_segm\//);
    assert.equal(await hasMappedClass(root, "cashew", ["rd4ad"]), false);
    assert.equal(await run({ classes: ["candle"], planOnly: true }), undefined);
  });
});

Deno.test("a map file that does not fit is refused by name", async () => {
  await withMaps(async (root) => {
    const bytes = async (path: string) => new Uint8Array(await readFile(join(root, path)));
    const map = await bytes("anomaly_maps/rd4ad/pcb1/anomaly_maps/good/000.npy");
    const labels = await bytes("visa_segm/pcb1/good/000.npy");
    assert.throws(() => parseMap(map, labels, 3, "m"), /labels are 0 to 2: pixel \d+ is 3/);
    assert.throws(() => parseMap(labels, labels, 6, "m"), /it must hold f4 or f8: it holds u8/);
    const broken = map.slice();
    new DataView(broken.buffer).setFloat32(broken.length - 4, NaN, true);
    assert.throws(() => parseMap(broken, labels, 6, "m"), /pixels must be finite: pixel 1919 is NaN/);
  });
});

Deno.test("a definition is checked with its paths", async () => {
  const { definition } = await readReference("visa");
  assert.throws(() => parseReference({ ...definition, bad: 0 }), /bad/);
  assert.throws(
    () => parseReference({ ...definition, methods: { A: { forest: ["padim"] } } }),
    /methods\["A"\] must use detectors of this list \(efficient_ad, rd4ad\): found "padim"/,
  );
  assert.throws(() => parseReference({ ...definition, seeds: [1, 1] }), /seeds must differ/);
  await assert.rejects(readReference("vad.ts"), /has no export "maps"/);
});
