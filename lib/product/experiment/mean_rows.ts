/** Rows that are means of others'. @module */
import { ownOf } from "../../base/text/own.ts";
import { meanStd } from "../../method/evaluate/mean_std.ts";
import type { ResultRow, Summary } from "./results.ts";

/**
 * The rows with those that are means of others', in the order of the methods. A benchmark that lacks one of the others, or
 * some seeds of it, has no mean.
 *
 * ```ts
 * import { withMeans } from "./mean_rows.ts";
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
