/** The fifth step: scores of the test parts by every method, benchmark and seed. @module */
import { checkScores } from "../../method/evaluate/decide.ts";
import type { ForestRunner } from "../../method/forest/runner.ts";
import { type ClassifyTask, withClassifiers } from "./classify_step.ts";
import type { FailedCell } from "../experiment/failures.ts";
import type { BenchmarkSplit, Experiment } from "../experiment/experiment.ts";
import type { FeatureTable } from "./feature_table.ts";
import { getForest, planForest, scoreSources } from "./forest_step.ts";
import type { ForestTask } from "./forest_step.ts";
import { type PixelTask, readPixelFigures } from "./pixel_step.ts";
import type { ScoreSet } from "../experiment/results.ts";
import type { Workspace } from "./workspace.ts";

/** One cell of the table: a method on a benchmark with a seed. */
export interface Cell {
  readonly benchmark: BenchmarkSplit;
  readonly method: string;
  readonly experiment: Experiment;
  readonly table: FeatureTable;
  /** The detector or classifier whose own score is the method's, by its place in the pipeline … */
  readonly alone?: number;
  /** … or the forest. */
  readonly forest?: ForestTask;
  /** The key of its figures over pixels, where there are any. */
  readonly pixels?: string;
}

/**
 * The cells of one seed; a method with a forest has none in a benchmark without bad training parts, one
 * with a classifier none in a benchmark without real ones. Cells that failed are left out.
 */
export async function planCells(
  work: Workspace,
  experiment: Experiment,
  all: FeatureTable,
  classifiers: readonly ClassifyTask[],
  pixels: readonly PixelTask[],
  failed: readonly FailedCell[],
): Promise<Cell[]> {
  const { definition } = work;
  const cells = await Promise.all(experiment.benchmarks.map(async (benchmark) => {
    const own = classifiers.filter((task) => task.benchmark === benchmark.name);
    const table = await withClassifiers(work, all, own);
    const names = [...Object.keys(definition.detectors), ...own.map(({ name }) => name)];
    return Object.entries(definition.methods).flatMap(([method, how]): Cell[] => {
      if (failed.some((each) => each.benchmark === benchmark.name && each.method === method)) return [];
      if ("mean" in how) return [];
      const cell = { benchmark, method, experiment, table };
      const classifier = "alone" in how ? how.alone : how.classifier;
      const untrained = work.classifiers.some(({ name }) => name === classifier) && own.length === 0;
      if (untrained) return [];
      if ("alone" in how) {
        const alone = names.indexOf(how.alone);
        const seen = pixels.find((task) => task.benchmark === benchmark.name && task.detector === how.alone)?.key ??
          own.find(({ name }) => name === how.alone)?.pixelsKey;
        return [{ ...cell, alone, ...seen !== undefined && { pixels: seen } }];
      }
      if (benchmark.bad.length === 0) return [];
      const columns = [
        ...matching(columnsOf(work, how.forest), how.columns, method),
        ...how.classifier ? [`${how.classifier}.score`] : [],
      ];
      const name = `${benchmark.name}/${method}/${experiment.seed}`;
      return [{ ...cell, forest: planForest(work, { ...experiment, ...how, name, columns }, table, benchmark) }];
    });
  }));
  return cells.flat();
}

/** The columns that a forest over some detectors sees, in the pipeline's order of detectors. */
export function columnsOf(
  work: Pick<Workspace, "definition" | "features" | "segments">,
  detectors: readonly string[],
): string[] {
  const { definition, features, segments } = work;
  const ordered = Object.keys(definition.detectors).filter((name) => detectors.includes(name));
  return features.columns({ detectors: ordered, segments: segments.names });
}

/**
 * The columns that some patterns name, in their order.
 *
 * @throws {TypeError} where a pattern names none
 */
function matching(columns: readonly string[], patterns: readonly string[] | undefined, method: string): string[] {
  if (patterns === undefined) return [...columns];
  const found = new Set<string>();
  for (const pattern of patterns) {
    const text = pattern.split("*").map((part) => part.replace(/[^\w]/g, "\\$&")).join("[^.]*");
    const some = columns.filter((column) => new RegExp(`^${text}$`).test(column));
    if (some.length === 0) {
      throw new TypeError(
        `Cannot use this pipeline as methods["${method}"].columns must name features such as ` +
          `"${columns[0]}": found "${pattern}"`,
      );
    }
    some.forEach((column) => found.add(column));
  }
  return columns.filter((column) => found.has(column));
}

/**
 * Scores the test parts of a cell, training its forest where it is missing.
 *
 * @throws {RangeError} that names the method where a score is not finite
 */
export async function judgeCell(work: Workspace, runner: ForestRunner, cell: Cell): Promise<ScoreSet> {
  const { benchmark, method, experiment, table, alone } = cell;
  const scores = cell.forest
    ? await scoreSources(runner, await getForest(work, runner, cell.forest), table, benchmark.test)
    : benchmark.test.map(({ id }) => table.scores.get(id)![alone!]);
  checkScores(method, benchmark.test.map(({ id }) => id), scores);
  return {
    benchmark: benchmark.name,
    method,
    seed: experiment.seed,
    parts: benchmark.test.map(({ id, item }, i) => ({
      id,
      label: item.label,
      unseen: item.unseen,
      ...item.kind !== undefined && { kind: item.kind },
      score: scores[i],
    })),
    ...cell.pixels !== undefined && { pixel: await readPixelFigures(work.cache, cell.pixels) },
  };
}

/**
 * Checks what a forest will see before anything is fitted.
 *
 * @throws {TypeError} where `forest.features` is given and is not the number of columns, or a pattern names no column
 */
export function checkColumns(work: Pick<Workspace, "definition" | "features" | "segments">): void {
  const { definition, features, segments } = work;
  const expected = definition.forest.features;
  for (const [method, how] of Object.entries(definition.methods)) {
    if (!("forest" in how)) continue;
    const found = matching(columnsOf(work, how.forest), how.columns, method).length +
      (how.classifier === undefined ? 0 : 1);
    if (expected !== undefined && found !== expected) {
      throw new TypeError(
        `Cannot use this pipeline as forest.features must be ${found} for methods["${method}"], whose feature set ` +
          `"${features.name}" has ${how.forest.length} detectors and ${segments.names.length} segments: ` +
          `found ${expected}`,
      );
    }
  }
}
