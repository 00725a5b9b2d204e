/**
 * The results of SegAD's published code from its own maps: the same split, features, forests and figures, bit for bit.
 *
 * Class after class; within one, forests train side by side. Features and scores are kept by content.
 * @module
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Item } from "../data/dataset.ts";
import {
  checkMapFiles,
  findReferenceMaps,
  hasMappedClass,
  type MappedClass,
  type MappedPart,
  readMappedClass,
} from "../data/reference_maps.ts";
import { meanStd } from "../evaluate/mean_std.ts";
import { referenceAuroc, referenceFpr95 } from "../evaluate/reference_metrics.ts";
import { reference } from "../features/paper.ts";
import { forest } from "../forest/forest.ts";
import { presets } from "../forest/presets.ts";
import { type ForestRunner, openForestRunner, type RunnerOptions } from "../forest/runner.ts";
import { trainForest } from "../forest/train.ts";
import { XGBOOST_VERSION } from "../forest/version.ts";
import { sha256 } from "../io/hash.ts";
import { seededRandom } from "../tensor/random.ts";
import { tensor } from "../tensor/tensor.ts";
import { type Cache, keyOf, openCache } from "./cache.ts";
import { codeVersion } from "./code_version.ts";
import { explain } from "./explain.ts";
import { attempt, type FailedCell } from "./failures.ts";
import { removeLeftovers } from "./leftovers.ts";
import { RELEASE } from "./open_workspace.ts";
import type { Reporter } from "./progress.ts";
import { MEAN, type ReferenceDefinition } from "./reference_definition.ts";
import { idOf, type ReferenceRows, referenceRows } from "./reference_features.ts";
import { bootstrapIntervals, compareMethods, type ResultRow, type Results, type ScoreSet } from "./results.ts";
import { checkRunName, chooseFolder, makeFolder, writeJson, writeResults, writeScores } from "./run_folder.ts";

/** How to run it. */
export interface ReferenceOptions {
  /** The pipeline file, for the record. */
  readonly file: string;
  /** Folder with `anomaly_maps/` and `visa_segm/`, or with `data/` that has them. */
  readonly maps: string;
  /** These classes alone. */
  readonly classes?: readonly string[];
  readonly forest?: RunnerOptions;
  readonly runs: string;
  readonly cache: string;
  readonly name?: string;
  readonly planOnly?: boolean;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** What was found. */
export interface ReferenceSummary {
  readonly folder: string;
  readonly results: Results;
  readonly scores: readonly ScoreSet[];
}

/**
 * Runs it and writes `results.json`, `scores.csv` and `run.json`.
 *
 * @returns undefined where only the plan was wanted
 * @throws {Error} where maps are missing or cannot be used; finished steps are kept
 */
export async function runReference(
  definition: ReferenceDefinition,
  options: ReferenceOptions,
): Promise<ReferenceSummary | undefined> {
  const { reporter, signal } = options;
  const begun = new Date();
  if (options.name !== undefined) checkRunName(options.name);
  const root = await findReferenceMaps(options.maps);
  const classes = await openClasses(definition, root, options);
  const forests = classes.length * definition.seeds.length *
    Object.values(definition.methods).filter((method) => "forest" in method).length;
  const maps = classes.reduce((sum, { training, test }) => sum + training.length + test.length, 0);
  reporter.say(
    `Maps in ${root}: ${classes.length} of ${Object.keys(definition.classes).length} classes, ${maps} parts, ` +
      `${definition.detectors.join(" and ")}\n${definition.seeds.length} seeds, ${forests} forests`,
  );
  if (options.planOnly) return undefined;
  await makeFolder(options.cache, "--cache");
  await makeFolder(options.runs, "--runs");
  await removeLeftovers(options.cache);
  const cache = openCache(options.cache);
  const code = await codeVersion([
    "data/reference_maps.ts",
    "io/npy.ts",
    "pipeline/reference_features.ts",
    "pipeline/run_reference.ts",
    "stats",
    "forest",
  ], RELEASE);
  const runner = openForestRunner(options.forest);
  const sets: ScoreSet[] = [];
  const lost: { readonly error: unknown; readonly cells: readonly FailedCell[] }[] = [];
  try {
    for (const parts of classes) {
      const segments = definition.classes[parts.name];
      const step = { step: `Features of ${parts.name}`, seed: definition.seeds[0], benchmark: parts.name };
      const failure = await attempt(options, step, async () => {
        const rows = await referenceRows({
          root,
          parts,
          detectors: definition.detectors,
          segments,
          cache,
          code,
          onMap: counter(
            reporter,
            `Features of ${parts.name}`,
            (parts.training.length + parts.test.length) * definition.detectors.length,
          ),
          signal,
        });
        const onForest = counter(reporter, `Forests of ${parts.name}`, forests / classes.length);
        const work = { definition, parts, rows, segments, runner, cache, code, onForest, signal, reporter };
        const found = await judgeClass(work);
        sets.push(...found.sets);
        lost.push(...found.lost);
      });
      if (!failure) continue;
      const reason = `${failure.step}: ${explain(failure.error)}`;
      const cells = Object.keys(definition.methods).flatMap((method) =>
        definition.seeds.map((seed) => ({ benchmark: parts.name, method, seed, reason }))
      );
      lost.push({ error: failure.error, cells });
    }
  } finally {
    await runner.close();
  }
  if (sets.length === 0) throw lost[0].error;
  const rows = summariseReference(definition, sets);
  const comparisons = compareMethods(sets);
  const failed = lost.flatMap(({ cells }) => cells);
  const counts = { classes: classes.length, parts: maps };
  const digest = sha256(JSON.stringify(classes));
  const results: Results = {
    pipeline: definition.name,
    seeds: definition.seeds,
    data: { origin: { name: "maps in the layout of SegAD's published code" }, counts, sha256: digest },
    rows,
    ...comparisons.length > 0 && { comparisons },
    ...failed.length > 0 && { failed },
  };
  const parent = join(options.runs, definition.name);
  const folder = chooseFolder(parent, options.name, begun);
  await removeLeftovers(folder);
  await rm(join(folder, "run.json"), { force: true });
  await writeResults(folder, results);
  await writeScores(folder, sets);
  await writeJson(join(folder, "run.json"), {
    pipeline: options.file,
    begun: begun.toISOString(),
    seconds: Math.round((Date.now() - begun.getTime()) / 1000),
    data: { root, sha256: digest },
    versions: { segad: RELEASE, xgboost: options.forest?.library ?? `${XGBOOST_VERSION}, embedded` },
    code,
    definition,
    forest: presets[definition.forest],
  });
  return { folder, results, scores: sets };
}

function counter(reporter: Reporter, step: string, total: number): () => void {
  let done = 0;
  return () => reporter.progress({ step, done: ++done, total });
}

async function openClasses(
  definition: ReferenceDefinition,
  root: string,
  { classes = Object.keys(definition.classes), reporter, maps }: ReferenceOptions,
): Promise<MappedClass[]> {
  const unknown = classes.filter((name) => !(name in definition.classes));
  if (unknown.length > 0) {
    throw new RangeError(
      `Cannot use the class ${unknown.join(", ")} as the classes are ${Object.keys(definition.classes).join(", ")}`,
    );
  }
  const { detectors } = definition;
  const there = await Promise.all(classes.map((name) => hasMappedClass(root, name, detectors)));
  const absent = classes.filter((_, i) => !there[i]);
  if (absent.length === classes.length) {
    throw new Error(
      `Cannot read maps from "${maps}" as no class has df_training.csv and df_test.csv of ${
        detectors.join(" and ")
      }: ` +
        `looked for ${classes.join(", ")}`,
    );
  }
  if (absent.length > 0) reporter.warn(`no tables of ${absent.join(", ")}: left out`);
  const opened: MappedClass[] = [];
  for (const name of classes.filter((_, i) => there[i])) {
    const parts = await readMappedClass(root, name, detectors);
    checkCounts(parts, definition.bad);
    await checkMapFiles(root, parts, detectors);
    opened.push(parts);
  }
  return opened;
}

function checkCounts({ name, training, test }: MappedClass, bad: number): void {
  const count = (parts: readonly MappedPart[], label: Item["label"]) =>
    parts.filter((part) => part.label === label).length;
  if (training.length > 0 && count(training, "bad") === 0 && count(test, "good") > 0 && count(test, "bad") > bad) {
    return;
  }
  throw new RangeError(
    `Cannot judge ${name} as it needs good training parts only, good test parts and more than ${bad} bad ones: it has ` +
      `${count(training, "good")} good and ${count(training, "bad")} bad training parts, ${count(test, "good")} good ` +
      `and ${count(test, "bad")} bad test parts`,
  );
}

interface ClassWork {
  readonly definition: ReferenceDefinition;
  readonly parts: MappedClass;
  readonly rows: ReferenceRows;
  readonly segments: number;
  readonly runner: ForestRunner;
  readonly cache: Cache;
  readonly code: string;
  readonly onForest: () => void;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

/** All methods and seeds of a class, in the order of methods and then of seeds; a forest that fails leaves the others be. */
async function judgeClass(work: ClassWork) {
  const { definition, parts } = work;
  const sets: ScoreSet[] = [];
  const lost: { readonly error: unknown; readonly cells: readonly FailedCell[] }[] = [];
  const grid = Object.keys(definition.methods).flatMap((method) => definition.seeds.map((seed) => ({ method, seed })));
  const ends = await Promise.all(grid.map(async ({ method, seed }) => {
    const found: { set?: ScoreSet } = {};
    const step = `The forest of ${method} for ${parts.name}, seed ${seed}`;
    const failure = await attempt(work, { step, seed, benchmark: parts.name }, async () => {
      found.set = await judgeSeed(work, method, seed);
    });
    return { method, seed, failure, ...found };
  }));
  for (const { method, seed, failure, set } of ends) {
    if (set) sets.push(set);
    if (!failure) continue;
    const reason = `${failure.step}: ${explain(failure.error)}`;
    lost.push({ error: failure.error, cells: [{ benchmark: parts.name, method, seed, reason }] });
  }
  return { sets, lost };
}

async function judgeSeed(work: ClassWork, method: string, seed: number): Promise<ScoreSet> {
  const { definition, parts } = work;
  const { training, test } = dealParts(parts, definition.bad, seed);
  const how = definition.methods[method];
  const scores = "alone" in how
    ? test.map((part) => part.scores[definition.detectors.indexOf(how.alone)])
    : await forestScores(work, how.forest, seed, training, test);
  return {
    benchmark: parts.name,
    method,
    seed,
    parts: test.map((part, i) => ({ id: idOf(part), label: part.label, unseen: false, score: scores[i] })),
  };
}

/** `train_test_split` over the bad test parts in the order of the table: the first n − `bad` of the permutation stay. */
function dealParts({ training, test }: MappedClass, bad: number, seed: number) {
  const all = test.filter((part) => part.label === "bad");
  const order = Array.from(seededRandom(seed).permutation(all.length), (i) => all[i]);
  const judged = all.length - bad;
  return {
    training: [...training, ...order.slice(judged)],
    test: [...test.filter((part) => part.label === "good"), ...order.slice(0, judged)],
  };
}

async function forestScores(
  work: ClassWork,
  detectors: readonly string[],
  seed: number,
  training: readonly MappedPart[],
  test: readonly MappedPart[],
): Promise<Float32Array> {
  const { definition, runner, cache, code, onForest, signal } = work;
  const segments = Array.from({ length: work.segments }, (_, i) => `segment_${i}`);
  const columns = reference.columns({ detectors, segments });
  const table = (parts: readonly MappedPart[]) => {
    const data = Float32Array.from(parts.flatMap((part) => featuresOf(work, detectors, part)));
    return tensor<"f32", ["N", "F"], "feature">("f32", [parts.length, columns.length], data);
  };
  const [features, judged] = [table(training), table(test)];
  const labels = Uint8Array.from(training, ({ label }) => label === "bad" ? 1 : 0);
  const settings = presets[definition.forest];
  const bytes = ({ data }: { data: Float32Array }) => sha256(new Uint8Array(data.buffer));
  const key = keyOf("reference-scores", {
    features: bytes(features),
    test: bytes(judged),
    labels: labels.join(""),
    columns,
    settings,
    seed,
    code,
  });
  const kept = await cache.load(key, (bytes) => {
    if (bytes.length !== 4 * test.length) throw new SyntaxError(`Cannot read ${bytes.length} bytes as scores`);
    return new Float32Array(bytes.slice().buffer);
  });
  if (kept) {
    onForest();
    return kept;
  }
  const name = `${work.parts.name}/${detectors.join("+")}/${seed}`;
  // All rows of df_training.csv by the bad parts that join them.
  const scalePosWeight = work.parts.training.length / definition.bad;
  signal.throwIfAborted();
  const model = await trainForest({ features, columns, labels, settings, seed, scalePosWeight, name }, runner);
  const { data } = await forest({ features: "F", model, runner })(judged);
  await cache.write(key, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  onForest();
  return data;
}

/** For segment, for detector: four statistics; then the maximum of each detector. */
function featuresOf({ rows, segments }: ClassWork, detectors: readonly string[], part: MappedPart): number[] {
  const own = detectors.map((detector) => rows.get(detector)!.get(idOf(part))!);
  return [
    ...Array.from({ length: segments }, (_, s) => own.flatMap((row) => [...row.subarray(4 * s, 4 * s + 4)])).flat(),
    ...own.map((row) => row[4 * segments]),
  ];
}

/**
 * A row a class and method, over the seeds that could be judged, and where there are several classes the mean, seed by
 * seed, of methods of which nothing failed.
 */
function summariseReference(
  definition: ReferenceDefinition,
  sets: readonly ScoreSet[],
): ResultRow[] {
  const { methods, seeds } = definition;
  const paper = (benchmark: string, method: string) => {
    const figure = definition.paper?.[benchmark]?.[method];
    return figure ? { paper: figure } : {};
  };
  const classes = [...new Set(sets.map((set) => set.benchmark))];
  const intervals = bootstrapIntervals(sets);
  const rows = classes.flatMap((benchmark) =>
    Object.entries(methods).flatMap(([method, how]): ResultRow[] => {
      const group = sets.filter((set) => set.benchmark === benchmark && set.method === method);
      if (group.length === 0) return [];
      const figures = group.map(({ parts }) => {
        const scores = Float64Array.from(parts, (part) => part.score);
        const labels = Uint8Array.from(parts, (part) => part.label === "bad" ? 1 : 0);
        return [referenceAuroc(scores, labels), referenceFpr95(scores, labels, "forest" in how)] as const;
      });
      const good = group[0].parts.filter((part) => part.label === "good").length;
      return [{
        benchmark,
        method,
        ...group.length < seeds.length && { seeds: group.map(({ seed }) => seed) },
        auroc: summary(figures.map(([auroc]) => auroc)),
        fpr95: summary(figures.map(([, fpr95]) => fpr95)),
        ...intervals.get(JSON.stringify([benchmark, method])),
        n: { good, bad: group[0].parts.length - good },
        ...paper(benchmark, method),
      }];
    })
  );
  if (classes.length < 2) return rows;
  // The paper's mean is over all classes: it stands beside no other.
  const whole = classes.length === Object.keys(definition.classes).length;
  return [
    ...rows,
    ...Object.keys(methods).flatMap((method): ResultRow[] => {
      const own = rows.filter((row) => row.method === method);
      if (own.length < classes.length || own.some((row) => row.seeds)) return [];
      const over = (metric: "auroc" | "fpr95") =>
        summary(seeds.map((_, i) => meanStd(own.map((row) => row[metric].values[i])).mean));
      const count = (label: "good" | "bad") => own.reduce((sum, row) => sum + row.n[label], 0);
      return [{
        benchmark: whole ? MEAN : `mean of ${classes.length} classes`,
        method,
        auroc: over("auroc"),
        fpr95: over("fpr95"),
        n: { good: count("good"), bad: count("bad") },
        ...whole && paper(MEAN, method),
      }];
    }),
  ];
}

function summary(values: readonly number[]): ResultRow["auroc"] {
  return { ...meanStd(values), values };
}
