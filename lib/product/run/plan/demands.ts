/** Which results a run is after. @module */
import type { PipelineDefinition } from "../../experiment/definition.ts";
import { classifierOf, detectorsOf } from "../../experiment/method_parts.ts";
import type { Workspace } from "../steps/workspace.ts";
import type { RunPlan, SeedPlan } from "./run_plan.ts";

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
