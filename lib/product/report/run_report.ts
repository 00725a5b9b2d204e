/** The report of a run: its scores, and the pictures that are worth a look. @module */
import { join } from "node:path";
import type { AnomalyMap } from "../../domain.ts";
import { linearQuantile } from "../../base/tensor/linear_quantile.ts";
import { explain } from "../../method/forest/forest.ts";
import { reasonsInWords } from "../../method/forest/reason.ts";
import type { ForestRunner } from "../../method/forest/runner.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import type { Source } from "../experiment/experiment.ts";
import { pictureMaps } from "../run/feature_step.ts";
import { selectFeatures } from "../run/feature_table.ts";
import { detectorsOf } from "../experiment/method_parts.ts";
import { loadMaps } from "../run/map_file.ts";
import type { Deployment } from "../run/deploy.ts";
import type { RunSummary } from "../run/run.ts";
import type { Workspace } from "../run/workspace.ts";
import { outlineSegments } from "../../picture/segment/outline.ts";
import { rows } from "../../base/tensor/tensor.ts";
import { renderReport } from "./report.ts";
import type { ScoreSet } from "../experiment/results.ts";
import type { ReportPicture } from "./report_input.ts";
import { selectPictures } from "./select.ts";

/** Pictures in a report, in all. */
const PICTURES = 16;
/** Good parts whose maps set the range of the colours. */
const RANGE_PARTS = 24;

/** Writes `report.html` into the run folder. */
export async function writeRunReport(summary: RunSummary, work: Workspace, runner: ForestRunner): Promise<void> {
  const { definition, results, dataset, deployment, folder } = summary;
  const chosen = deployment && chosenSet(summary.scores, deployment);
  const scores = summary.scores.map((set) => chosen && sameCell(set, chosen) ? chosen : set);
  const html = await renderReport({
    title: `${definition.name}: ${definition.about}`,
    pipeline: definition.name,
    data: summary.origin,
    date: summary.date,
    notes: [
      ...dataset.notes ?? [],
      ...deployment ? [thresholdNote(deployment)] : [],
      ...summary.undeployed === undefined ? [] : [`There is no model for new pictures. ${summary.undeployed}`],
      ...(results.failed ?? []).map(({ benchmark, method, seed, reason }) =>
        `${method} (${benchmark}, seed ${seed}) could not be judged. ${reason}`
      ),
    ],
    seeds: [...results.seeds],
    counts: wordsFor(results.data.counts),
    versions: summary.versions,
    rows: results.rows,
    comparisons: results.comparisons,
    curve: Object.fromEntries(
      Object.entries(definition.benchmarks).flatMap(([name, kind]) =>
        typeof kind === "object" && kind.kind === "all" ? [[name, kind.bad] as const] : []
      ),
    ),
    scores,
    pictures: deployment && chosen ? await choosePictures(summary, work, runner, { deployment, scores: chosen }) : [],
    ...chosen && { picturesFrom: { benchmark: chosen.benchmark, method: chosen.method, seed: chosen.seed } },
    segmentNames: [...work.segments.names],
  });
  await writeFileAtomic(join(folder, "report.html"), html);
}

/** The scores of the method that decides, with its threshold. */
function chosenSet(sets: readonly ScoreSet[], { model }: Deployment): ScoreSet {
  return { ...sets.find((set) => sameCell(set, model))!, threshold: model.decision.threshold };
}

function sameCell(a: Pick<ScoreSet, "benchmark" | "method" | "seed">, b: typeof a): boolean {
  return a.benchmark === b.benchmark && a.method === b.method && a.seed === b.seed;
}

function thresholdNote({ model: { method, benchmark, decision } }: Deployment): string {
  return `The threshold of ${method} (${benchmark}) is set on held-out training parts, to catch ` +
    `${percent(decision.recall)} of the bad ones: ${decision.parts} parts, of which it catches ` +
    `${percent(decision.rate)} (95 % interval ${decision.interval.map(percent).join(" to ")})`;
}

async function choosePictures(
  summary: RunSummary,
  work: Workspace,
  runner: ForestRunner,
  { deployment, scores }: { readonly deployment: Deployment; readonly scores: ScoreSet },
): Promise<ReportPicture[]> {
  const { cell, forest, model } = deployment;
  const selected = selectPictures(scores, PICTURES);
  const sources = new Map(cell.benchmark.test.map((source) => [source.id, source]));
  const needed = detectorsOf(summary.definition, model.method).map((place) => work.detectors[place]);
  // Maps are in the order of the fits, of which some may have failed.
  const places = needed.map(({ name }) => summary.plans[0].fits.findIndex((fit) => fit.name === name));
  const readMaps = mapReader(summary, work);
  const typical = cell.benchmark.good.slice(0, RANGE_PARTS);
  const ranges = await mapRanges(await Promise.all(typical.map(readMaps)), places);
  const { threshold } = model.decision;
  const reasons = new Map<string, string>();
  if (forest) {
    const features = selectFeatures(cell.table, selected.map(({ id }) => id), forest.columns);
    const texts = reasonsInWords({
      features,
      contributions: await explain({ features: "F", model: forest, runner })(features),
      bad: selected.map(({ id }) => scoreOf(scores, id) >= threshold),
      model: forest,
      names: Object.fromEntries(work.detectors.map(({ name, detector }) => [name, detector.title])),
    });
    selected.forEach(({ id }, i) => reasons.set(id, texts[i]));
  }
  const pictures: ReportPicture[] = [];
  const paths = selected.map(({ id }) => sources.get(id)!.item.path);
  let next = 0;
  for await (const loaded of work.loader().load(paths)) {
    const { id, why } = selected[next++];
    // A picture that has gone since it was scored is left out.
    if ("error" in loaded) continue;
    const source = sources.get(id)!;
    const maps = await readMaps(source);
    const { height, width } = summary.definition.picture;
    const score = scoreOf(scores, id);
    pictures.push({
      id,
      label: source.item.label,
      unseen: source.item.unseen,
      kind: source.item.kind,
      why,
      score,
      decision: score >= threshold ? "bad" : "good",
      reason: reasons.get(id) ?? "",
      photo: loaded.photo,
      maps: places.map((place, i) => ({
        detector: needed[i].detector.title,
        map: maps.data.subarray(place * height * width, (place + 1) * height * width),
        ...ranges[i],
      })),
      outline: outlineSegments((await work.segments.mapOf(source)).labels),
    });
  }
  return pictures;
}

/** Reads the kept maps of a picture, all K of them at picture size. */
function mapReader({ plans, definition }: RunSummary, work: Workspace): (source: Source) => Promise<AnomalyMap> {
  return async ({ id }) => {
    for (const task of plans[0].maps) {
      const n = task.sources.findIndex((source) => source.id === id);
      if (n < 0) continue;
      const files = await Promise.all(task.keys.map((key) => loadMaps(work.cache, key)));
      return pictureMaps(files.map(({ map }) => rows(map, n, n + 1)), definition);
    }
    throw new Error(`Cannot find the maps of "${id}" in the plan`);
  };
}

/** For each detector, where the colours begin and end: the median and the 99.9 % quantile over good parts. */
function mapRanges(maps: readonly AnomalyMap[], places: readonly number[]): { low: number; high: number }[] {
  return places.map((place) => {
    const values = maps.flatMap(({ data, shape }) => {
      const size = shape[2] * shape[3];
      const some: number[] = [];
      for (let i = place * size; i < (place + 1) * size; i += 7) some.push(data[i]);
      return some;
    });
    const sorted = Float64Array.from(values).sort();
    return { low: linearQuantile(sorted, 0.5), high: linearQuantile(sorted, 0.999) };
  });
}

function scoreOf(scores: ScoreSet, id: string): number {
  return scores.parts.find((part) => part.id === id)!.score;
}

/** `trainGood` as "train good". */
function wordsFor(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).map((
      [name, count],
    ) => [name.replace(/[A-Z]/, (capital) => ` ${capital.toLowerCase()}`), count]),
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
