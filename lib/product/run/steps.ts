/** The steps of a run up to the features: planned together, done where they are missing. @module */
import { planClassifiers, runClassifier } from "./classify_step.ts";
import type { Experiment } from "../experiment/experiment.ts";
import { attempt, type Failure, usesAny } from "../experiment/failures.ts";
import { type FeatureTask, planFeatures, readFeatureTable, runFeatures } from "./feature_step.ts";
import type { FeatureTable } from "./feature_table.ts";
import { rememberPictures } from "./picture_memory.ts";
import { type FitTask, planFits, runFit } from "./fit_step.ts";
import { gridClock } from "../../base/text/time_left.ts";
import { loadMaps } from "./map_file.ts";
import { planMaps, runMaps } from "./map_step.ts";
import { planPixels, runPixels } from "./pixel_step.ts";
import { countMissing, type SeedPlan } from "./describe_plan.ts";
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
  // What is shared by several seeds is fitted once, and lost to all of them where it fails.
  const fits = [...Map.groupBy(whole.flatMap((plan) => plan.fits), ({ key }) => key).values()]
    .filter(([{ key }]) => missing.has(key));
  const trainings = whole.flatMap(({ classifiers }) => classifiers).filter(({ scoresKey }) => missing.has(scoresKey));
  const clock = gridClock([...fits.map(([{ name }]) => name), ...trainings.map(({ name }) => name)]);
  async function cell(step: Omit<Failure, "error">, name: string, run: () => Promise<void>) {
    signal.throwIfAborted();
    const begun = performance.now();
    const failure = await attempt(work, step, run);
    const line = clock.done(name, (performance.now() - begun) / 1000);
    if (line) reporter.say(line);
    return failure;
  }
  for (const shared of fits) {
    const [fit] = shared;
    const step = { step: `Fit ${fit.detector.title}, seed ${fit.fitSeed}`, seed: fit.seed, part: fit.name };
    const failure = await cell(step, fit.name, () => runFit(work, fit, pictures));
    for (const { seed } of shared) add(failure && { ...failure, seed });
  }
  for (const task of trainings) {
    const { name, classifier, seed, benchmark } = task;
    const step = { step: `Train ${classifier.title} for ${benchmark}, seed ${seed}`, seed, part: name, benchmark };
    add(await cell(step, name, () => runClassifier(work, task, pictures)));
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

/**
 * Makes the features that are missing, and gathers those of each seed. A chunk of pictures whose features fail has the
 * detectors' own scores alone.
 */
export async function computeFeatures(
  work: Workspace,
  plans: readonly SeedPlan[],
): Promise<{ readonly tables: readonly FeatureTable[]; readonly failures: readonly Failure[] }> {
  const { reporter, signal } = work;
  const missing = await countMissing(work.cache, plans);
  const todo = plans.flatMap(({ experiment, features }) =>
    features.filter(({ key }) => missing.has(key)).map((task) => ({ experiment, task }))
  );
  const failures: Failure[] = [];
  const lost = new Set<FeatureTask>();
  for (const [i, { experiment, task }] of todo.entries()) {
    signal.throwIfAborted();
    reporter.progress({ step: "Statistics over segments", done: i, total: todo.length });
    const pictures = new Set(task.maps.sources.map(({ id }) => id));
    const needed = isNeeded(experiment, pictures, failures);
    const step = { step: `Features, seed ${experiment.seed}`, seed: experiment.seed, pictures };
    const failure = needed ? await attempt(work, step, () => runFeatures(work, task)) : undefined;
    if (failure) failures.push(failure);
    if (failure || !needed) lost.add(task);
    // Gives progress, Ctrl-C and the workers their turn.
    await new Promise((resolve) => setTimeout(resolve));
  }
  if (todo.length > 0) {
    reporter.progress({ step: "Statistics over segments", done: todo.length, total: todo.length });
  }
  const tables = await Promise.all(plans.map(async ({ features }) => {
    const table = await readFeatureTable(work, features.filter((task) => !lost.has(task)));
    const scores = await Promise.all(features.filter((task) => lost.has(task)).map((task) => mapScores(work, task)));
    return { ...table, scores: new Map([...table.scores, ...scores.flat()]) };
  }));
  return { tables, failures };
}

/** Whether some forest of a seed that has lost no picture yet sees one of these: a broken feature is told once and not for each chunk. */
function isNeeded(
  { seed, benchmarks }: Experiment,
  pictures: ReadonlySet<string>,
  failures: readonly Failure[],
): boolean {
  const lost = failures.flatMap((failure) => failure.seed === seed && failure.pictures ? [failure.pictures] : []);
  if (lost.length === 0) return true;
  return benchmarks.some((each) =>
    each.bad.length > 0 && usesAny(each, pictures) && !lost.some((some) => usesAny(each, some))
  );
}

/** The detectors' own scores of a chunk from its maps, by picture, in the order of the pipeline's detectors. */
async function mapScores(work: Workspace, { maps, detectors }: FeatureTask): Promise<[string, Float32Array][]> {
  const all = Object.keys(work.definition.detectors);
  const files = await Promise.all(maps.keys.map((key) => loadMaps(work.cache, key)));
  return maps.sources.map(({ id }, n) => {
    const own = new Float32Array(all.length).fill(NaN);
    files.forEach(({ score }, k) => own[all.indexOf(detectors[k])] = score.data[n]);
    return [id, own];
  });
}

/** Makes the figures over pixels that are missing; gives back what failed. */
export async function computePixels(work: Workspace, plans: readonly SeedPlan[]): Promise<Failure[]> {
  const todo = plans.flatMap(({ pixels }) => pixels);
  const failures: Failure[] = [];
  for (const [done, task] of todo.entries()) {
    work.reporter.progress({ step: "Figures over pixels", done, total: todo.length });
    // Benchmarks with the same test parts share them.
    if (await work.cache.has(task.key)) continue;
    const { seed, benchmark, detector: part } = task;
    const step = `Figures over pixels of ${part} for ${benchmark}, seed ${seed}`;
    const failure = await attempt(work, { step, seed, benchmark, part, pixels: true }, () => runPixels(work, task));
    if (failure) failures.push(failure);
  }
  if (todo.length > 0) work.reporter.progress({ step: "Figures over pixels", done: todo.length, total: todo.length });
  return failures;
}
