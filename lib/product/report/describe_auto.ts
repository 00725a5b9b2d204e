/** How an automatic judge stands beside the other rows, in words: where it wins, where it does not, and how sure that is. @module */
import type { PipelineDefinition } from "../experiment/definition.ts";
import type { Results } from "../experiment/results.ts";
import { percent } from "./figures.ts";

/** A sentence for each benchmark that a pipeline's automatic judges have a row in. */
export function describeAuto(
  { methods }: Pick<PipelineDefinition, "methods">,
  { rows, comparisons = [] }: Pick<Results, "rows" | "comparisons">,
): string[] {
  return rows.filter(({ method }) => "auto" in (methods[method] ?? {})).flatMap((row): string[] => {
    const seed = row.seeds === undefined ? "" : ` with seed ${row.seeds.join(", ")}`;
    const others = comparisons.flatMap(({ benchmark, first, second, difference, corrected }) => {
      if (benchmark !== row.benchmark || ![first, second].includes(row.method)) return [];
      const [other, lead] = first === row.method ? [second, difference] : [first, -difference];
      return [{ other, lead, corrected }];
    }).sort((a, b) => a.lead - b.lead);
    if (others.length === 0) return [];
    const [{ other, lead, corrected }] = others;
    const sure = corrected < 0.05 ? "beyond chance" : "which may be chance";
    const points = `${percent(Math.abs(lead))} points of AUROC`;
    return [
      lead >= 0
        ? `${row.benchmark}${seed}: ${row.method} is above all other rows, ${other} next by ${points}, ${sure}.`
        : `${row.benchmark}${seed}: ${row.method} does not win: it is ${points} below ${other}, ${sure}.`,
    ];
  });
}
