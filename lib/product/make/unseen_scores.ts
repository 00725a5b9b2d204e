/**
 * Scores of good pictures as new ones would get them, for a threshold: a judge finds the pictures that it was fitted on more
 * usual than those that it never saw.
 * @module
 */
import type { GridMap } from "../../domain.ts";
import { rows } from "../../base/tensor/tensor.ts";
import { seededRandom } from "../../base/tensor/random.ts";
import type { Item } from "../../picture/data/dataset.ts";
import type { Detector, LeftOutDetector } from "../../method/detect/contract.ts";
import { foldedMaps } from "../../method/detect/folded_maps.ts";
import { detectorNamed } from "../../method/detect/table.ts";
import { observe } from "../../method/learn/observation.ts";
import type { Source } from "../experiment/experiment.ts";
import { MOST_PARTS, spreadOut } from "../model/gather_good_parts.ts";
import { planFit } from "../run/steps/fit_step.ts";
import type { FitTask } from "../run/steps/fit_step.ts";
import { goodContext } from "../run/steps/fitting.ts";
import { sourceBatches } from "../run/pictures/source_batches.ts";
import { runTask } from "../run/steps/steps.ts";
import type { FitWorkspace } from "../run/steps/workspace.ts";

/**
 * How a judge came to score good pictures that it has not seen: each was left out of the fit, further fits did not see
 * some of them in turn, or some were held out of the fit.
 */
export type UnseenBy = "left out" | "folds" | "held out";

/** The share of the good pictures that is held out of a fit that cannot leave them out. */
export const HELD_OUT = 0.1;
/** Fits, at most, where single pictures cannot be left out. */
const FOLDS = 5;

/** A detector that was fitted, and what it says of good pictures that it has not seen. */
export interface ScoredFit {
  readonly task: FitTask;
  /** The pictures that were scored, each by a fit that had not seen it … */
  readonly items: readonly Item[];
  /** … their scores, */
  readonly scores: readonly number[];
  /** and the maps of some of them by their ids, as many as are looked at: 1 × 1 × h × w each. */
  readonly maps: ReadonlyMap<string, GridMap>;
  readonly by: UnseenBy;
}

/** Maps of pictures that are taken as they come. */
interface KeptMaps {
  readonly maps: Map<string, GridMap>;
  /** Those of others are let go: with them memory would grow with the pictures. */
  readonly wanted: ReadonlySet<string>;
}

function openMaps(items: readonly Item[]): KeptMaps {
  return { maps: new Map(), wanted: new Set(spreadOut(items.length, MOST_PARTS).map((place) => items[place].id)) };
}

function keepMaps({ maps, wanted }: KeptMaps, ids: readonly string[], map: GridMap): void {
  for (const [n, id] of ids.entries()) if (wanted.has(id)) maps.set(id, rows(map, n, n + 1));
}

/**
 * Fits the one detector of a workspace on all good pictures and scores each of them without it. Detectors that are trained for
 * long are fitted once, on nine tenths, and score the others.
 *
 * @throws {RangeError} where there are too few pictures to leave one out
 */
export async function fitDetector(
  work: FitWorkspace,
  { seed, good }: { readonly seed: number; readonly good: readonly Item[] },
): Promise<ScoredFit> {
  const detector = detectorNamed(work.detectors[0].detector.name);
  const { seen, heldOut } = detector.leftOut ? { seen: good, heldOut: [] } : holdOut(good, seed);
  const task = await planFit(work, work.detectors[0], { fitSeed: seed, detectors: seen });
  if (!await work.cache.has(task.key)) await runTask(work.resources, task);
  if (!detector.leftOut) {
    const kept = openMaps(heldOut);
    const scores = await scoresOf(work, task, heldOut.map(sourceOf), kept);
    return { task, items: heldOut, scores, maps: kept.maps, by: "held out" };
  }
  // In the order of the fit.
  const byId = new Map(good.map((item) => [item.id, item]));
  const items = task.spec.pictures.map(({ id }) => byId.get(id)!);
  const kept = openMaps(items);
  const { maps } = kept;
  const leftOut = await openLeftOut(work, detector, task);
  if (!leftOut) return { task, items, scores: await foldedScores(work, detector, task, kept), maps, by: "folds" };
  try {
    return { task, items, scores: await leftOutScores(work, leftOut, task, kept), maps, by: "left out" };
  } finally {
    await leftOut.release();
  }
}

/** Good pictures that a fit sees, and at least one that it does not, drawn by seed. */
export function holdOut(
  good: readonly Item[],
  seed: number,
): { readonly seen: readonly Item[]; readonly heldOut: readonly Item[] } {
  const order = seededRandom(seed).permutation(good.length);
  const heldOut = Array.from(order.subarray(0, heldOutOf(good.length)), (i) => good[i]);
  const unseen = new Set(heldOut);
  return { seen: good.filter((item) => !unseen.has(item)), heldOut };
}

/** How many of some good pictures give the scores of a threshold. */
export function heldOutOf(pictures: number): number {
  return Math.max(1, Math.round(HELD_OUT * pictures));
}

/** Undefined where a fit has learned from so few of its pictures that none of them can be left out. */
async function openLeftOut(
  { resources }: FitWorkspace,
  { leftOut, title, unpack }: Detector,
  task: FitTask,
): Promise<LeftOutDetector | undefined> {
  const fitted = await resources.cache.load(task.key, unpack);
  if (!fitted) throw new Error(`Cannot find the fitted ${title} "${task.key}" in ${resources.cache.root}: run again`);
  try {
    return await leftOut!(await contextOf(resources, task), task.spec.detector.config, fitted);
  } catch (error) {
    if (error instanceof RangeError && task.spec.pictures.length > 2) return undefined;
    throw error;
  }
}

async function leftOutScores(
  { resources, reporter, signal }: FitWorkspace,
  leftOut: LeftOutDetector,
  { spec: { sight, pictures } }: FitTask,
  maps: KeptMaps,
): Promise<number[]> {
  const scores: number[] = [];
  for await (const seen of resources.pictures.batches(sight, pictures)) {
    signal.throwIfAborted();
    const numbers = Array.from({ length: seen.image.shape[0] }, (_, n) => scores.length + n);
    const ids = numbers.map((n) => pictures[n].id);
    const { score, map } = await leftOut.detect({ ...seen, ids }, numbers);
    scores.push(...score.data);
    keepMaps(maps, ids, map);
    reporter.progress({ step: "Threshold on left-out pictures", done: scores.length, total: pictures.length });
  }
  return scores;
}

/**
 * Fits on fewer pictures may have another scale than the one that is used: no picture counts as more usual than that one
 * finds it.
 */
async function foldedScores(
  work: FitWorkspace,
  detector: Detector,
  task: FitTask,
  maps: KeptMaps,
): Promise<number[]> {
  const { seed, pictures, detector: { config } } = task.spec;
  const place = seededRandom(seed).permutation(pictures.length);
  const folds = Array.from(place, (at) => at % Math.min(FOLDS, pictures.length));
  const scores = await scoresOf(work, task, pictures);
  const context = await contextOf(work.resources, task);
  for await (const { numbers, detection: { score, map } } of foldedMaps(detector, context, config, folds)) {
    for (const [i, n] of numbers.entries()) scores[n] = Math.max(scores[n], score.data[i]);
    keepMaps(maps, numbers.map((n) => pictures[n].id), map);
  }
  return scores;
}

/** As the fit had it, but for what it tells of. */
async function contextOf(resources: FitWorkspace["resources"], task: FitTask) {
  const { detector: { type, config }, sight } = task.spec;
  const { layers } = await resources.extractor(sight);
  const named = { ...task, title: "Threshold" };
  return goodContext(resources, { estimator: detectorNamed(type), config, task: named, layers });
}

function sourceOf(item: Item): Source {
  return { item, id: item.id };
}

/** What the fitted detector says of pictures. */
async function scoresOf(
  work: FitWorkspace,
  { key, spec }: FitTask,
  sources: readonly Source[],
  maps?: KeptMaps,
): Promise<number[]> {
  const { resources, signal, reporter } = work;
  const { sight, detector: { type } } = spec;
  const [applied, extractor] = [await resources.detector(type, key), await resources.extractor(sight)];
  const scores: number[] = [];
  const loader = resources.loader(sight.picture);
  const hashed = sources.map((source) => ({ ...source, sha256: work.hashes.get(source.item.id) }));
  for await (const { image, sources: some } of sourceBatches(loader, hashed, work.segments.mapOf, signal)) {
    const seen = await observe(extractor, image, some.map(({ id }) => id));
    const { score, map } = await applied.detect(seen);
    scores.push(...score.data);
    if (maps) keepMaps(maps, some.map(({ id }) => id), map);
    reporter.progress({ step: "Threshold on good pictures", done: scores.length, total: sources.length });
  }
  return scores;
}
