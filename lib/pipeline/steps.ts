/** The steps of a run up to the features: planned together, done where they are missing. @module */
import { planClassifiers, runClassifier } from "./classify_step.ts";
import type { Experiment } from "./experiment.ts";
import { attempt, type Failure } from "./failures.ts";
import { planFeatures, readFeatureTable, runFeatures } from "./feature_step.ts";
import type { FeatureTable } from "./feature_table.ts";
import { rememberPictures } from "./fit_pictures.ts";
import { type FitTask, planFits, runFit } from "./fit_step.ts";
import { planMaps, runMaps } from "./map_step.ts";
import { planPixels, runPixels } from "./pixel_step.ts";
import { countMissing, type SeedPlan } from "./plan.ts";
import type { Workspace } from "./workspace.ts";

/** The steps of all seeds. */
export async function planSteps(work: Workspace, experiments: readonly Experiment[]): Promise<SeedPlan[]> {
  const plans: SeedPlan[] = [];
  for (const experiment of experiments) plans.push(await planSeed(work, experiment, planFits(work, experiment)));
  return plans;
}

async function planSeed(work: Workspace, experiment: Experiment, fits: readonly FitTask[]): Promise<SeedPlan> {
  // Without a detector there is nothing to map; classifiers may still be judged.
  const maps = fits.length === 0 ? [] : await planMaps(work, fits, experiment);
  const names = fits.map(({ name }) => name);
  return {
    experiment,
    fits,
    maps,
    features: await planFeatures(work, maps, names),
    classifiers: planClassifiers(work, experiment),
    pixels: planPixels(work, maps, names, experiment),
  };
}

/** The plans without what failed. */
async function withoutFailed(
  work: Workspace,
  plans: readonly SeedPlan[],
  failures: readonly Failure[],
): Promise<readonly SeedPlan[]> {
  if (failures.length === 0) return plans;
  return await Promise.all(plans.map(async (plan) => {
    const { experiment, fits, classifiers } = plan;
    const lost = (part: string, benchmark?: string) =>
      failures.some((each) => each.seed === experiment.seed && each.part === part && each.benchmark === benchmark);
    const left = fits.filter(({ name }) => !lost(name));
    return {
      ...left.length === fits.length ? plan : await planSeed(work, experiment, left),
      classifiers: classifiers.filter(({ name, benchmark }) => !lost(name, benchmark)),
    };
  }));
}

/** Fits detectors, trains classifiers and makes maps, as far as they are missing. What fails is taken out of the plans. */
export async function fitAndMap(
  work: Workspace,
  whole: readonly SeedPlan[],
): Promise<{ readonly plans: readonly SeedPlan[]; readonly failures: readonly Failure[] }> {
  const { reporter, signal, cache } = work;
  const pictures = rememberPictures(work);
  const missing = await countMissing(cache, whole);
  const failures: Failure[] = [];
  const add = (failure: Failure | undefined) => failure && failures.push(failure);
  for (const fit of whole.flatMap(({ fits }) => fits)) {
    if (!missing.has(fit.key)) continue;
    signal.throwIfAborted();
    const step = `Fit ${fit.detector.title}, seed ${fit.seed}`;
    add(await attempt(work, { step, seed: fit.seed, part: fit.name }, () => runFit(work, fit, pictures)));
  }
  for (const task of whole.flatMap(({ classifiers }) => classifiers)) {
    if (!missing.has(task.scoresKey)) continue;
    const { name, classifier, seed, benchmark } = task;
    const step = `Train ${classifier.title} for ${benchmark}, seed ${seed}`;
    add(await attempt(work, { step, seed, part: name, benchmark }, () => runClassifier(work, task, pictures)));
  }
  const plans = await withoutFailed(work, whole, failures);
  const unmapped = await runMaps(
    work,
    plans,
    await countMissing(cache, plans),
    (done, total) => reporter.progress({ step: "Anomaly maps", done, total }),
  );
  return { plans: await withoutFailed(work, plans, unmapped), failures: [...failures, ...unmapped] };
}

/** Makes the features that are missing, and gathers those of each seed. */
export async function computeFeatures(work: Workspace, plans: readonly SeedPlan[]): Promise<FeatureTable[]> {
  const { reporter, signal } = work;
  const missing = await countMissing(work.cache, plans);
  const todo = plans.flatMap(({ features }) => features.filter(({ key }) => missing.has(key)));
  for (const [i, task] of todo.entries()) {
    signal.throwIfAborted();
    reporter.progress({ step: "Statistics over segments", done: i, total: todo.length });
    await runFeatures(work, task);
    // Gives progress, Ctrl-C and the workers their turn.
    await new Promise((resolve) => setTimeout(resolve));
  }
  if (todo.length > 0) {
    reporter.progress({ step: "Statistics over segments", done: todo.length, total: todo.length });
  }
  return await Promise.all(plans.map(({ features }) => readFeatureTable(work, features)));
}

/** Makes the figures over pixels that are missing. */
export async function computePixels(work: Workspace, plans: readonly SeedPlan[]): Promise<void> {
  const todo = plans.flatMap(({ pixels }) => pixels);
  for (const [done, task] of todo.entries()) {
    work.reporter.progress({ step: "Figures over pixels", done, total: todo.length });
    // Benchmarks with the same test parts share them.
    if (!await work.cache.has(task.key)) await runPixels(work, task);
  }
  if (todo.length > 0) work.reporter.progress({ step: "Figures over pixels", done: todo.length, total: todo.length });
}
