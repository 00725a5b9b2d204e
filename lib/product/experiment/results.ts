/** The numbers of a run: from scores to the rows of the table. @module */
import { ownOf } from "../../base/text/own.ts";
import { auroc } from "../../method/evaluate/auroc.ts";
import { averagePrecision } from "../../method/evaluate/average_precision.ts";
import type { Interval } from "../../method/evaluate/bootstrap.ts";
import { bootstrapSeeds } from "../../method/evaluate/bootstrap_seeds.ts";
import {
  aurocError,
  aurocOverSeeds,
  compareMeanAuroc,
  compareSeeds,
  type PairedComparison,
} from "../../method/evaluate/delong.ts";
import { f1Max } from "../../method/evaluate/f1_max.ts";
import { fprAtTpr } from "../../method/evaluate/fpr_at_tpr.ts";
import { holm } from "../../method/evaluate/holm.ts";
import { meanStd } from "../../method/evaluate/mean_std.ts";
import type { FailedCell } from "./failures.ts";
import { leftOutAuroc, type LeftOutKind } from "./left_out.ts";
import type { ScoredPart } from "./scored_part.ts";
import type { DataOrigin } from "./data_source.ts";
import type { PaperFigures } from "./paper_figures.ts";
import type { PixelFigures } from "../../method/evaluate/pixel_counts.ts";
import type { Bounded } from "../../method/evaluate/pixel_curves.ts";

/** The scores of one method on one benchmark with one seed. */
export interface ScoreSet {
  readonly benchmark: string;
  readonly method: string;
  readonly seed: number;
  readonly parts: readonly ScoredPart[];
  /** Parts at or above it are called bad, where a threshold was set. */
  readonly threshold?: number;
  /** Over the pixels of all parts, where pixels were judged. */
  readonly pixel?: PixelFigures;
  /** Kinds of defects as the method scores them that has not seen them, where there are folds and two kinds. */
  readonly leftOut?: readonly LeftOutKind[];
}

/** A figure over the seeds: fractions 0 to 1. */
export interface Summary {
  readonly mean: number;
  readonly std: number;
  readonly values: readonly number[];
}

/** A row of the table. */
export interface ResultRow {
  readonly benchmark: string;
  readonly method: string;
  /** The seeds of the values, where some of the run's could not be judged. */
  readonly seeds?: readonly number[];
  readonly auroc: Summary;
  readonly fpr95: Summary;
  /** 95 % interval of the mean AUROC over other test sets of this size, where all seeds are judged on the same parts. */
  readonly interval?: Interval;
  /**
   * 95 % intervals of the means of AUROC and FPR@95TPR over other test parts, by 1,000 resamples of the parts (see
   * `bootstrapSeeds`). Left out where a class has a single part.
   */
  readonly bootstrap?: { readonly auroc: Interval; readonly fpr95: Interval };
  readonly aupr?: Summary;
  /** F1 at the threshold that is best for it; older results have none. */
  readonly f1Max?: Summary;
  /** Over the pixels of all test parts, good ones too … */
  readonly pixelAuroc?: Summary;
  readonly pixelAupr?: Summary;
  /** AUPRO up to 30 % of the good pixels, where the parts have defects with masks. */
  readonly pixelAupro?: Summary;
  /** SegF1: F1 of pixels at the threshold that is best for it. */
  readonly pixelF1?: Summary;
  /** … and how far those figures can be from the ones of sorted scores, at most. */
  readonly pixelError?: {
    readonly auroc: number;
    readonly aupr: number;
    readonly aupro?: number;
    readonly f1?: number;
  };
  /** AUROC of the good parts against those with defects that no training part has. */
  readonly aurocUnseen?: Summary;
  /** AUROC of kinds of defects, each left out of the training in turn; the mean over the bad parts. */
  readonly aurocLeftOut?: Summary;
  /** Parts of the test set (of the first seed where they differ). */
  readonly n: { readonly good: number; readonly bad: number; readonly unseen?: number };
  /** What the paper reports for this row, as fractions. */
  readonly paper?: PaperFigures;
}

/**
 * Two methods of a benchmark over the same test parts, by their AUROC averaged over the seeds. Where the seeds judge different
 * parts, the difference is over all of them, and its error counts a part that several seeds judge once.
 */
export interface MethodComparison extends PairedComparison {
  readonly benchmark: string;
  readonly first: string;
  readonly second: string;
  /** p by Holm over all comparisons of the run. */
  readonly corrected: number;
}

/** Something that a judge sees, and how it does without. */
export interface Worth {
  readonly kind: "detector" | "segment" | "block" | "parts";
  readonly name: string;
  /** The AUROC without it. */
  readonly without: number;
  /** What is lost of the AUROC. */
  readonly difference: number;
  /** How often a difference as large comes of this many parts where there is none … */
  readonly p: number;
  /** … by Holm over all that were left out. */
  readonly corrected: number;
}

/** `results.json`; holds nothing that two runs with the same seeds could differ in. */
export interface Results {
  readonly pipeline: string;
  readonly seeds: readonly number[];
  readonly data: {
    /** Where the figures were measured. */
    readonly origin: DataOrigin;
    readonly counts: Record<string, number>;
    readonly sha256: string;
    /** Of all masks, where pixels are judged or learnt. */
    readonly masks?: string;
  };
  readonly rows: readonly ResultRow[];
  /** Every two methods of a benchmark; left out where none can be compared. */
  readonly comparisons?: readonly MethodComparison[];
  /** What each detector, segment and block of evidence is worth to the regression of the first seed, where there is one. */
  readonly worth?: readonly Worth[];
  /** Cells that could not be judged; rows are over the seeds that could. */
  readonly failed?: readonly FailedCell[];
}

/**
 * One row for each benchmark and method, in the order of the sets, with the paper's figures where they are given.
 *
 * @param seeds of the run; those of all sets where left out
 */
export function summarise(
  sets: readonly ScoreSet[],
  paper: Readonly<Record<string, Readonly<Record<string, ResultRow["paper"]>>>> = {},
  seeds: readonly number[] = [...new Set(sets.map(({ seed }) => seed))],
): ResultRow[] {
  const groups = new Map<string, ScoreSet[]>();
  for (const set of sets) {
    const name = JSON.stringify([set.benchmark, set.method]);
    groups.set(name, [...groups.get(name) ?? [], set]);
  }
  const intervals = bootstrapIntervals(sets);
  return [...groups].map(([name, group]) => {
    const { benchmark, method, parts } = group[0];
    const figures = ownOf(ownOf(paper, benchmark), method);
    const unseen = parts.filter((part) => part.unseen).length;
    const good = parts.filter((part) => part.label === "good").length;
    return {
      benchmark,
      method,
      ...group.length < seeds.length && { seeds: group.map(({ seed }) => seed) },
      auroc: over(group, (all) => auroc(scoresOf(all), labelsOf(all))),
      fpr95: over(group, (all) => fprAtTpr(scoresOf(all), labelsOf(all), 0.95)),
      ...interval(group),
      ...intervals.get(name),
      aupr: over(group, (all) => averagePrecision(scoresOf(all), labelsOf(all))),
      f1Max: over(group, (all) => f1Max(scoresOf(all), labelsOf(all))),
      ...overPixels(group),
      ...unseen > 0 && {
        aurocUnseen: over(group, (all) => {
          const some = all.filter((part) => part.label === "good" || part.unseen);
          return auroc(scoresOf(some), labelsOf(some));
        }),
      },
      ...group.every(({ leftOut = [] }) => leftOut.length > 0) && {
        aurocLeftOut: summaryOf(group.map(({ leftOut = [] }) => leftOutAuroc(leftOut))),
      },
      n: { good, bad: parts.length - good, ...unseen > 0 && { unseen } },
      ...figures && { paper: figures },
    };
  });
}

/**
 * The rows with those that are means of others', in the order of the methods. A benchmark that lacks one of the others, or
 * some seeds of it, has no mean.
 *
 * ```ts
 * import { withMeans } from "./results.ts";
 * const row = (method: string, value: number) => {
 *   const figure = { mean: value, std: 0, values: [value] };
 *   return { benchmark: "all", method, auroc: figure, fpr95: figure, n: { good: 1, bad: 1 } };
 * };
 * const rows = withMeans([row("A", 0.5), row("B", 1)], { "A": {}, "B": {}, "Both": { mean: ["A", "B"] } });
 * console.assert(rows[2].method === "Both" && rows[2].auroc.mean === 0.75);
 * ```
 */
export function withMeans(
  rows: readonly ResultRow[],
  methods: Readonly<Record<string, object>>,
  paper: Readonly<Record<string, Readonly<Record<string, ResultRow["paper"]>>>> = {},
): ResultRow[] {
  return [...Map.groupBy(rows, ({ benchmark }) => benchmark)].flatMap(([benchmark, own]) =>
    Object.entries(methods).flatMap(([method, how]): ResultRow[] => {
      const { mean } = how as { readonly mean?: readonly string[] };
      if (!mean) return own.filter((row) => row.method === method);
      const others = mean.flatMap((name) => own.filter((row) => row.method === name));
      const seeds = Math.max(...own.map(({ auroc }) => auroc.values.length));
      if (others.length < mean.length || others.some(({ auroc }) => auroc.values.length < seeds)) return [];
      if (others.some((row) => row.seeds?.join() !== others[0].seeds?.join())) return [];
      const figure = (metric: "auroc" | "fpr95" | "aurocUnseen"): Summary | undefined => {
        const all = others.map((row) => row[metric]);
        if (all.some((each) => each === undefined)) return undefined;
        const values = Array.from({ length: seeds }, (_, i) => meanStd(all.map((each) => each!.values[i])).mean);
        return { ...meanStd(values), values };
      };
      const unseen = figure("aurocUnseen");
      const figures = ownOf(ownOf(paper, benchmark), method);
      return [{
        benchmark,
        method,
        ...others[0].seeds && { seeds: others[0].seeds },
        auroc: figure("auroc")!,
        fpr95: figure("fpr95")!,
        ...unseen && { aurocUnseen: unseen },
        n: others[0].n,
        ...figures && { paper: figures },
      }];
    })
  );
}

function over(sets: readonly ScoreSet[], metric: (parts: readonly ScoredPart[]) => number): Summary {
  return summaryOf(sets.map(({ parts }) => metric(parts)));
}

function summaryOf(values: readonly number[]): Summary {
  return { ...meanStd(values), values };
}

function overPixels(
  sets: readonly ScoreSet[],
): Pick<ResultRow, "pixelAuroc" | "pixelAupr" | "pixelAupro" | "pixelF1" | "pixelError"> {
  const figures = sets.flatMap(({ pixel }) => pixel ? [pixel] : []);
  if (figures.length < sets.length) return {};
  const summary = (each: readonly Bounded[]): Summary => summaryOf(each.map(({ value }) => value));
  const error = (each: readonly Bounded[]) =>
    Math.max(...each.flatMap(({ value, low, high }) => [value - low, high - value]));
  const [auroc, aupr, f1] = (["auroc", "aupr", "f1"] as const).map((metric) => figures.map((each) => each[metric]));
  const aupros = figures.flatMap(({ aupro }) => aupro ? [aupro] : []);
  const hasAupro = aupros.length === figures.length;
  return {
    pixelAuroc: summary(auroc),
    pixelAupr: summary(aupr),
    ...hasAupro && { pixelAupro: summary(aupros) },
    pixelF1: summary(f1),
    pixelError: { auroc: error(auroc), aupr: error(aupr), ...hasAupro && { aupro: error(aupros) }, f1: error(f1) },
  };
}

function scoresOf(parts: readonly ScoredPart[]): Float64Array {
  return Float64Array.from(parts, (part) => part.score);
}

function labelsOf(parts: readonly ScoredPart[]): Uint8Array {
  return Uint8Array.from(parts, (part) => part.label === "bad" ? 1 : 0);
}

/**
 * Compares every two methods of a benchmark by DeLong's test, the AUROC averaged over the seeds. Where the test parts differ
 * by seed, parts are clusters of the scores that the seeds give them ({@linkcode compareSeeds}). Benchmarks that have fewer
 * than two parts of a class with some seed are left out, and methods that could not be judged with all seeds.
 */
export function compareMethods(sets: readonly ScoreSet[]): MethodComparison[] {
  const found: Omit<MethodComparison, "corrected">[] = [];
  for (const benchmark of new Set(sets.map((set) => set.benchmark))) {
    const all = sets.filter((set) => set.benchmark === benchmark);
    const seeds = new Set(all.map((set) => set.seed)).size;
    // A method that failed with some seed has no mean over the same ones.
    const methods = [...new Set(all.map((set) => set.method))].filter((method) =>
      all.filter((set) => set.method === method).length === seeds
    );
    const own = methods.map((method) => all.filter((set) => set.method === method));
    const compare = comparison(all, own);
    if (!compare) continue;
    for (let a = 0; a < methods.length; a++) {
      for (let b = a + 1; b < methods.length; b++) {
        found.push({ benchmark, first: methods[a], second: methods[b], ...compare(a, b) });
      }
    }
  }
  const corrected = holm(found.map(({ p }) => p));
  return found.map((comparison, i) => ({ ...comparison, corrected: corrected[i] }));
}

/** Compares one method with each of the others over the parts that it has judged, by the seed of its sets. */
export function compareOne(sets: readonly ScoreSet[], method: string): MethodComparison[] {
  const own = sets.filter((set) => set.method === method);
  const found = own.flatMap(({ benchmark, seed }) =>
    compareMethods(sets.filter((set) => set.benchmark === benchmark && set.seed === seed))
      .filter(({ first, second }) => [first, second].includes(method))
  );
  const corrected = holm(found.map(({ p }) => p));
  return found.map((comparison, i) => ({ ...comparison, corrected: corrected[i] }));
}

/** How two of the methods are compared, given the sets of each; undefined where they cannot be. */
function comparison(
  all: readonly ScoreSet[],
  methods: readonly (readonly ScoreSet[])[],
): ((a: number, b: number) => PairedComparison) | undefined {
  if (comparable(all)) {
    const labels = labelsOf(all[0].parts);
    const scores = methods.map((sets) => sets.map(({ parts }) => scoresOf(parts)));
    return (a, b) => compareMeanAuroc(scores[a], scores[b], labels);
  }
  if (![...Map.groupBy(all, ({ seed }) => seed).values()].every(comparable)) return undefined;
  const areas = methods.map((sets) => aurocOverSeeds(sets.map(judgedParts)));
  return (a, b) => compareSeeds(areas[a], areas[b]);
}

function judgedParts({ parts }: ScoreSet) {
  return { ids: parts.map(({ id }) => id), labels: labelsOf(parts), scores: scoresOf(parts) };
}

/** The seed of the resamples. */
const RESAMPLING_SEED = 0;

/** The bootstrap intervals of the rows, by the benchmark and method as JSON. */
export function bootstrapIntervals(sets: readonly ScoreSet[]): Map<string, Pick<ResultRow, "bootstrap">> {
  const found = new Map<string, Pick<ResultRow, "bootstrap">>();
  for (const [benchmark, all] of Map.groupBy(sets, (set) => set.benchmark)) {
    const classes = Map.groupBy(all.flatMap(({ parts }) => parts), ({ label }) => label);
    if ([...classes.values()].some((parts) => new Set(parts.map(({ id }) => id)).size < 2)) continue;
    const methods = Map.groupBy(all, ({ method }) => method);
    const intervals = bootstrapSeeds([...methods.values()].map((own) => own.map(judgedParts)), {
      seed: RESAMPLING_SEED,
    });
    for (const [i, method] of [...methods.keys()].entries()) {
      found.set(JSON.stringify([benchmark, method]), { bootstrap: intervals[i] });
    }
  }
  return found;
}

/** Whether all sets judge the same parts, at least two of a class. */
function comparable(sets: readonly ScoreSet[]): boolean {
  const [{ parts }] = sets;
  const bad = parts.filter((part) => part.label === "bad").length;
  return bad >= 2 && parts.length - bad >= 2 &&
    sets.every((set) => set.parts.length === parts.length && set.parts.every((part, i) => part.id === parts[i].id));
}

/** The normal quantile for 95 %, both sides. */
const Z95 = 1.959963984540054;

function interval(group: readonly ScoreSet[]): Pick<ResultRow, "interval"> {
  if (!comparable(group)) return {};
  const all = group.map(({ parts }) => scoresOf(parts));
  const labels = labelsOf(group[0].parts);
  const { mean } = meanStd(all.map((scores) => auroc(scores, labels)));
  const half = Z95 * aurocError(all, labels);
  return { interval: { low: Math.max(0, mean - half), high: Math.min(1, mean + half) } };
}
