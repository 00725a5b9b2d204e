/** One pipeline over all objects of a data set, an object at a time, and the mean over them. @module */
import { existsSync } from "node:fs";
import { ownOf } from "../../base/text/own.ts";
import { join } from "node:path";
import { holm } from "../../method/evaluate/holm.ts";
import { meanStd } from "../../method/evaluate/mean_std.ts";
import { sha256 } from "../../base/io/hash.ts";
import type { PipelineDefinition } from "../experiment/definition.ts";
import { attempt, type FailedCell } from "../experiment/failures.ts";
import { describeError } from "../../base/text/describe_error.ts";
import { joinOrigins } from "../experiment/data_source.ts";
import type { ResultRow, Results, Summary } from "../experiment/results.ts";
import { type RunOptions, runPipeline, type RunSummary } from "./run.ts";
import { chooseFolder, writeResults } from "./folder/run_folder.ts";

/**
 * The benchmark of the rows that are means over the objects; what a pipeline calls the paper's figures for them. Where there
 * are several benchmarks, theirs follows: "mean of all objects, 5-shot".
 */
export const OBJECTS_MEAN = "mean of all objects";

/** What a run over objects found. */
export interface ObjectsSummary {
  readonly folder: string;
  readonly results: Results;
}

/**
 * A pipeline for one object. The paper's figures of an object may stand under its name in place of the benchmark's, and
 * `{object}` in the path of the segment maps for its name.
 */
export function forObject(definition: PipelineDefinition, object: string): PipelineDefinition {
  const { paper = {}, benchmarks, data, segments } = definition;
  const own = Object.keys(benchmarks).map((name) =>
    [name, { ...ownOf(paper, name), ...ownOf(paper, object) }] as const
  );
  return {
    ...definition,
    data: { ...data, object },
    segments: segmentsOf(segments, object),
    paper: Object.fromEntries(own),
  };
}

/** The folder of maps of an object, or where there is none the one map for all its pictures, as `segment clusters` writes it. */
function segmentsOf(segments: string, object: string): string {
  const path = segments.replaceAll("{object}", () => object);
  return path !== segments && !existsSync(path) && existsSync(`${path}.png`) ? `${path}.png` : path;
}

/**
 * Runs a pipeline on each object; each has a run folder of its own, `NAME-OBJECT`, and all together one with the table. An
 * object that fails is reported, and the others go on.
 *
 * @param each called with what each object's run has found
 * @throws {Error} where all objects fail: what the first threw
 */
export async function runObjects(
  definition: PipelineDefinition,
  objects: readonly string[],
  options: RunOptions,
  each: (run: RunSummary) => Promise<void>,
): Promise<ObjectsSummary | undefined> {
  const { reporter } = options;
  const parent = join(options.runs, definition.name);
  const folder = chooseFolder(parent, options.name, new Date());
  const name = folder.slice(parent.length + 1);
  const found: { readonly object: string; readonly results: RunSummary["results"] }[] = [];
  const lost: { readonly object: string; readonly error: unknown }[] = [];
  for (const [i, object] of objects.entries()) {
    reporter.say(`\n${object}, ${i + 1} of ${objects.length} objects`);
    const failure = await attempt(options, object, async () => {
      const run = await runPipeline(forObject(definition, object), { ...options, name: `${name}-${wordOf(object)}` });
      if (!run) return;
      await each(run);
      found.push({ object, results: run.results });
    });
    if (failure) lost.push({ object, error: failure.error });
  }
  if (options.planOnly) return undefined;
  if (found.length === 0) throw lost[0].error;
  const benchmarks = Object.keys(definition.benchmarks);
  const named = (object: string, benchmark: string) => benchmarks.length === 1 ? object : `${object}, ${benchmark}`;
  const rows = found.flatMap(({ object, results }) =>
    results.rows.map((row) => ({ ...row, benchmark: named(object, row.benchmark) }))
  );
  const failed: FailedCell[] = [
    ...found.flatMap(({ object, results }) =>
      (results.failed ?? []).map((cell) => ({ ...cell, benchmark: named(object, cell.benchmark) }))
    ),
    ...lost.flatMap(({ object, error }) =>
      Object.keys(definition.methods).flatMap((method) =>
        benchmarks.flatMap((benchmark) =>
          definition.seeds.map((seed) => ({
            benchmark: named(object, benchmark),
            method,
            seed,
            reason: describeError(error),
          }))
        )
      )
    ),
  ];
  const comparisons = found.flatMap(({ object, results }) =>
    (results.comparisons ?? []).map((each) => ({ ...each, benchmark: named(object, each.benchmark) }))
  );
  // There are more of them than each object's run knew of.
  const corrected = holm(comparisons.map(({ p }) => p));
  const counts: Record<string, number> = {};
  for (const { results } of found) {
    for (const [what, count] of Object.entries(results.data.counts)) counts[what] = (counts[what] ?? 0) + count;
  }
  const results: Results = {
    pipeline: definition.name,
    seeds: definition.seeds,
    data: {
      origin: joinOrigins(found.map(({ results }) => results.data.origin)),
      counts,
      sha256: sha256(found.map(({ results }) => results.data.sha256).join("\n")),
    },
    rows: [...rows, ...benchmarks.flatMap((benchmark) => means(definition, benchmark, found, objects.length))],
    ...comparisons.length > 0 && {
      comparisons: comparisons.map((each, i) => ({ ...each, corrected: corrected[i] })),
    },
    ...failed.length > 0 && { failed },
  };
  await writeResults(folder, results);
  return { folder, results };
}

/** An object's name as a part of a run's: other characters by their numbers. */
function wordOf(object: string): string {
  return object.replaceAll(/[^A-Za-z0-9._-]/gu, (character) => `_${character.codePointAt(0)!.toString(16)}`);
}

/** What not every row has; a mean has it where all rows do. */
const OPTIONAL = ["aupr", "f1Max", "pixelAuroc", "pixelAupr", "pixelAupro", "pixelF1"] as const;

/** The mean of each method over the objects, seed by seed; for methods that have been judged on all of them with all seeds. */
function means(
  definition: PipelineDefinition,
  benchmark: string,
  found: readonly { readonly results: RunSummary["results"] }[],
  objects: number,
): ResultRow[] {
  const { seeds, methods, paper, benchmarks } = definition;
  const whole = found.length === objects;
  const what = whole ? OBJECTS_MEAN : `mean of ${found.length} of ${objects} objects`;
  const title = Object.keys(benchmarks).length === 1 ? what : `${what}, ${benchmark}`;
  return Object.keys(methods).flatMap((method): ResultRow[] => {
    const own = found.flatMap(({ results }) =>
      results.rows.filter((row) => row.benchmark === benchmark && row.method === method)
    );
    if (own.length < found.length || own.some(({ auroc }) => auroc.values.length < seeds.length)) return [];
    const over = (metric: "auroc" | "fpr95" | typeof OPTIONAL[number]): Summary | undefined => {
      if (own.some((row) => row[metric] === undefined)) return undefined;
      const values = seeds.map((_, i) => meanStd(own.map((row) => row[metric]!.values[i])).mean);
      return { ...meanStd(values), values };
    };
    const optional = OPTIONAL.map((metric) => [metric, over(metric)] as const);
    const count = (label: "good" | "bad") => own.reduce((sum, row) => sum + row.n[label], 0);
    // The paper's mean is over all objects: it stands beside no other.
    const figures = whole ? ownOf(ownOf(paper, title), method) : undefined;
    return [{
      benchmark: title,
      method,
      auroc: over("auroc")!,
      fpr95: over("fpr95")!,
      ...Object.fromEntries(optional.filter(([, summary]) => summary !== undefined)),
      n: { good: count("good"), bad: count("bad") },
      ...figures && { paper: figures },
    }];
  });
}
