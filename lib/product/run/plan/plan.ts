/** From experiments to tasks, and to the cells of the table that need them. @module */
import type { PipelineDefinition } from "../../experiment/definition.ts";
import type { Experiment } from "../../experiment/experiment.ts";
import type { Failure } from "../../experiment/failures.ts";
import { seesEvidence } from "../../experiment/method_parts.ts";
import { type ClassifyTask, planClassified } from "../steps/classify_step.ts";
import { planEvidence } from "../steps/evidence_step.ts";
import { planFeatures } from "../steps/feature_step.ts";
import { planStandards } from "../steps/standard_step.ts";
import { planFit } from "../steps/fit_step.ts";
import { planUnseenMaps } from "./fold_maps.ts";
import { blockedBy, graphOf } from "./graph.ts";
import { chunksOf, type PlacedMaps, planMaps } from "../steps/map_step.ts";
import { type PixelTask, planPixels } from "../steps/pixel_step.ts";
import { planScores } from "../steps/score_step.ts";
import type { AnyTask } from "../steps/steps.ts";
import { planFoldTrainings, planTrainings, type TrainTask } from "../steps/train_step.ts";
import type { Workspace } from "../steps/workspace.ts";
import type { DetectorPlan, RunPlan, SeedPlan } from "./run_plan.ts";
import { planCells } from "./plan_cells.ts";

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
