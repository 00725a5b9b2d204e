/** The numbers of a run: from scores to the rows of the table. @module */
import { auroc } from "../evaluate/auroc.ts";
import { averagePrecision } from "../evaluate/average_precision.ts";
import { fprAtTpr } from "../evaluate/fpr_at_tpr.ts";
import { meanStd } from "../evaluate/mean_std.ts";

/** A part of a test set and its score; higher is more likely bad. */
export interface ScoredPart {
  readonly id: string;
  readonly label: "good" | "bad";
  /** Whether its kind of defect occurs in the test set alone. */
  readonly unseen: boolean;
  readonly kind?: string;
  readonly score: number;
}

/** The scores of one method on one benchmark with one seed. */
export interface ScoreSet {
  readonly benchmark: string;
  readonly method: string;
  readonly seed: number;
  readonly parts: readonly ScoredPart[];
  /** Parts at or above it are called bad, where a threshold was set. */
  readonly threshold?: number;
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
  readonly auroc: Summary;
  readonly fpr95: Summary;
  readonly aupr?: Summary;
  /** AUROC of the good parts against those with defects that no training part has. */
  readonly aurocUnseen?: Summary;
  /** Parts of the test set (of the first seed where they differ). */
  readonly n: { readonly good: number; readonly bad: number; readonly unseen?: number };
  /** What the paper reports for this row, as fractions. */
  readonly paper?: { readonly auroc: number; readonly fpr95?: number };
}

/** `results.json`; holds nothing that two runs with the same seeds could differ in. */
export interface Results {
  readonly pipeline: string;
  readonly seeds: readonly number[];
  readonly data: { readonly counts: Record<string, number>; readonly sha256: string };
  readonly rows: readonly ResultRow[];
}

/** One row for each benchmark and method, in the order of the sets, with the paper's figures where they are given. */
export function summarise(
  sets: readonly ScoreSet[],
  paper: Readonly<Record<string, Readonly<Record<string, ResultRow["paper"]>>>> = {},
): ResultRow[] {
  const groups = new Map<string, ScoreSet[]>();
  for (const set of sets) {
    const name = JSON.stringify([set.benchmark, set.method]);
    groups.set(name, [...groups.get(name) ?? [], set]);
  }
  return [...groups.values()].map((group) => {
    const { benchmark, method, parts } = group[0];
    const unseen = parts.filter((part) => part.unseen).length;
    const good = parts.filter((part) => part.label === "good").length;
    return {
      benchmark,
      method,
      auroc: over(group, (all) => auroc(scoresOf(all), labelsOf(all))),
      fpr95: over(group, (all) => fprAtTpr(scoresOf(all), labelsOf(all), 0.95)),
      aupr: over(group, (all) => averagePrecision(scoresOf(all), labelsOf(all))),
      ...unseen > 0 && {
        aurocUnseen: over(group, (all) => {
          const some = all.filter((part) => part.label === "good" || part.unseen);
          return auroc(scoresOf(some), labelsOf(some));
        }),
      },
      n: { good, bad: parts.length - good, ...unseen > 0 && { unseen } },
      ...paper[benchmark]?.[method] && { paper: paper[benchmark][method] },
    };
  });
}

function over(sets: readonly ScoreSet[], metric: (parts: readonly ScoredPart[]) => number): Summary {
  const values = sets.map(({ parts }) => metric(parts));
  return { ...meanStd(values), values };
}

function scoresOf(parts: readonly ScoredPart[]): Float64Array {
  return Float64Array.from(parts, (part) => part.score);
}

function labelsOf(parts: readonly ScoredPart[]): Uint8Array {
  return Uint8Array.from(parts, (part) => part.label === "bad" ? 1 : 0);
}
