/** Every two methods, compared over the same test parts. @module */
import type { Interval } from "../../method/evaluate/bootstrap.ts";
import type { MethodComparison, ResultRow } from "../experiment/results.ts";
import { percent } from "./figures.ts";
import { type Markup, markup } from "./markup.ts";

/** Intervals of the rows and the comparisons, folded; nothing where there are neither. */
export function comparisonTable(rows: readonly ResultRow[], comparisons: readonly MethodComparison[]): Markup {
  const intervals = rows.filter((row) => row.bootstrap ?? row.interval);
  if (comparisons.length === 0 && intervals.length === 0) return markup``;
  return markup`<details><summary>Which differences are more than chance?</summary>
<p>Over other test sets of this size, the means of the seeds would fall into these intervals 95 times of 100, with the models
as they are${
    intervals.some((row) => row.bootstrap) && " (by drawing the test parts 1,000 times, good and bad ones apart)"
  }.</p>
<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">Benchmark</th><th scope="col">Method</th><th scope="col">Cl. AUROC</th><th scope="col">95 % interval</th><th scope="col">FPR@95TPR</th><th scope="col">95 % interval</th></tr></thead>
<tbody>${
    intervals.map(({ benchmark, method, auroc, fpr95, interval, bootstrap }) =>
      markup`<tr><th scope="row">${benchmark}</th><td>${method}</td><td>${percent(auroc.mean)}</td><td>${
        fromTo(bootstrap?.auroc ?? interval)
      }</td><td>${percent(fpr95.mean)}</td><td>${fromTo(bootstrap?.fpr95)}</td></tr>`
    )
  }</tbody></table></div>
<p>The AUROCs of two methods on the same parts (DeLong's test; a part that several seeds judge is one part). p is corrected for all comparisons of the run (Holm): below 0.05, the
difference is hardly chance.</p>
<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">Benchmark</th><th scope="col">Methods</th><th scope="col">Difference</th><th scope="col">p, corrected</th></tr></thead>
<tbody>${
    comparisons.map(({ benchmark, first, second, difference, corrected }) =>
      markup`<tr><th scope="row">${benchmark}</th><td>${first} less ${second}</td><td>${signed(difference)}</td><td>${
        probability(corrected)
      }</td></tr>`
    )
  }</tbody></table></div></details>`;
}

function fromTo(interval: Interval | undefined): string {
  return interval ? `${percent(interval.low)} to ${percent(interval.high)}` : "–";
}

function signed(difference: number): string {
  return `${difference < 0 ? "−" : "+"}${percent(Math.abs(difference))}`;
}

function probability(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}
