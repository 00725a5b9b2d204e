/** What a run would do, before it does it. @module */
import type { Dataset } from "../../picture/data/dataset.ts";
import { countItems } from "../../picture/data/dataset.ts";
import type { Cache } from "./cache.ts";
import type { ClassifyTask } from "./classify_step.ts";
import type { PipelineDefinition } from "../experiment/definition.ts";
import type { Experiment } from "../experiment/experiment.ts";
import type { FeatureTask } from "./feature_step.ts";
import type { FitTask } from "./fit_step.ts";
import type { MapTask } from "./map_step.ts";
import type { PixelTask } from "./pixel_step.ts";
import type { Segments } from "./segments.ts";

/** The steps of one seed, up to the features; forests follow from those. */
export interface SeedPlan {
  readonly experiment: Experiment;
  readonly fits: readonly FitTask[];
  readonly maps: readonly MapTask[];
  readonly features: readonly FeatureTask[];
  readonly classifiers: readonly ClassifyTask[];
  readonly pixels: readonly PixelTask[];
}

/**
 * The keys of the steps that must be done: those that are not kept and that something needs. Maps are needed where
 * features or the report want them, fits where maps or the models of the first seed do.
 */
export async function countMissing(cache: Cache, plans: readonly SeedPlan[]): Promise<ReadonlySet<string>> {
  const missing = new Set<string>();
  const absent = async (key: string) => !await cache.has(key);
  for (const [i, { fits, features, classifiers, pixels }] of plans.entries()) {
    for (const { scoresKey, pixelsKey = scoresKey } of classifiers) {
      if (await absent(scoresKey) || await absent(pixelsKey)) missing.add(scoresKey);
    }
    let needsFits = i === 0;
    for (const task of features) {
      if (await absent(task.key)) missing.add(task.key);
      // The report shows maps of the first seed.
      else if (i > 0) continue;
      for (const key of task.maps.keys) {
        if (await absent(key)) {
          missing.add(key);
          needsFits = true;
        }
      }
    }
    for (const task of pixels) {
      if (!await absent(task.key)) continue;
      missing.add(task.key);
      for (const { keys } of task.maps) {
        if (await absent(keys[task.place])) {
          missing.add(keys[task.place]);
          needsFits = true;
        }
      }
    }
    if (!needsFits) continue;
    for (const { key } of fits) if (await absent(key)) missing.add(key);
  }
  return missing;
}

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
  const fits = [...new Set(plans.flatMap((plan) => plan.fits.map(({ key }) => key)))];
  const sources = plans.reduce((sum, { experiment }) => sum + experiment.sources.length, 0);
  const chunks = plans.flatMap(({ maps }) => maps);
  const kept = chunks.filter(({ keys }) => !keys.some((key) => missing.has(key)))
    .reduce((sum, task) => sum + task.sources.length, 0);
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
  return lines.map((line) => wrap(line, 80)).join("\n");
}

function classifierLines(plans: readonly SeedPlan[], missing: ReadonlySet<string>): string[] {
  const tasks = plans.flatMap(({ classifiers }) => classifiers);
  if (tasks.length === 0) return [];
  const kept = tasks.filter(({ scoresKey }) => !missing.has(scoresKey)).length;
  // Those of the first benchmark of the first seed; some see all training parts, others leave some to the forest.
  const first = tasks.filter(({ seed, benchmark }) => seed === tasks[0].seed && benchmark === tasks[0].benchmark);
  const groups = Map.groupBy(first, ({ labels }) => {
    const bad = labels.filter((label) => label === 1).length;
    return `${labels.length - bad} good and ${bad} bad parts`;
  });
  const seen = [...groups].map(([parts, some]) => `${some.map(({ name }) => name).join(", ")} on ${parts}`);
  return [`  classifiers ${seen.join("; ")}: ${tasks.length} trainings, ${kept} kept`];
}

/** Breaks a line at spaces; what follows stands under the text of the first line. */
function wrap(line: string, width: number): string {
  const indent = " ".repeat(14);
  const cut = line.lastIndexOf(" ", width);
  if (line.length <= width || cut <= indent.length) return line;
  return `${line.slice(0, cut)}\n${wrap(indent + line.slice(cut + 1), width)}`;
}
