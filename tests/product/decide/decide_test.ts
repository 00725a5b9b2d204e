import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatCsv } from "../../../lib/base/io/csv.ts";
import { sha256 } from "../../../lib/base/io/hash.ts";
import { catchBad } from "../../../lib/method/evaluate/catching.ts";
import { decideByRecall } from "../../../lib/product/decide/decisions.ts";
import {
  readUnseenScores,
  scoresByPart,
  type UnseenPart,
  writeUnseenScores,
} from "../../../lib/product/decide/unseen_scores.ts";
import { type ModelFile, readModelFile, writeModelFile } from "../../../lib/product/model/model_file.ts";
import { decide, told } from "../../app/cli/commands.ts";
import { put, withFolder } from "../../app/cli/product.ts";

/** 40 good parts from 0 to 3.9, 12 bad ones from 3 to 8.5: two pictures of each. */
const PICTURES: readonly UnseenPart[] = [
  ...Array.from({ length: 80 }, (_, i): UnseenPart => ({
    file: `good/${i}, "a".png`,
    label: "good",
    part: `g${i >> 1}`,
    score: (i >> 1) / 10 - (i % 2),
  })),
  ...Array.from({ length: 24 }, (_, i): UnseenPart => ({
    file: `bad/${i}.png`,
    label: "bad",
    part: `b${i >> 1}`,
    score: 3 + (i >> 1) / 2 + (i % 2),
  })),
];

/** A run folder with a model of which nothing but its threshold matters here. */
async function writeRun(run: string, pictures: readonly UnseenPart[], quiet = false): Promise<ModelFile> {
  const models = join(run, "models");
  await mkdir(models, { recursive: true });
  await put(join(models, "backbone.onnx"), "a network");
  await writeUnseenScores(models, pictures);
  const model: ModelFile = {
    format: 1,
    pipeline: "p",
    benchmark: "all",
    method: "m",
    judge: "detector",
    seed: 1,
    picture: { height: 64, width: 64 },
    smoothing: 0,
    backbone: { name: "b", sha256: sha256("a network"), mean: [0, 0, 0], std: [1, 1, 1], layers: [] },
    detectors: [],
    features: { name: "f", identity: "f" },
    segments: { kind: "none", names: ["whole"] },
    decision: quiet
      ? { threshold: 1, falseAlarms: 0.01, parts: 40 }
      : decideByRecall(scoresByPart(pictures), { recall: 0.95 }),
  };
  await writeModelFile(models, model);
  return model;
}

const modelOf = (run: string) => readModelFile(join(run, "models/model.json"));

Deno.test("thresholds are set anew from kept scores; what is written is whole, and every decision is on record", async () => {
  await withFolder(async (run) => {
    const before = await writeRun(run, PICTURES);
    const scores = scoresByPart(await readUnseenScores(run));
    assert.deepEqual(scores.good, Array.from({ length: 40 }, (_, i) => i / 10), "the highest of each good part");
    assert.deepEqual(scores.bad, Array.from({ length: 12 }, (_, i) => 3 + i / 2), "the lowest of each bad part");

    assert.equal(await decide("--run", run, "--recall", "0.6", "--false-alarms", "0.2", "--plan"), 0);
    assert.deepEqual((await modelOf(run)).decision, before.decision, "a plan changes nothing");
    assert.equal(await decide("--run", run, "--recall", "0.6"), 0);
    const wished = catchBad(scores.bad, scores.good, { recall: 0.6 });
    assert.equal((await modelOf(run)).decision.threshold, wished.threshold);

    told.length = 0;
    const costs = ["--miss-cost", "1000", "--alarm-cost", "1", "--bad-per-1000", "100"];
    assert.equal(await decide("--run", run, ...costs, "--parts-per-shift", "500"), 0);
    const { decision } = await modelOf(run);
    // Every bad part is worth more than all good ones that it takes: nine good parts, from 3.1 on and the half step below 3.
    assert.ok(decision.threshold > 2.9 && decision.threshold <= 3, `${decision.threshold}`);
    assert.ok("recall" in decision && decision.rate === 1 && decision.alarms?.rate === 0.25, JSON.stringify(decision));
    assert.match(told.join("\n"), /with 100 bad ones 0 are missed and 225 called bad\s+without need/);
    assert.match(told.join("\n"), /costs 225 in 1,000 parts \(\d+ to [\d,]+\)/);
    assert.match(told.join("\n"), /shift of 500 parts has 113 false alarms/);

    assert.equal(await decide("--run", run, "--threshold", "5", "--review", "3.5"), 0);
    const chosen = (await modelOf(run)).decision;
    assert.ok("recall" in chosen);
    assert.deepEqual(
      [chosen.threshold, chosen.review, chosen.by, chosen.rate, chosen.alarms?.rate, chosen.looked?.rate],
      [5, 3.5, "hand", 11 / 12, 0, 5 / 40],
    );
    const lines = (await readFile(join(run, "decisions.jsonl"), "utf8")).trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    assert.deepEqual(lines.map(({ after }) => after.threshold), [wished.threshold, decision.threshold, 5]);
    assert.deepEqual(lines[0].before, before.decision);
    assert.deepEqual({ ...await modelOf(run), decision: 0 }, {
      ...before,
      decision: 0,
      files: (await modelOf(run)).files,
      sha256: (await modelOf(run)).sha256,
    });
  });
});

Deno.test("a model that knows good parts alone takes a share of false alarms or a threshold, and no recall", async () => {
  await withFolder(async (run) => {
    await writeRun(run, PICTURES.filter(({ label }) => label === "good"), true);
    assert.equal(await decide("--run", run, "--false-alarms", "0.1", "--confidence", "0.5"), 0);
    const { decision } = await modelOf(run);
    assert.ok(
      "falseAlarms" in decision && decision.threshold > 3.5 && decision.threshold <= 3.8,
      JSON.stringify(decision),
    );
    await assert.rejects(
      decide("--run", run, "--recall", "0.9"),
      /Cannot set a threshold by bad parts as the model knows none/,
    );
    assert.equal(await decide("--run", run, "--threshold", "3.85"), 0);
    const chosen = (await modelOf(run)).decision;
    assert.ok("falseAlarms" in chosen && chosen.falseAlarms === 1 / 40 && chosen.by === "hand");
  });
});

Deno.test("scores that were changed, two ways at once and half of the costs are refused", async () => {
  await withFolder(async (run) => {
    await writeRun(run, PICTURES);
    const cases: [string[], RegExp][] = [
      [["--recall", "0.9", "--threshold", "1"], /Cannot set thresholds in two ways/],
      [["--miss-cost", "5"], /Cannot count costs without all of/],
      [["--review", "1"], /Cannot set the second threshold alone/],
      [["--false-alarms", "0.1"], /by false alarms alone/],
      [["--threshold", "1", "--review", "2"], /the second threshold must not be above the first/],
    ];
    for (const [args, message] of cases) await assert.rejects(decide("--run", run, ...args), message);
    const file = join(run, "models/unseen_scores.csv");
    await writeFile(file, (await readFile(file, "utf8")).replace("8.5", "9.5"));
    await assert.rejects(decide("--run", run, "--recall", "0.9"), /unseen_scores\.csv/);
  });
});

Deno.test("an earlier release's run with folds has its scores in scores.csv; another one says what to do", async () => {
  await withFolder(async (run) => {
    const plain = PICTURES.map(({ part: _, ...picture }) => picture);
    const { benchmark, method, seed } = await writeRun(run, plain);
    const path = join(run, "models/model.json");
    const { files: _, sha256: __, ...model } = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify(model));
    await writeFile(join(run, "models/unseen_scores.csv.old"), await readFile(join(run, "models/unseen_scores.csv")));
    const { rm } = await import("node:fs/promises");
    await rm(join(run, "models/unseen_scores.csv"));
    await assert.rejects(decide("--run", run, "--recall", "0.9"), /Cannot set other thresholds .* an earlier release/);
    const rows = (shift: number) =>
      plain.map(({ file, label, score }) => [benchmark, method, seed, file, label, "", false, score + shift]);
    const head = ["benchmark", "method", "seed", "file", "label", "kind", "unseen", "score"];
    await writeFile(join(run, "scores.csv"), formatCsv([head, ...rows(1)]));
    await assert.rejects(
      decide("--run", run, "--recall", "0.9"),
      /Cannot set other thresholds/,
      "scores of another judge",
    );
    await writeFile(join(run, "scores.csv"), formatCsv([head, ...rows(0)]));
    assert.equal(await decide("--run", run, "--recall", "0.5"), 0);
    const after = JSON.parse(await readFile(path, "utf8"));
    assert.equal(after.sha256, undefined, "a model without hashes gets none");
    assert.ok(after.decision.threshold > model.decision.threshold);
    assert.equal(await decide("--run", run, "--recall", "0.9"), 0, "and can be set again");
  });
});
