/** The report of a run: its scores, and the pictures that are worth a look. @module */
import { join } from "node:path";
import type { AnomalyMap } from "../../domain.ts";
import { linearQuantile } from "../../base/tensor/linear_quantile.ts";
import { decide } from "../../method/evaluate/decide.ts";
import { reasonsInWords } from "../../method/forest/reason.ts";
import { openForestRunner } from "../../method/forest/runner.ts";
import { explainJudge } from "../../method/judge/table.ts";
import { detectorNamed } from "../../method/detect/table.ts";
import { openLoader } from "../../picture/image/loader.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { inputOf } from "../run/judge/cell_judge.ts";
import { mapReader } from "../run/folder/good_parts_of_run.ts";
import { describeDecision } from "../model/describe_decision.ts";
import { withReference } from "../run/pictures/reference.ts";
import { openSegments, type Segments } from "../run/pictures/segments.ts";
import { detectorsOf } from "../experiment/method_parts.ts";
import type { Deployment } from "../run/folder/deployment.ts";
import type { RunSummary } from "../run/run.ts";
import { outlineSegments } from "../../picture/segment/outline.ts";
import { describeAuto } from "./describe_auto.ts";
import { adviceFor } from "./advice.ts";
import { renderReport } from "./report.ts";
import type { ScoreSet } from "../experiment/results.ts";
import type { ReportPicture } from "./report_input.ts";
import { selectPictures } from "./select.ts";

/** Pictures in a report, in all. */
const PICTURES = 16;
/** Good parts whose maps set the range of the colours. */
const RANGE_PARTS = 24;

/** Writes `report.html` into the run folder: of what the run has found, and of the maps and forests in its cache. */
export async function writeRunReport(summary: RunSummary): Promise<void> {
  const { definition, results, dataset, deployment, folder } = summary;
  const segments = await openSegments(definition.segments, definition.picture);
  const chosen = deployment && chosenSet(summary.scores, deployment);
  const scores = summary.scores.map((set) => chosen && sameCell(set, chosen) ? chosen : set);
  const html = await renderReport({
    title: `${definition.name}: ${definition.about}`,
    pipeline: definition.name,
    data: summary.origin,
    date: summary.date,
    notes: [
      ...dataset.notes ?? [],
      ...summary.notes,
      ...summary.swapped === undefined ? [] : [summary.swapped],
      ...deployment?.instead === undefined ? [] : [deployment.instead],
      ...deployment ? [thresholdNote(deployment)] : [],
      ...describeAuto(definition, results),
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
    worth: results.worth,
    costs: summary.costs,
    advice: adviceFor(summary),
    curve: Object.fromEntries(
      Object.entries(definition.benchmarks).flatMap(([name, kind]) =>
        typeof kind === "object" && kind.kind === "all" ? [[name, kind.bad] as const] : []
      ),
    ),
    scores,
    pictures: deployment && chosen ? await choosePictures(summary, segments, { deployment, scores: chosen }) : [],
    ...chosen && { picturesFrom: { benchmark: chosen.benchmark, method: chosen.method, seed: chosen.seed } },
    segmentNames: [...segments.names],
  });
  await writeFileAtomic(join(folder, "report.html"), html);
}

/** The scores of the method that decides, with the threshold from which on parts are not called good. */
function chosenSet(sets: readonly ScoreSet[], { model }: Deployment): ScoreSet {
  const { threshold, review = threshold } = model.decision;
  return { ...sets.find((set) => sameCell(set, model))!, threshold: review };
}

function sameCell(a: Pick<ScoreSet, "benchmark" | "method" | "seed">, b: typeof a): boolean {
  return a.benchmark === b.benchmark && a.method === b.method && a.seed === b.seed;
}

function thresholdNote({ model: { method, benchmark, decision } }: Deployment): string {
  return `The threshold of ${method} (${benchmark}): ${describeDecision(decision)}`;
}

async function choosePictures(
  summary: RunSummary,
  segments: Segments,
  { deployment, scores }: { readonly deployment: Deployment; readonly scores: ScoreSet },
): Promise<ReportPicture[]> {
  const { definition } = summary;
  const { cell, model } = deployment;
  const { cache } = summary;
  const selected = selectPictures(scores, PICTURES);
  const sources = new Map(cell.benchmark.test.map((source) => [source.id, source]));
  const needed = detectorsOf(definition, model.method).map((place) => summary.plans[0].detectors[place]);
  const titles = needed.map(({ fit }) => detectorNamed(fit.spec.detector.type).title);
  const { mapsOf } = mapReader(cache, needed, definition);
  const typical = cell.benchmark.good.slice(0, RANGE_PARTS);
  const ranges = mapRanges(await Promise.all(typical.map(mapsOf)), needed.length);
  const { threshold, review = threshold } = model.decision;
  const reasons = await reasonsOf(
    summary,
    deployment,
    selected.map(({ id }) => id),
    (id) => scoreOf(scores, id) >= review,
    Object.fromEntries(needed.map(({ fit }, k) => [fit.spec.detector.name, titles[k]])),
  );
  const pictures: ReportPicture[] = [];
  const loader = openLoader(withReference(definition.picture, summary.reference ? [summary.reference] : []));
  try {
    let next = 0;
    for await (const loaded of loader.load(selected.map(({ id }) => sources.get(id)!.item.path))) {
      const { id, why } = selected[next++];
      // A picture that has gone since it was scored is left out.
      if ("error" in loaded) continue;
      const source = sources.get(id)!;
      const maps = await mapsOf(source);
      const area = definition.picture.height * definition.picture.width;
      const score = scoreOf(scores, id);
      pictures.push({
        id,
        label: source.item.label,
        unseen: source.item.unseen,
        kind: source.item.kind,
        why,
        score,
        decision: decide(score, threshold, review),
        reason: reasons.get(id) ?? "",
        photo: loaded.photo,
        maps: titles.map((detector, k) => ({
          detector,
          map: maps.data.subarray(k * area, (k + 1) * area),
          ...ranges[k],
        })),
        outline: outlineSegments((await segments.mapOf(source)).labels),
      });
    }
  } finally {
    await loader.close();
  }
  return pictures;
}

/** Why the judge scores some pictures as it does, where it can say so, by id. */
async function reasonsOf(
  run: RunSummary,
  { cell, judge }: Deployment,
  ids: readonly string[],
  isBad: (id: string) => boolean,
  names: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const runner = openForestRunner(run.forest);
  try {
    const model = explainJudge(judge, { runner });
    if (!model) return new Map();
    const input = await inputOf({ cache: run.cache }, cell, judge, ids);
    const contributions = await model.contributions(input);
    const texts = reasonsInWords({ features: input.features, contributions, bad: ids.map(isBad), model, names });
    return new Map(ids.map((id, i) => [id, texts[i]]));
  } finally {
    await runner.close();
  }
}

/** For each detector, where the colours begin and end: the median and the 99.9 % quantile over good parts. */
function mapRanges(maps: readonly AnomalyMap<"N", number>[], detectors: number): { low: number; high: number }[] {
  return Array.from({ length: detectors }, (_, place) => {
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
