/** From experiments to tasks, and to the cells of the table that need them. @module */
import type { PipelineDefinition } from "../../experiment/definition.ts";
import type { BenchmarkSplit, Experiment } from "../../experiment/experiment.ts";
import type { Failure } from "../../experiment/failures.ts";
import type { Judge } from "../../../method/judge/contract.ts";
import { classifierOf, detectorsOf, seesEvidence } from "../../experiment/method_parts.ts";
import { type ClassifyTask, planClassified } from "../steps/classify_step.ts";
import { columnsOf, matching } from "./columns.ts";
import { type PlacedEvidence, planEvidence } from "../steps/evidence_step.ts";
import { type PlacedFeatures, planFeatures } from "../steps/feature_step.ts";
import { planStandards } from "../steps/standard_step.ts";
import type { EvidenceBlock } from "../../../method/evidence/evidence.ts";
import type { TableSpec } from "../steps/feature_table.ts";
import { type FitTask, planFit } from "../steps/fit_step.ts";
import { planUnseenMaps } from "./fold_maps.ts";
import { type ForestTask, planForest } from "../steps/forest_step.ts";
import { blockedBy, type Graph, graphOf } from "./graph.ts";
import { chunksOf, type PlacedMaps, planMaps } from "../steps/map_step.ts";
import { type PixelTask, planPixels } from "../steps/pixel_step.ts";
import { planScores, type ScoreTask } from "../steps/score_step.ts";
import type { AnyTask } from "../steps/steps.ts";
import { planFoldTrainings, planTrainings, type TrainTask } from "../steps/train_step.ts";
import type { Workspace } from "../steps/workspace.ts";

/** One cell of the table: a method on a benchmark with a seed. */
export interface Cell {
  readonly benchmark: BenchmarkSplit;
  readonly method: string;
  readonly experiment: Experiment;
  /** Keys of the results that it is judged by. */
  readonly needs: readonly string[];
  /** The scores of a detector or classifier alone … */
  readonly alone?: {
    readonly judge: Extract<Judge, { readonly name: string }>;
    readonly key: string;
    readonly ids: readonly string[];
  };
  /** … or a forest, with the features of all pictures of the benchmark; `folds` are trained without a fold of the parts each … */
  readonly forest?: { readonly task: ForestTask; readonly table: TableSpec; readonly folds?: readonly ForestTask[] };
  /** … or a regression over evidence … */
  readonly regression?: { readonly table: TableSpec; readonly blocks: readonly EvidenceBlock[] };
  /** … or other methods, together or the best of them. */
  readonly others?: {
    readonly kind: "together" | "best";
    readonly methods: readonly string[];
    /** What those of them see that see columns, and the own scores of those that are detectors. */
    readonly table?: TableSpec;
    readonly alone: readonly NonNullable<Cell["alone"]>[];
  };
  /** The key of its figures over pixels, where there are any. */
  readonly pixels?: string;
}

/** A detector of one seed. */
export interface DetectorPlan {
  readonly fit: FitTask;
  readonly maps: PlacedMaps;
  readonly scores: ScoreTask;
}

/** What one seed needs. */
export interface SeedPlan {
  readonly experiment: Experiment;
  /** In the order of the pipeline's detectors. */
  readonly detectors: readonly DetectorPlan[];
  readonly features: PlacedFeatures;
  /** Where a method sees it. */
  readonly evidence?: PlacedEvidence;
  readonly trainings: readonly TrainTask[];
  readonly classified: readonly ClassifyTask[];
  readonly pixels: readonly PixelTask[];
  readonly cells: readonly Cell[];
}

/** What a run needs. */
export interface RunPlan {
  readonly seeds: readonly SeedPlan[];
  readonly graph: Graph<AnyTask>;
}

/**
 * Plans all seeds. Detectors that cannot be fitted or applied any more have no features, so that the others' forests go on.
 *
 * @param failures of tasks that were tried, by their keys
 */
export async function planRun(
  work: Workspace,
  experiments: readonly Experiment[],
  failures: ReadonlyMap<string, Failure>,
): Promise<RunPlan> {
  const chunks = await Promise.all(experiments.map((experiment) => chunksOf(work, experiment)));
  const fits = await Promise.all(
    experiments.map((experiment) => Promise.all(work.detectors.map((named) => planFit(work, named, experiment)))),
  );
  // Seeds may share a fit: it maps the pictures of all of them.
  const maps = new Map<string, PlacedMaps>();
  for (const [i, experiment] of experiments.entries()) {
    for (const [k, fit] of fits[i].entries()) {
      if (maps.has(fit.key)) continue;
      const wanted = chunks.filter((_, other) => fits[other].some(({ key }) => key === fit.key));
      maps.set(
        fit.key,
        work.definition.split.kind === "folds"
          ? await planUnseenMaps(work, work.detectors[k], fit, experiment, wanted)
          : await planMaps(work, fit, experiment.fitSeed, wanted),
      );
    }
  }
  const seeds: SeedPlan[] = [];
  for (const [i, experiment] of experiments.entries()) {
    const pictures = [...chunks[i].values()].flat();
    const detectors = fits[i].map((fit): DetectorPlan => {
      const placed = maps.get(fit.key)!;
      return { fit, maps: placed, scores: planScores(work, fit, experiment.seed, pictures, placed) };
    });
    seeds.push(await planSeed(work, experiment, detectors, chunks[i], failures));
  }
  return { seeds, graph: graphOf(seeds.flatMap(tasksOf)) };
}

async function planSeed(
  work: Workspace,
  experiment: Experiment,
  detectors: readonly DetectorPlan[],
  chunks: Awaited<ReturnType<typeof chunksOf>>,
  failures: ReadonlyMap<string, Failure>,
): Promise<SeedPlan> {
  const blocked = blockedBy(graphOf(detectors.flatMap(detectorTasks)), failures);
  const left = detectors.filter(({ scores }) => !blocked(scores.key));
  const features = await planFeatures(work, left, experiment.seed, chunks);
  const { methods, split } = work.definition;
  const wanted = split.kind === "folds" && Object.values(methods).some(seesEvidence) &&
    left.length === detectors.length;
  const evidence = wanted
    ? await planEvidence(work, planStandards(work, left, experiment.seed), left, features, experiment.seed, chunks)
    : undefined;
  const trainings: TrainTask[] = [];
  const classified: ClassifyTask[] = [];
  const pixels: PixelTask[] = [];
  const judged = new Set(work.definition.pixel ? aloneIn(work.definition) : []);
  for (const benchmark of experiment.benchmarks) {
    const { good, bad, test } = benchmark;
    for (const training of await planTrainings(work, experiment, benchmark)) {
      trainings.push(training);
      classified.push(await planClassified(work, training, [...good, ...bad, ...test], test));
    }
    for (const { training, heldOut } of await planFoldTrainings(work, experiment, benchmark)) {
      trainings.push(training);
      classified.push(await planClassified(work, training, heldOut, []));
    }
    for (const { fit, maps } of detectors.filter(({ fit }) => judged.has(fit.spec.detector.name))) {
      pixels.push(await planPixels(work, fit, maps, experiment, benchmark));
    }
  }
  const seed = { experiment, detectors, features, evidence, trainings, classified, pixels };
  return { ...seed, cells: experiment.benchmarks.flatMap((benchmark) => planCells(work, seed, benchmark)) };
}

function aloneIn({ methods }: PipelineDefinition): string[] {
  return Object.values(methods).flatMap((how) => "alone" in how ? [how.alone] : []);
}

/**
 * The cells of one benchmark; a method with a forest has none in a benchmark without bad training parts, one with a
 * classifier none in a benchmark without real ones.
 */
function planCells(work: Workspace, seed: Omit<SeedPlan, "cells">, benchmark: BenchmarkSplit): Cell[] {
  const { definition } = work;
  const { experiment, detectors, classified, pixels } = seed;
  const own = classified.filter(({ spec }) => spec.benchmark === benchmark.name);
  const simple = Object.entries(definition.methods).flatMap(([method, how]): Cell[] => {
    // Automatic judges have a run of their own.
    if ("mean" in how || "auto" in how) return [];
    const cell = { benchmark, method, experiment };
    const name = classifierOf(definition, method);
    const [folded, whole] = [true, false].map((of) =>
      own.filter(({ spec }) => spec.classifier.name === name && (spec.fold !== undefined) === of)
    );
    const [classifier] = whole;
    if (name !== undefined && !classifier) return [];
    if ("alone" in how) {
      if (classifier) {
        const { key, spec } = classifier;
        const ids = spec.pictures.map(({ id }) => id);
        const judge = { kind: "classifier", name: how.alone } as const;
        return [{ ...cell, needs: [key], alone: { judge, key, ids }, ...spec.test && { pixels: key } }];
      }
      const { scores: { key, spec } } = detectors.find(({ fit }) => fit.spec.detector.name === how.alone)!;
      const seen = pixels.find(({ spec }) => spec.benchmark === benchmark.name && spec.detector === how.alone);
      const needs = [key, ...seen ? [seen.key] : []];
      const judge = { kind: "detector", name: how.alone } as const;
      return [{ ...cell, needs, alone: { judge, key, ids: spec.ids }, ...seen && { pixels: seen.key } }];
    }
    if (benchmark.bad.length === 0) return [];
    if ("together" in how || "best" in how) return [];
    const places = detectorsOf(definition, method);
    // Where one of them is lost there are no features: the cell is lost with it.
    const needs = [
      ...places.map((place) => detectors[place].scores.key),
      ...classifier ? [classifier.key] : [],
      ...folded.map(({ key }) => key),
    ];
    if (places.some((place) => !seed.features.detectors.includes(work.detectors[place].name))) {
      return [{ ...cell, needs }];
    }
    // Scores of parts that a classifier has not seen come first: those of the forest's parts, where they are cross-fitted.
    const scored = [...folded, ...whole];
    const table = tableOf(seed.features, benchmark, scored, seesEvidence(how) ? seed.evidence : undefined);
    const rows = [...table.rows.map(({ place }) => place.key), ...table.evidence?.places.map(({ key }) => key) ?? []];
    if ("regression" in how) {
      return [{ ...cell, needs: [...needs, ...rows], regression: { table, blocks: seed.evidence?.blocks ?? [] } }];
    }
    const forest = {
      title: `The forest of ${method} for ${benchmark.name}, seed ${experiment.seed}`,
      name: `${benchmark.name}/${method}/${experiment.seed}`,
      seed: experiment.seed,
      columns: [
        ...matching(columnsOf(work, how.forest), how.columns, method),
        ...how.blocks && seed.evidence ? columnsIn(seed.evidence, how.blocks) : [],
        ...classifier ? [`${classifier.spec.classifier.name}.score`] : [],
      ],
      preset: how.preset ?? definition.forest.preset,
    };
    const task = planForest(work, forest, table, benchmark);
    const folds = benchmark.folds && planFolds(work, forest, table, benchmark, benchmark.folds);
    return [{
      ...cell,
      needs: [...needs, ...rows, task.key, ...folds?.map(({ key }) => key) ?? []],
      forest: { task, table, ...folds && { folds } },
    }];
  });
  return [...simple, ...derivedCells(definition, { experiment, benchmark }, simple)];
}

/** Cells of methods that are made of others; where one of those is missing there is none. */
function derivedCells(
  { methods }: PipelineDefinition,
  { experiment, benchmark }: Pick<Cell, "experiment" | "benchmark">,
  simple: readonly Cell[],
): Cell[] {
  const cells = [...simple];
  // What chooses may choose what is put together.
  for (const kind of ["together", "best"] as const) {
    for (const [method, how] of Object.entries(methods)) {
      const names = kind === "together" && "together" in how
        ? how.together
        : kind === "best" && "best" in how
        ? how.best
        : undefined;
      const members = names?.map((name) => cells.find((cell) => cell.method === name));
      if (!names || !members || members.includes(undefined)) continue;
      const needs = [...new Set(members.flatMap((member) => member?.needs ?? []))];
      const tables = members.flatMap((member) =>
        member?.forest?.table ?? member?.regression?.table ?? member?.others?.table ?? []
      );
      const table = tables.find(({ evidence }) => evidence) ?? tables[0];
      const alone = members.flatMap((member) => member?.alone ?? member?.others?.alone ?? []);
      cells.push({
        benchmark,
        method,
        experiment,
        needs,
        others: { kind, methods: names, ...table && { table }, alone },
      });
    }
  }
  return cells.slice(simple.length);
}

/** A forest for each fold, trained on the parts of all others. */
function planFolds(
  work: Workspace,
  forest: Parameters<typeof planForest>[1],
  table: TableSpec,
  { good, bad }: BenchmarkSplit,
  folds: ReadonlyMap<string, number>,
): ForestTask[] {
  return Array.from({ length: Math.max(...folds.values()) + 1 }, (_, fold) => {
    const others = (sources: BenchmarkSplit["good"]) => sources.filter(({ id }) => folds.get(id) !== fold);
    const named = { title: `${forest.title}, fold ${fold + 1}`, name: `${forest.name}, fold ${fold + 1}` };
    return planForest(work, { ...forest, ...named }, table, { good: others(good), bad: others(bad) });
  });
}

/** The columns of some blocks. */
function columnsIn({ columns, blocks }: PlacedEvidence, wanted: readonly string[]): string[] {
  let from = 0;
  return blocks.flatMap(({ name, width }) => {
    const own = columns.slice(from, from += width);
    return wanted.includes(name) ? own : [];
  });
}

/** Where the features of a benchmark's pictures are, and the score of a classifier beside them (`wrn.score`). */
function tableOf(
  features: PlacedFeatures,
  { good, bad, test, fresh = [] }: BenchmarkSplit,
  classified: readonly ClassifyTask[] = [],
  evidence?: PlacedEvidence,
): TableSpec {
  const ids = [...new Set([...good, ...bad, ...test, ...fresh].map(({ id }) => id))];
  return {
    shelf: evidence ? `${features.shelf} ${evidence.shelf}` : features.shelf,
    columns: features.columns,
    rows: ids.map((id) => ({ id, ...features.rows.get(id)! })),
    ...evidence && { evidence: { columns: evidence.columns, places: ids.map((id) => evidence.rows.get(id)!) } },
    scores: classified.map(({ key, spec }) => ({
      column: `${spec.classifier.name}.score`,
      key,
      ids: spec.pictures.map(({ id }) => id),
    })),
  };
}

function detectorTasks({ fit, maps, scores }: DetectorPlan): AnyTask[] {
  return [fit, ...maps.fits ?? [], ...maps.tasks, scores];
}

function tasksOf({ detectors, features, evidence, trainings, classified, pixels, cells }: SeedPlan): AnyTask[] {
  const forests = cells.flatMap(({ forest }) => forest ? [forest.task, ...forest.folds ?? []] : []);
  return [
    ...[...detectors.flatMap(detectorTasks), ...features.tasks],
    ...evidence ? [evidence.standards, ...evidence.tasks] : [],
    ...[...trainings, ...classified, ...pixels, ...forests],
  ];
}

/** What the cells need; and what the model for new pictures and the report need of the first seed. */
export function demandsOf({ definition }: Pick<Workspace, "definition">, { seeds }: RunPlan): (readonly string[])[] {
  return [...seeds.flatMap(({ cells }) => cells.map(({ needs }) => needs)), ...modelNeeds(definition, seeds[0])];
}

function modelNeeds(definition: PipelineDefinition, { cells, detectors, trainings }: SeedPlan): (readonly string[])[] {
  const { benchmark, method } = definition.decision;
  const cell = cells.find((each) => each.benchmark.name === benchmark && each.method === method);
  if (!cell) return [];
  const own = detectorsOf(definition, method).map((place) => detectors[place]);
  const classifier = classifierOf(definition, method);
  const training = trainings.find(({ spec }) => spec.benchmark === benchmark && spec.classifier.name === classifier);
  return [[
    ...cell.needs,
    ...own.flatMap(({ fit, scores }) => [fit.key, ...scores.needs]),
    ...training ? [training.key] : [],
  ]];
}
