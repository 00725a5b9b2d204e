/** AUROC over the number of bad training parts. @module */
import * as Plot from "@observablehq/plot";
import type { ResultRow } from "../experiment/results.ts";
import { draw, LINE_STYLES } from "./charts.ts";
import { groupBy } from "./figures.ts";
import { type Markup, markup, trusted } from "./markup.ts";

/**
 * A line a method over the benchmarks that say how many bad parts they train on; nothing for fewer than two of these.
 *
 * @param bad the number of bad training parts by benchmark
 *
 * ```ts
 * import { learningCurve } from "./learning_curve.ts";
 * console.assert(learningCurve([], {}).html === "");
 * ```
 */
export function learningCurve(rows: readonly ResultRow[], bad: Readonly<Record<string, number>>): Markup {
  if (new Set(Object.values(bad)).size < 2) return markup``;
  const methods = [...groupBy(rows.filter((row) => Object.hasOwn(bad, row.benchmark)), (row) => row.method)].map(
    ([name, group], i) => ({
      name,
      style: LINE_STYLES[i % LINE_STYLES.length],
      points: group.map((row) => ({
        bad: bad[row.benchmark],
        mean: 100 * row.auroc.mean,
        low: 100 * (row.auroc.mean - row.auroc.std),
        high: 100 * (row.auroc.mean + row.auroc.std),
      })).sort((a, b) => a.bad - b.bad),
    }),
  );
  const chart = draw({
    width: 640,
    height: 320,
    x: { type: "log", label: "bad training parts →", ticks: [...new Set(Object.values(bad))], tickFormat: String },
    y: { label: "↑ Cl. AUROC, percent", grid: true, nice: true },
    marks: methods.flatMap(({ points, style }) => [
      Plot.ruleX(points, { x: "bad", y1: "low", y2: "high", stroke: style.colour, strokeOpacity: 0.5 }),
      Plot.line(points, { x: "bad", y: "mean", stroke: style.colour, strokeWidth: 2, strokeDasharray: style.dash }),
      Plot.dot(points, { x: "bad", y: "mean", fill: style.colour, r: 3 }),
    ]),
  }, "AUROC of each method over the number of bad training parts");
  const legend = methods.map(({ name, style }) =>
    markup`<li>${
      trusted(
        `<svg width="28" height="8" aria-hidden="true"><line x1="0" y1="4" x2="28" y2="4" stroke="${style.colour}" ` +
          `stroke-width="2" stroke-dasharray="${style.dash}"/></svg>`,
      )
    } ${name}</li>`
  );
  return markup`<h3>Learning curve</h3>
<p class="soft">Mean over the seeds; upright lines are ± a standard deviation.</p>
<ul style="list-style:none;padding:0">${legend}</ul>
<div class="scroll" tabindex="0">${chart}</div>`;
}
