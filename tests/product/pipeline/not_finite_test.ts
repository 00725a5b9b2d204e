import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../../lib/base/io/hash.ts";
import { gridMap, photo } from "../../../lib/domain.ts";
import { describeError } from "../../../lib/base/text/describe_error.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { number } from "../../../lib/engine/graph/numbers.ts";
import { add, div, mul, reduceMax, reduceMean, sqrt, sub } from "../../../lib/engine/graph/ops.ts";
import { input } from "../../../lib/engine/graph/value.ts";
import type { Value } from "../../../lib/engine/graph/value.ts";
import { largest } from "../../../lib/method/classify/fitted_table.ts";
import { CLASSIFIERS } from "../../../lib/method/classify/table.ts";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import { fitFolder } from "../../../lib/product/make/fit.ts";
import { openGoodFolder } from "../../../lib/product/make/good_folder.ts";
import { jsonLine } from "../../../lib/product/model/score_lines.ts";
import { scorePictures } from "../../../lib/product/model/score_files.ts";
import type { PictureScore } from "../../../lib/product/model/score_loaded.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import { encodePng } from "../../../lib/picture/image/encode.ts";
import { forgetHashes, put, run, SMALL, withFolder, writeParts } from "../../app/cli/product.ts";

const quiet = { reporter: { say: () => {}, warn: () => {}, progress: () => {} }, signal: new AbortController().signal };

const SIZE = { height: 64, width: 64 };

/** One colour all over. */
const plain = (grey: number) => encodePng(photo([64, 64, 3], new Uint8Array(64 * 64 * 3).fill(grey)));

/** Fits on the pictures of a folder and gives the folder of the model. */
async function fit(
  what: string,
  settings: Record<string, unknown>,
  data: string,
  folder: string,
): Promise<string> {
  const classifier = what === "linear";
  const opened = await openGoodFolder({
    data,
    picture: SIZE,
    detectors: classifier ? {} : { [what]: settings },
    ...classifier && { classifiers: { [what]: settings } },
    seed: 0,
    device: "cpu",
    threads: 1,
    cache: join(folder, "cache"),
    ...quiet,
  });
  const out = join(folder, what);
  try {
    await fitFolder(opened, { seed: 0, falseAlarms: 0.01, out });
  } finally {
    await opened.work.close();
  }
  return out;
}

async function score(run: string, ...paths: string[]): Promise<PictureScore[]> {
  const scores: PictureScore[] = [];
  await scorePictures({ run, paths, threads: 1, ...quiet }, (one) => void scores.push(one));
  return scores;
}

/**
 * A detector whose map is always finite and whose own score is not for pictures below a grey of 77: NaN, or by a division
 * by nothing at 0 an infinity with the sign that is asked for.
 */
function oddDetector(kind: "NaN" | "-Infinity" | "Infinity"): Uint8Array {
  const image = input("image", "f32", ["N", 3, 64, 64]);
  const map = reduceMean(image, { axes: [1], keepDims: true });
  const top = reduceMax(map, { axes: [1, 2, 3] });
  const mean = reduceMean(map, { axes: [1, 2, 3] });
  const odd: Value<"f32"> = kind === "NaN"
    ? mul(sqrt(sub(mean, number(0.3))), number(0))
    : div(number(kind === "Infinity" ? 1e-9 : -1e-9), mean);
  return buildModel({ inputs: [image], outputs: { anomaly_map: map, pred_score: add(top, odd) } });
}

Deno.test("a detector's own score that is not finite is no verdict: its picture is unread, the others are scored", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"), 12, 0);
    const dark = await put(join(folder, "new/dark.png"), await plain(0));
    const usual = await put(join(folder, "new/usual.png"), await plain(120));
    for (const kind of ["NaN", "Infinity", "-Infinity"] as const) {
      const file = await put(join(folder, kind, "odd.onnx"), oddDetector(kind));
      const model = await fit("onnx", { file }, join(folder, "parts"), join(folder, kind));
      const [first, second] = await score(model, join(folder, "new"));
      const reason = `Cannot use the score of ONNX model for "${dark}" as it must be finite: it is ${kind}`;
      assert.deepEqual(first, { file: dark, error: reason });
      assert.deepEqual([second.file, second.error, "decision" in second], [usual, undefined, true]);
      const scorer = await openScorer(model, { threads: 1 });
      const scorable = { id: dark, photo: await scorer.read(dark) };
      await assert.rejects(scorer.score([scorable]), { name: "RangeError", message: reason });
      await scorer.close();
    }
    const told = await run("score", "--run", join(folder, "NaN/onnx"), join(folder, "new"));
    assert.equal(told.code, 3, told.err);
    const lines = told.out.trim().split("\n");
    assert.ok(lines[1].startsWith(`${dark},,unread,`) && /finite: it is NaN/.test(lines[1]), lines[1]);
    // It is of one colour, as no good part is.
    assert.match(lines[2], /usual\.png,[\d.]+,not_judged,/);
  });
});

Deno.test("a trained classifier or forest whose numbers are not finite gives no verdict", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 12, 6);
    const picture = join(data, "bad/000.png");
    const linear = await fit("linear", { steps: 3, batch: 4 }, data, folder);
    await forgetHashes(linear);
    const path = join(linear, "models/classifiers/linear.safetensors");
    // As weights that are no numbers make it.
    const image = input("image", "f32", ["N", 3, 64, 64]);
    const logit = mul(reduceMean(image, { axes: [1, 2, 3] }), number(NaN));
    await writeFile(
      path,
      CLASSIFIERS.linear.pack({ model: buildModel({ inputs: [image], outputs: { logit } }), ...SIZE }),
    );
    const [line] = await score(linear, picture);
    assert.match(line.error!, /^Cannot use the score of .* for ".*000\.png" as it must be finite: it is NaN$/);

    // A forest of fewer parts does not split, and is not shipped.
    const many = join(folder, "many");
    await writeParts(many, 40, 20);
    const at = { runs: join(folder, "runs"), cache: join(folder, "cache"), data: many, name: "it" };
    const definition = parseDefinition({ ...SMALL, seeds: [1] });
    const made = await runPipeline(definition, { file: "", size: "small", device: "cpu", threads: 1, ...at, ...quiet });
    const forest = join(made!.folder, "models/forest");
    await forgetHashes(made!.folder);
    const [text, notes] = await Promise.all(
      ["model.json", "forest.json"].map((name) => readFile(join(forest, name), "utf8")),
    );
    const leaf = /"split_conditions":\[[^\],]*/;
    assert.match(text, leaf);
    for (const odd of ["1e999", "1e39", "NaN"]) {
      const broken = text.replace(leaf, `"split_conditions":[${odd}`);
      await writeFile(join(forest, "model.json"), broken);
      // As somebody writes it who has the hash put right.
      const right = JSON.stringify({ ...JSON.parse(notes), sha256: sha256(new TextEncoder().encode(broken)) });
      await writeFile(join(forest, "forest.json"), right);
      await assert.rejects(openScorer(made!.folder), (error: Error) => {
        assert.match(
          describeError(error),
          odd === "NaN" ? /is not JSON/ : /numbers of its trees must be finite: tree 0/,
        );
        return true;
      });
    }
  });
});

Deno.test("a threshold that is no finite number opens nothing, from a program, in model.json and on the command line", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"), 12, 1);
    const model = await fit("mean_difference", {}, join(folder, "parts"), folder);
    const picture = join(folder, "parts/bad/000.png");
    for (const threshold of [NaN, Number(undefined), Infinity, -Infinity]) {
      await assert.rejects(openScorer(model, { threshold }), { name: "RangeError", message: /threshold .*finite$/ });
    }
    for (const threshold of ["108", null, true, [1]]) {
      const wrong = { threshold } as unknown as { threshold: number };
      await assert.rejects(openScorer(model, wrong), { name: "TypeError", message: /threshold .* must be a number$/ });
    }
    for (const text of ["NaN", "1e999"]) {
      const { code, out, err } = await run("score", "--run", model, picture, `--threshold=${text}`);
      assert.equal(code, 2, err);
      assert.match(err, /`--threshold`: Expected a valid number/);
      assert.equal(out, "");
    }
    const path = join(model, "models/model.json");
    const whole = await readFile(path, "utf8");
    for (const text of ["1e999", "-1e999", '"108"', "null"]) {
      await writeFile(path, whole.replace(/"threshold": [^,]*/, `"threshold": ${text}`));
      await assert.rejects(openScorer(model), { name: "TypeError", message: /model\.json" as decision\.?.*must be/ });
    }
    for (const [name, text] of [["std", "[0, 1, 1]"], ["std", "[1, -1, 1]"], ["mean", "[1e999, 0, 0]"]]) {
      await writeFile(path, whole.replace(new RegExp(`"${name}": \\[[^\\]]*\\]`), `"${name}": ${text}`));
      await assert.rejects(openScorer(model), {
        name: "TypeError",
        message: new RegExp(`backbone\\.${name}\\[\\d\\]`),
      });
    }
    await writeFile(path, whole);
    assert.equal((await score(model, picture))[0].error, undefined);
  });
});

Deno.test("in a pipeline, a score that is not finite is a failed cell that names the method; the others are judged", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 24, 12);
    await put(join(data, "bad/011.png"), await plain(0));
    const file = await put(join(folder, "odd.onnx"), oddDetector("NaN"));
    const definition = parseDefinition({
      ...SMALL,
      detectors: { ...SMALL.detectors, odd: { type: "onnx", file } },
      methods: {
        "PatchCore": { alone: "patchcore" },
        "Odd": { alone: "odd" },
        "All": { forest: ["patchcore", "padim", "odd"] },
      },
      decision: { ...SMALL.decision, method: "All" },
      seeds: [1, 2, 3, 4],
    });
    const at = { runs: join(folder, "runs"), cache: join(folder, "cache"), data, name: "it" };
    const options = { file: "", size: "small", device: "cpu", threads: 1, ...at, ...quiet } as const;
    const { results, scores, deployment } = (await runPipeline(definition, options))!;
    // Where the dark part is judged, the detector alone fails; its maps, and the forest over them, do not.
    const judged = scores.filter(({ method, parts }) =>
      method === "All" && parts.some(({ id }) => id === "bad/011.png")
    ).map(({ seed }) => seed);
    assert.ok(judged.length > 0 && judged.length < 4, "the seeds differ in it");
    assert.deepEqual(results.failed!.map(({ method, seed }) => [method, seed]), judged.map((seed) => ["Odd", seed]));
    for (const { seed, reason } of results.failed!) {
      assert.equal(
        reason,
        `The scores of Odd for supervised, seed ${seed}: ` +
          'Cannot use the score of Odd for "bad/011.png" as it must be finite: it is NaN',
      );
    }
    const [patchcore, odd, all] = results.rows;
    assert.deepEqual([patchcore.auroc.values.length, odd.auroc.values.length, all.auroc.values.length], [
      ...[4, 4 - judged.length, 4],
    ]);
    assert.ok(deployment);
  });
});

Deno.test("a map's largest pixel is no number where one is not, and no line says good of such", () => {
  const map = (...pixels: number[]) => gridMap([1, 1, 1, pixels.length], Float32Array.from(pixels));
  assert.equal(largest(map(-3, -1, -2)).data[0], -1);
  for (const pixels of [[NaN, 1], [1, NaN], [1, NaN, 2]]) assert.ok(Number.isNaN(largest(map(...pixels)).data[0]));
  const line = JSON.parse(jsonLine({ file: "x", score: NaN, decision: "good", reason: "" }));
  assert.deepEqual([line.score, line.decision], [null, "unread"]);
});
