/**
 * The results of SegAD's published code from its own maps: the same split, features, forests and figures, bit for bit.
 *
 * Class after class; within one, forests train side by side. Features and scores are kept by content.
 * @module
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Item } from "../../picture/data/dataset.ts";
import {
  checkMapFiles,
  findReferenceMaps,
  hasMappedClass,
  type MappedClass,
  type MappedPart,
  readMappedClass,
} from "./map_files.ts";
import { presets } from "../../method/forest/presets.ts";
import { openForestRunner, type RunnerOptions } from "../../method/forest/runner.ts";
import { XGBOOST_VERSION } from "../../../packages/xgboost-wasm/mod.ts";
import { sha256 } from "../../base/io/hash.ts";
import { openCache } from "../run/cache/cache.ts";
import { codeVersion } from "../run/cache/code_version.ts";
import { attempt, type FailedCell, reasonOf } from "../experiment/failures.ts";
import { removeLeftovers } from "../../base/io/half_written.ts";
import { RELEASE } from "../model/release.ts";
import { counter, type Reporter } from "../../base/text/progress.ts";
import type { ReferenceDefinition } from "./definition.ts";
import { referenceRows } from "./features.ts";
import { compareMethods } from "../experiment/compare_methods.ts";
import type { Results, ScoreSet } from "../experiment/results.ts";
import {
  checkRunName,
  chooseFolder,
  makeFolder,
  writeJson,
  writeResults,
  writeScores,
} from "../run/folder/run_folder.ts";
import { judgeClass } from "./scores.ts";
import { summariseReference } from "./results.ts";

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
  const begun = new Date();
  if (options.name !== undefined) checkRunName(options.name);
  const root = await findReferenceMaps(options.maps);
  const classes = await openClasses(definition, root, options);
  options.reporter.say(describeClasses(definition, root, classes));
  if (options.planOnly) return undefined;
  await makeFolder(options.cache, "--cache");
  await makeFolder(options.runs, "--runs");
  await removeLeftovers(options.cache);
  const code = await codeVersion(CODE, RELEASE);
  const { sets, lost } = await scoreClasses(definition, options, { root, classes, code });
  if (sets.length === 0) throw lost[0].error;
  const digest = sha256(JSON.stringify(classes));
  const results = resultsOf(definition, classes, sets, lost, digest);
  const folder = await writeReference(definition, options, { begun, root, digest, code, results, sets });
  return { folder, results, scores: sets };
}

/** Whose code the kept results depend on. */
const CODE = ["base/io/npy.ts", "base/tensor", "method/forest", "method/stats", "product/published"];

function describeClasses(definition: ReferenceDefinition, root: string, classes: readonly MappedClass[]): string {
  return `Maps in ${root}: ${classes.length} of ${Object.keys(definition.classes).length} classes, ` +
    `${partsIn(classes)} parts, ${definition.detectors.join(" and ")}\n` +
    `${definition.seeds.length} seeds, ${classes.length * forestsOf(definition)} forests`;
}

function partsIn(classes: readonly MappedClass[]): number {
  return classes.reduce((sum, { training, test }) => sum + training.length + test.length, 0);
}

/** Of one class, over all seeds. */
function forestsOf({ seeds, methods }: ReferenceDefinition): number {
  return seeds.length * Object.values(methods).filter((method) => "forest" in method).length;
}

/** What went wrong, and the cells of the table that are missing for it. */
interface Lost {
  readonly error: unknown;
  readonly cells: readonly FailedCell[];
}

/** The scores of all classes; one that fails is lost, and the others go on. */
async function scoreClasses(
  definition: ReferenceDefinition,
  options: ReferenceOptions,
  { root, classes, code }: { readonly root: string; readonly classes: readonly MappedClass[]; readonly code: string },
): Promise<{ readonly sets: readonly ScoreSet[]; readonly lost: readonly Lost[] }> {
  const { reporter, signal } = options;
  const { detectors, methods, seeds } = definition;
  const cache = openCache(options.cache);
  const runner = openForestRunner(options.forest);
  const [sets, lost]: [ScoreSet[], Lost[]] = [[], []];
  try {
    for (const parts of classes) {
      const { name } = parts;
      const segments = definition.classes[name];
      const failure = await attempt(options, `Features of ${name}`, async () => {
        const onMap = counter(reporter, `Features of ${name}`, partsIn([parts]) * detectors.length);
        const rows = await referenceRows({ root, parts, detectors, segments, cache, code, onMap, signal });
        const onForest = counter(reporter, `Forests of ${name}`, forestsOf(definition));
        const work = { definition, parts, rows, segments, runner, cache, code, onForest, signal, reporter };
        const found = await judgeClass(work);
        sets.push(...found.sets);
        lost.push(...found.lost);
      });
      if (!failure) continue;
      const reason = reasonOf(failure);
      const cells = Object.keys(methods).flatMap((method) =>
        seeds.map((seed) => ({ benchmark: name, method, seed, reason }))
      );
      lost.push({ error: failure.error, cells });
    }
  } finally {
    await runner.close();
  }
  return { sets, lost };
}

function resultsOf(
  definition: ReferenceDefinition,
  classes: readonly MappedClass[],
  sets: readonly ScoreSet[],
  lost: readonly Lost[],
  digest: string,
): Results {
  const comparisons = compareMethods(sets);
  const failed = lost.flatMap(({ cells }) => cells);
  const counts = { classes: classes.length, parts: partsIn(classes) };
  return {
    pipeline: definition.name,
    seeds: definition.seeds,
    data: { origin: { name: "maps in the layout of SegAD's published code" }, counts, sha256: digest },
    rows: summariseReference(definition, sets),
    ...comparisons.length > 0 && { comparisons },
    ...failed.length > 0 && { failed },
  };
}

/** Writes the folder of the run and gives its path. */
async function writeReference(
  definition: ReferenceDefinition,
  options: ReferenceOptions,
  { begun, root, digest, code, results, sets }: {
    readonly begun: Date;
    readonly root: string;
    readonly digest: string;
    readonly code: string;
    readonly results: Results;
    readonly sets: readonly ScoreSet[];
  },
): Promise<string> {
  const folder = chooseFolder(join(options.runs, definition.name), options.name, begun);
  await removeLeftovers(folder);
  await rm(join(folder, "run.json"), { force: true });
  await writeResults(folder, results);
  await writeScores(folder, sets);
  await writeJson(join(folder, "run.json"), {
    pipeline: options.file,
    begun: begun.toISOString(),
    seconds: Math.max(0, Math.round((Date.now() - begun.getTime()) / 1000)),
    data: { root, sha256: digest },
    versions: { segad: RELEASE, xgboost: options.forest?.library ?? `${XGBOOST_VERSION}, embedded` },
    code,
    definition,
    forest: presets[definition.forest],
  });
  return folder;
}

async function openClasses(
  definition: ReferenceDefinition,
  root: string,
  { classes = Object.keys(definition.classes), reporter, maps }: ReferenceOptions,
): Promise<MappedClass[]> {
  const unknown = classes.filter((name) => !Object.hasOwn(definition.classes, name));
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
