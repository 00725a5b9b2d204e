/** The cells of the table: which judge each is by, and what it needs. @module */
import type { PipelineDefinition } from "../../experiment/definition.ts";
import type { BenchmarkSplit } from "../../experiment/experiment.ts";
import { classifierOf, detectorsOf, seesEvidence } from "../../experiment/method_parts.ts";
import type { ClassifyTask } from "../steps/classify_step.ts";
import { columnsOf, matching } from "./columns.ts";
import type { PlacedEvidence } from "../steps/evidence_step.ts";
import type { PlacedFeatures } from "../steps/feature_step.ts";
import type { TableSpec } from "../steps/feature_table.ts";
import { type ForestTask, planForest } from "../steps/forest_step.ts";
import type { Workspace } from "../steps/workspace.ts";
import type { Cell, SeedPlan } from "./run_plan.ts";

/**
 * The cells of one benchmark; a method with a forest has none in a benchmark without bad training parts, one with a
 * classifier none in a benchmark without real ones.
 */
export function planCells(work: Workspace, seed: Omit<SeedPlan, "cells">, benchmark: BenchmarkSplit): Cell[] {
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
    // Where parts are judged by folds, the forest of all of them is grown for a model alone: see `wholeJudge`.
    const judged = (folds ?? [task]).map(({ key }) => key);
    return [{
      ...cell,
      needs: [...needs, ...rows, ...judged],
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
