/** From scores to the rows of the table. @module */
import { ownOf } from "../../base/text/own.ts";
import { auroc } from "../../method/evaluate/auroc.ts";
import { averagePrecision } from "../../method/evaluate/average_precision.ts";
import { aurocError } from "../../method/evaluate/delong.ts";
import { f1Max } from "../../method/evaluate/f1_max.ts";
import { fprAtTpr } from "../../method/evaluate/fpr_at_tpr.ts";
import { meanStd } from "../../method/evaluate/mean_std.ts";
import { leftOutAuroc } from "./left_out.ts";
import type { ScoredPart } from "./scored_part.ts";
import type { Bounded } from "../../method/evaluate/pixel_curves.ts";
import type { ResultRow, ScoreSet, Summary } from "./results.ts";
import { comparable, labelsOf, scoresOf } from "./judged_parts.ts";
import { bootstrapIntervals } from "./bootstrap_intervals.ts";

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
