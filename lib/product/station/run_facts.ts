/** What is told of a version: how it was judged, and whether it is better than its best detector alone. @module */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MethodSettings, PipelineDefinition } from "../experiment/definition.ts";
import type { Results } from "../experiment/results.ts";
import { describeDecision } from "../model/describe_decision.ts";
import { readExported } from "../model/exported_model.ts";
import { isExported } from "../model/exported_place.ts";
import { MODEL_FILE, type ModelFile, readModelFile } from "../model/model_file.ts";

/** What is told of a version. */
export interface RunFacts {
  /** The row of the table that it is. */
  readonly method: string;
  readonly threshold: number;
  readonly review: number | null;
  /** As the model has it. */
  readonly decision: ModelFile["decision"];
  /** What its threshold does, in a sentence. */
  readonly description: string;
  /** On how many it was trained; none where that is not known. */
  readonly parts: { readonly good: number; readonly bad: number } | null;
  /** One graph that judges as it is: it is not learned from, and its thresholds stay. */
  readonly exported?: true;
  /** Whether it has a segment map of the part. */
  readonly segments: boolean;
  readonly results: RunResults | null;
  /** The same without the segment map, where both were trained. */
  readonly without?: RunResults;
  /** And what the map was worth, in a sentence. */
  readonly mapWorth?: string;
  /** What would help most, in sentences. */
  readonly advice: readonly string[];
  /** What is odd about the pictures, in sentences. */
  readonly notes: readonly string[];
  /** Why good and bad may be exchanged. */
  readonly swapped: string | null;
}

/** The table of a run in short, over parts that no judge has seen. */
export interface RunResults {
  readonly rows: readonly ResultLine[];
  /** Whether the chosen row is above its best detector beyond chance; null where that cannot be told. */
  readonly better: boolean | null;
  readonly sentence: string;
}

/** A row: fractions, 0 to 1, with a 95 % interval. */
export interface ResultLine {
  readonly method: string;
  readonly auroc: number;
  readonly low: number | null;
  readonly high: number | null;
  /** A detector alone. */
  readonly detector: boolean;
  /** The model is this one. */
  readonly chosen: boolean;
}

/** From here on a difference may be chance. */
const CHANCE = 0.05;

/** What a run folder says of itself; a model alone has no table, and an exported one knows of no parts. */
export async function readRunFacts(
  run: string,
  more: Partial<Pick<RunFacts, "without" | "mapWorth" | "advice" | "notes" | "swapped">> = {},
): Promise<RunFacts> {
  if (isExported(run)) return exportedFacts((await readExported(run)).card.model);
  const model = await readModelFile(join(run, "models", MODEL_FILE));
  const results = await readJson<Results>(join(run, "results.json"));
  const record = await readJson<{ readonly definition: Pick<PipelineDefinition, "methods"> }>(join(run, "run.json"));
  const { threshold, review = null } = model.decision;
  const counts = results?.data.counts;
  return {
    ...{ method: model.method, threshold, review, decision: model.decision, description: describe(model) },
    parts: counts ? { good: counts.trainGood, bad: counts.trainBad } : null,
    segments: model.segments.kind === "static" || model.segments.kind === "folder",
    results: results ? resultsOf(results, model, record?.definition.methods ?? {}) : null,
    ...{ advice: [], notes: [], swapped: null },
    ...more,
  };
}

/** The graph of an export is all that there is. */
function exportedFacts(model: ModelFile): RunFacts {
  const { method, decision } = model;
  return {
    ...{ method, threshold: decision.threshold, review: decision.review ?? null, decision },
    description: `${EXPORTED_MODEL}; ${describe(model)}`,
    ...{ parts: null, exported: true, results: null, advice: [], notes: [], swapped: null },
    segments: model.segments.kind === "static",
  };
}

/** What an exported model leaves to its run. */
const EXPORTED_MODEL =
  "this is an exported model, which judges as it is: learning from corrections, other thresholds, and " +
  "whether a picture is one of the part at all need the run that it was exported of";

/** The table of the model's benchmark in short. */
export function resultsOf(
  { rows, comparisons = [] }: Pick<Results, "rows" | "comparisons">,
  { method, benchmark }: Pick<ModelFile, "method" | "benchmark">,
  methods: Readonly<Record<string, MethodSettings>>,
): RunResults {
  const lines = rows.filter((row) => row.benchmark === benchmark).map((row): ResultLine => {
    const how = Object.hasOwn(methods, row.method) ? methods[row.method] : undefined;
    return {
      ...{ method: row.method, auroc: row.auroc.mean, chosen: row.method === method },
      ...{ low: row.interval?.low ?? null, high: row.interval?.high ?? null },
      detector: how !== undefined && "alone" in how,
    };
  });
  const chosen = lines.find((line) => line.chosen);
  const best = lines.filter((line) => line.detector).sort((a, b) => b.auroc - a.auroc)[0];
  if (!chosen) return { rows: lines, better: null, sentence: `${method} has no row of its own.` };
  const told = `${method} tells good from bad with an AUROC of ${percent(chosen)}`;
  if (!best) return { rows: lines, better: null, sentence: `${told}.` };
  if (best === chosen) {
    return { rows: lines, better: false, sentence: `${told}: a detector alone is the best that was found here.` };
  }
  const compared = comparisons.find(({ benchmark: of, first, second }) =>
    of === benchmark && [first, second].includes(chosen.method) && [first, second].includes(best.method)
  );
  const lead = chosen.auroc - best.auroc;
  const sure = compared !== undefined && compared.corrected < CHANCE;
  const points = `${(100 * Math.abs(lead)).toFixed(1)} points ${lead >= 0 ? "above" : "below"}`;
  return {
    rows: lines,
    better: compared ? lead > 0 && sure : null,
    sentence: `${told}, ${points} its best detector, ${best.method} (${percent(best)}), ` +
      `${compared ? sure ? "beyond chance" : "which may be chance" : "which was not compared"}.`,
  };
}

function percent({ auroc, low, high }: ResultLine): string {
  const of = (share: number) => (100 * share).toFixed(share === 1 ? 0 : 1);
  return `${of(auroc)} %${low === null || high === null ? "" : `, 95 % interval ${of(low)} to ${of(high)} %`}`;
}

/** What the threshold of a model does. */
export function describe({ decision }: Pick<ModelFile, "decision">): string {
  if ("recall" in decision) return describeDecision(decision);
  const { falseAlarms, parts } = decision;
  return `it is set to call at most ${
    Number((100 * falseAlarms).toFixed(1))
  } % of good parts bad, by ${parts} good parts`;
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}
