/** The rows of a run from maps, with the figures of SegAD's published code. @module */
import { ownOf } from "../../base/text/own.ts";
import { meanStd } from "../../method/evaluate/mean_std.ts";
import { referenceAuroc, referenceFpr95 } from "./metrics.ts";
import { MEAN, type ReferenceDefinition } from "./definition.ts";
import { bootstrapIntervals } from "../experiment/bootstrap_intervals.ts";
import type { ResultRow, ScoreSet } from "../experiment/results.ts";

/**
 * A row a class and method, over the seeds that could be judged, and where there are several classes the mean, seed by
 * seed, of methods of which nothing failed.
 */
export function summariseReference(
  definition: ReferenceDefinition,
  sets: readonly ScoreSet[],
): ResultRow[] {
  const { methods, seeds } = definition;
  const paper = (benchmark: string, method: string) => {
    const figure = ownOf(ownOf(definition.paper, benchmark), method);
    return figure ? { paper: figure } : {};
  };
  const classes = [...new Set(sets.map((set) => set.benchmark))];
  const intervals = bootstrapIntervals(sets);
  const rows = classes.flatMap((benchmark) =>
    Object.entries(methods).flatMap(([method, how]): ResultRow[] => {
      const group = sets.filter((set) => set.benchmark === benchmark && set.method === method);
      if (group.length === 0) return [];
      const figures = group.map(({ parts }) => {
        const scores = Float64Array.from(parts, (part) => part.score);
        const labels = Uint8Array.from(parts, (part) => part.label === "bad" ? 1 : 0);
        return [referenceAuroc(scores, labels), referenceFpr95(scores, labels, "forest" in how)] as const;
      });
      const good = group[0].parts.filter((part) => part.label === "good").length;
      return [{
        benchmark,
        method,
        ...group.length < seeds.length && { seeds: group.map(({ seed }) => seed) },
        auroc: summary(figures.map(([auroc]) => auroc)),
        fpr95: summary(figures.map(([, fpr95]) => fpr95)),
        ...intervals.get(JSON.stringify([benchmark, method])),
        n: { good, bad: group[0].parts.length - good },
        ...paper(benchmark, method),
      }];
    })
  );
  if (classes.length < 2) return rows;
  // The paper's mean is over all classes: it stands beside no other.
  const whole = classes.length === Object.keys(definition.classes).length;
  return [
    ...rows,
    ...Object.keys(methods).flatMap((method): ResultRow[] => {
      const own = rows.filter((row) => row.method === method);
      if (own.length < classes.length || own.some((row) => row.seeds)) return [];
      const over = (metric: "auroc" | "fpr95") =>
        summary(seeds.map((_, i) => meanStd(own.map((row) => row[metric].values[i])).mean));
      const count = (label: "good" | "bad") => own.reduce((sum, row) => sum + row.n[label], 0);
      return [{
        benchmark: whole ? MEAN : `mean of ${classes.length} classes`,
        method,
        auroc: over("auroc"),
        fpr95: over("fpr95"),
        n: { good: count("good"), bad: count("bad") },
        ...whole && paper(MEAN, method),
      }];
    }),
  ];
}

function summary(values: readonly number[]): ResultRow["auroc"] {
  return { ...meanStd(values), values };
}
