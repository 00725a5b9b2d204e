/**
 * What a user's own parts are worth by default: some of a folder are learned from, the rest is scored as a user would, and
 * nothing that is judged was seen before.
 *
 *     deno run --allow-read --allow-write --allow-env --allow-run --allow-ffi --allow-sys tools/right_by_default.ts \
 *       --elpv DIR --stand-in DIR --work DIR [--rows default,paper,patchcore,padim,wrn,regression,boosting] [--counts 20,50,150] [--splits 0,1,2] [--out FILE]
 *
 * `--elpv` is a folder with the photographs of ELPV, `--stand-in` what `deno task stand-in` wrote; either may be left out.
 * The splits are those that Python's `random.Random(1000 + split).shuffle` draws: of ELPV, where cells that all experts
 * call good or bad count, 400 good and up to 150 bad parts are learned from; of the stand-in the first 400 good ones and up
 * to 160 bad ones, all of kinds that are seen. Each row is a command of the README, but for `regression` and `boosting`,
 * which are the simplest that could be done with the embedded backbone and set no threshold. What is in the working folder
 * is not done again.
 * @module
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { readCsv } from "../lib/base/io/csv.ts";
import { auroc } from "../lib/method/evaluate/auroc.ts";
import { fprAtTpr } from "../lib/method/evaluate/fpr_at_tpr.ts";
import { meanStd } from "../lib/method/evaluate/mean_std.ts";
import { readElpv } from "../lib/picture/data/readers/elpv.ts";
import { POOLED_PEERS, pooledOf } from "./pooled_peers.ts";
import { pythonShuffler } from "./python_shuffle.ts";

/** One split of one set of pictures: paths. */
interface Split {
  readonly good: readonly string[];
  /** The first so many of them are learned from. */
  readonly bad: readonly string[];
  readonly testGood: readonly string[];
  readonly testBad: readonly string[];
}

/** What a row did in one cell; fractions 0 to 1. */
interface Outcome {
  readonly auroc: number;
  readonly fpr95: number;
  /** Over the bad parts of kinds that were not learned from, where there are such. */
  readonly unseen?: number;
  /** Share of the bad parts that were called bad, and of the good ones; of a row that sets a threshold. */
  readonly caught?: number;
  readonly alarms?: number;
  /** Seconds from the start of the command that learns to its end. */
  readonly seconds: number;
}

const { values: options } = parseArgs({
  args: process.argv.slice(2),
  options: {
    elpv: { type: "string" },
    "stand-in": { type: "string" },
    work: { type: "string" },
    rows: { type: "string", default: "default,patchcore,padim" },
    counts: { type: "string" },
    splits: { type: "string", default: "0,1,2" },
    out: { type: "string" },
  },
});
if (!options.work) throw new TypeError("Cannot begin without --work");
const work = resolve(options.work);
const main = new URL("../lib/app/cli/main.ts", import.meta.url).pathname;

async function elpvSplit(folder: string, split: number): Promise<Split> {
  const { items } = await readElpv(folder);
  // In the order of labels.csv, as the experts' votes decide alone.
  const table = await readCsv(join(folder, "labels.csv"), ["image", "defect_probability"]);
  const paths = new Map(items.map(({ path }) => [basename(path), path]));
  const voted = (probability: number) =>
    table.filter((row) => Number(row.defect_probability) === probability)
      .flatMap(({ image }) => paths.get(basename(image)) ?? []);
  const shuffle = pythonShuffler(1000 + split);
  const good = shuffle(voted(0));
  const bad = shuffle(voted(1));
  return { good: good.slice(0, 400), bad: bad.slice(0, 150), testGood: good.slice(400), testBad: bad.slice(150) };
}

async function standInSplit(folder: string, split: number): Promise<Split> {
  const list = async (place: string) =>
    (await readdir(join(folder, place))).sort().map((name) => join(folder, place, name));
  const good = [...await list("train/good"), ...await list("test/good")];
  const bad = [...await list("train/bad"), ...await list("test/bad"), ...await list("test/bad_unseen_defects")];
  const seen = pythonShuffler(1000 + split)(bad.slice(0, 160));
  return { good: good.slice(0, 400), bad: seen, testGood: good.slice(400), testBad: bad.slice(160) };
}

const SETS = {
  elpv: { title: "ELPV, shared photographs", folder: options.elpv, split: elpvSplit, counts: [20, 50, 150] },
  stand_in: { title: "Stand-in", folder: options["stand-in"], split: standInSplit, counts: [20, 50, 160] },
} as const;

/** A row: the arguments of the command that learns, and the folder of the model. */
type Row = (data: string, folder: string, cache: string) => { readonly args: string[]; readonly model: string };

/** What a pipeline file makes of the parts, with the others of its split in one cache. */
function pipeline(file: string, name: string): Row {
  return (data, folder, cache) => ({
    args: ["pipeline", file, "--data", data, "--name", "x", "--runs", join(folder, "runs"), "--cache", cache],
    model: join(folder, "runs", name, "x"),
  });
}

const ROWS: Readonly<Record<string, Row>> = {
  default: pipeline("folder.ts", "folder"),
  paper: pipeline("folder_paper.ts", "folder-paper"),
  ...Object.fromEntries(
    ["patchcore", "padim", "mean_difference", "wrn", "devnet", "dra", "linear"].map((name) => [
      name,
      (data: string, folder: string) => ({
        args: ["fit", name, "--data", data, "--out", join(folder, "model")],
        model: join(folder, "model"),
      }),
    ]),
  ),
};

/** Rows that learn from bad parts. */
const ROWS_OF_BAD: readonly string[] = [
  "default",
  "paper",
  "wrn",
  "devnet",
  "dra",
  "linear",
  ...Object.keys(POOLED_PEERS),
];

async function command(args: readonly string[], output?: string): Promise<void> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", main, ...args],
    stdout: "piped",
    stderr: "piped",
  }).output();
  // Parts that a command leaves out make it end with 3.
  if (code !== 0 && code !== 3) {
    throw new Error(`Cannot go on as "${args.join(" ")}" ended with ${code}: ${new TextDecoder().decode(stderr)}`);
  }
  if (output) await writeFile(output, stdout);
}

/** Links to pictures: `good/` and `bad/`, and of those to judge names that say what they are. */
async function layOut(split: Split, count: number, folder: string): Promise<{ data: string; test: string }> {
  const data = join(folder, "data");
  const test = join(folder, "test");
  await rm(data, { recursive: true, force: true });
  await rm(test, { recursive: true, force: true });
  const link = async (paths: readonly string[], place: string) => {
    await mkdir(place, { recursive: true });
    for (const [i, path] of paths.entries()) {
      const unseen = path.includes("unseen") ? "unseen-" : "";
      await symlink(path, join(place, `${String(i).padStart(4, "0")}-${unseen}${basename(path)}`));
    }
  };
  await link(split.good, join(data, "good"));
  await link(split.bad.slice(0, count), join(data, "bad"));
  await link(split.testGood, join(test, "good"));
  await link(split.testBad, join(test, "bad"));
  return { data, test };
}

/** A part that was judged. */
interface Judged {
  readonly bad: boolean;
  /** Of a kind that was not learned from. */
  readonly unseen: boolean;
  readonly score: number;
  /** Whether it was called bad. */
  readonly called?: boolean;
}

/** What the commands of a row make of the parts; `data` is learned from, `test` judged. */
async function byCommands(row: string, folder: string, cache: string, data: string, test: string) {
  const { args, model } = ROWS[row](data, folder, cache);
  await rm(model, { recursive: true, force: true });
  const start = performance.now();
  await command(args);
  const seconds = (performance.now() - start) / 1000;
  const scores = join(folder, "scores.csv");
  await command(["score", "--run", model, test], scores);
  const lines = await readCsv(scores, ["file", "score", "decision"]);
  const parts = lines.map(({ file, score, decision }): Judged => ({
    ...partAt(file),
    score: Number(score),
    called: decision === "bad",
  }));
  return { parts, seconds };
}

const partAt = (path: string) => ({ bad: path.includes("/test/bad/"), unseen: basename(path).includes("-unseen-") });

/** What a peer makes of the channels pooled over the pictures. */
async function byPeer(row: string, data: string, test: string) {
  const pathsIn = async (place: string) => (await readdir(place)).sort().map((name) => join(place, name));
  const [good, bad] = [await pathsIn(join(data, "good")), await pathsIn(join(data, "bad"))];
  const judged = [...await pathsIn(join(test, "good")), ...await pathsIn(join(test, "bad"))];
  const start = performance.now();
  const learn = await pooledOf([...good, ...bad]);
  const labels = [...good.map(() => 0), ...bad.map(() => 1)];
  const scores = await POOLED_PEERS[row](learn, labels, await pooledOf(judged));
  const seconds = (performance.now() - start) / 1000;
  return { parts: judged.map((path, i): Judged => ({ ...partAt(path), score: scores[i] })), seconds };
}

async function judge(row: string, split: Split, count: number, folder: string, cache: string): Promise<Outcome> {
  const done = join(folder, "outcome.json");
  if (existsSync(done)) return JSON.parse(await readFile(done, "utf8"));
  const { data, test } = await layOut(split, count, folder);
  const { parts, seconds } =
    await (Object.hasOwn(POOLED_PEERS, row) ? byPeer(row, data, test) : byCommands(row, folder, cache, data, test));
  const good = parts.filter(({ bad }) => !bad);
  const bad = parts.filter(({ bad }) => bad);
  const unseen = bad.filter(({ unseen }) => unseen);
  const figure = (of: typeof auroc | typeof fprAtTpr, some: readonly Judged[]) => {
    const all = [...good, ...some];
    return of(Float64Array.from(all, ({ score }) => score), Uint8Array.from(all, ({ bad }) => Number(bad)));
  };
  const share = (some: readonly Judged[]) => some.filter(({ called }) => called).length / some.length;
  const outcome: Outcome = {
    auroc: figure(auroc, bad),
    fpr95: figure(fprAtTpr, bad),
    ...unseen.length > 0 && { unseen: figure(auroc, unseen) },
    ...parts[0].called !== undefined && { caught: share(bad), alarms: share(good) },
    seconds,
  };
  await writeFile(`${done}.part`, JSON.stringify(outcome));
  await rename(`${done}.part`, done);
  return outcome;
}

const percent = (values: readonly number[]) => {
  const { mean, std } = meanStd(values);
  return `${(100 * mean).toFixed(1)} ± ${(100 * std).toFixed(1)}`;
};

const lines = [
  "| data | bad parts | row | AUROC | FPR@95TPR | unseen kinds | called bad: bad parts / good parts | s |",
  "| --- | --- | --- | --- | --- | --- | --- | --- |",
];
const rows = options.rows.split(",");
for (const row of rows) {
  const known = [...Object.keys(ROWS), ...Object.keys(POOLED_PEERS)];
  if (!known.includes(row)) throw new RangeError(`Cannot measure "${row}" as rows are ${known.join(", ")}`);
}
for (const [name, { title, folder, split, counts: usual }] of Object.entries(SETS)) {
  if (!folder) continue;
  const counts = options.counts?.split(",").map(Number) ?? usual;
  const cells = new Map<string, Outcome[]>();
  for (const number of options.splits.split(",").map(Number)) {
    const place = join(work, name, `split-${number}`);
    const parts = await split(resolve(folder), number);
    // Good parts are the same with each number of bad ones, as when a user adds some.
    const cache = join(place, "cache");
    for (const count of counts) {
      for (const row of rows) {
        // A fit sees no bad part: it is the same with each number of them.
        const seen = ROWS_OF_BAD.includes(row) ? count : counts[0];
        const outcome = await judge(row, parts, seen, join(place, `bad-${seen}`, row), cache);
        const cell = `| ${title} | ${count} | ${row}`;
        cells.set(cell, [...cells.get(cell) ?? [], outcome]);
        console.error(
          `${name} split ${number}, ${count} bad, ${row}: AUROC ${(100 * outcome.auroc).toFixed(1)}, ` +
            `FPR@95TPR ${(100 * outcome.fpr95).toFixed(1)}, ` +
            (outcome.caught === undefined
              ? ""
              : `caught ${(100 * outcome.caught).toFixed(0)}, alarms ${(100 * outcome.alarms!).toFixed(0)}, `) +
            `${outcome.seconds.toFixed(0)} s`,
        );
      }
    }
    await rm(cache, { recursive: true, force: true });
  }
  for (const [cell, outcomes] of cells) {
    const column = (key: keyof Outcome) =>
      outcomes[0][key] === undefined ? "–" : percent(outcomes.map((outcome) => outcome[key]!));
    lines.push(
      `${cell} | ${column("auroc")} | ${column("fpr95")} | ` +
        `${column("unseen")} | ${column("caught")} / ${column("alarms")} | ` +
        `${Math.round(meanStd(outcomes.map(({ seconds }) => seconds)).mean)} |`,
    );
  }
}
if (options.out) await writeFile(options.out, `${lines.join("\n")}\n`);
else console.log(lines.join("\n"));
