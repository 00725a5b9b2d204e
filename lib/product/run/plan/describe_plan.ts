/** What a run would do, before it does it. @module */
import { wrap } from "../../../base/text/wrap.ts";
import type { Dataset } from "../../../picture/data/dataset.ts";
import { countItems } from "../../../picture/data/dataset.ts";
import type { PipelineDefinition } from "../../experiment/definition.ts";
import type { SeedPlan } from "./run_plan.ts";
import type { Segments } from "../pictures/segments.ts";

/** The plan in words, at most 80 columns wide. */
export function describePlan(
  definition: PipelineDefinition,
  facts: {
    readonly dataset: Dataset;
    readonly origin: string;
    readonly plans: readonly SeedPlan[];
    readonly missing: ReadonlySet<string>;
    readonly segments: Segments;
  },
): string {
  const { dataset, origin, plans, missing, segments } = facts;
  const { train, test, unseen } = countItems(dataset.items);
  const forests = plans.flatMap(({ experiment }) => experiment.benchmarks)
    .filter(({ bad }) => bad.length > 0).length *
    Object.values(definition.methods).filter((how) => "forest" in how).length;
  // Seeds may share a fit.
  const fits = [...new Set(plans.flatMap(({ detectors }) => detectors.map(({ fit }) => fit.key)))];
  const sources = plans.reduce((sum, { experiment }) => sum + experiment.sources.length, 0);
  const kept = plans.reduce((sum, plan) => sum + keptMaps(plan, missing), 0);
  const [first] = plans;
  const lines = [
    `Plan of "${definition.name}" on ${origin}`,
    `  pictures    ${train.good} good, ${train.bad} bad to train; ${test.good} good, ${test.bad} bad to test` +
    (unseen > 0 ? ` (${unseen} unseen kinds)` : ""),
    `  segments    ${segments.names.length}: ${segments.names.join(", ")}`,
    `  detectors   ${
      Object.keys(definition.detectors).join(", ")
    } on ${first.experiment.detectors.length} good parts, ` +
    `${plans.length} seeds: ${fits.length} fits, ${fits.filter((key) => !missing.has(key)).length} kept`,
    ...classifierLines(plans, missing),
    `  maps        ${sources} pictures, ${kept} kept`,
    `  forests     ${forests} of the kind "${definition.forest.preset}"`,
    ...first.experiment.benchmarks.map(({ name, good, bad, test }) => {
      const testBad = test.filter(({ item }) => item.label === "bad").length;
      const generated = bad.some(({ defect }) => defect !== undefined) ? "generated" : "bad";
      const what = definition.split.kind === "own" ? "training" : "forest";
      return `  ${name.padEnd(11)} ${what} on ${good.length} good, ${bad.length} ${generated}; ` +
        `judged on ${test.length - testBad} good, ${testBad} bad`;
    }),
  ];
  return lines.map((line) => wrap(line, 80, 14)).join("\n");
}

/** The pictures of a seed none of whose maps must be made. */
function keptMaps({ experiment, detectors }: SeedPlan, missing: ReadonlySet<string>): number {
  const made = new Set(
    detectors.flatMap(({ scores: { spec } }) => spec.ids.filter((_, i) => missing.has(spec.places[i].key))),
  );
  return experiment.sources.length - made.size;
}

function classifierLines(plans: readonly SeedPlan[], missing: ReadonlySet<string>): string[] {
  const tasks = plans.flatMap(({ trainings }) => trainings);
  if (tasks.length === 0) return [];
  const kept = tasks.filter(({ key }) => !missing.has(key)).length;
  // Those of the first benchmark of the first seed; some see all training parts, others leave some to the forest.
  const first = tasks.filter(({ spec: { seed, benchmark } }) =>
    seed === tasks[0].spec.seed && benchmark === tasks[0].spec.benchmark
  ).filter(({ spec }) => spec.fold === undefined);
  const groups = Map.groupBy(first, ({ spec: { labels } }) => {
    const bad = labels.filter((label) => label === 1).length;
    return `${labels.length - bad} good and ${bad} bad parts`;
  });
  const seen = [...groups].map(([parts, some]) =>
    `${some.map(({ spec }) => spec.classifier.name).join(", ")} on ${parts}`
  );
  return [`  classifiers ${seen.join("; ")}: ${tasks.length} trainings, ${kept} kept`];
}
