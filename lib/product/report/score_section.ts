/** Score histograms and ROC curves: a tab a benchmark, in it a tab a seed, in it all methods side by side. @module */
import { rocCurve } from "../../method/evaluate/roc_curve.ts";
import { CLASSES, classOf, histogramChart, LINE_STYLES, rocChart, type RocPoint, thin } from "./charts.ts";
import { groupBy, percent } from "./figures.ts";
import { type Markup, markup } from "./markup.ts";
import type { ScoreSet } from "../experiment/results.ts";
import type { ReportInput } from "./report_input.ts";
import { tabs } from "./tabs.ts";

/** All charts of the report. */
export function scoreSection(input: Pick<ReportInput, "scores" | "rows" | "seeds">): Markup {
  const methods = [...new Set(input.scores.map((set) => set.method))];
  const benchmarks = [...groupBy(input.scores, (set) => set.benchmark)];
  return tabs(
    "benchmark",
    "Benchmark",
    benchmarks.map(([benchmark, sets], b) => ({
      name: benchmark,
      body: markup`<h3>${benchmark}</h3>
${
        tabs(
          `seed-${b}`,
          "Seed",
          [...groupBy(sets, (set) => String(set.seed))].map(([seed, seedSets]) => ({
            name: seed,
            body: seedPanel(benchmark, seed, seedSets, methods, input),
          })),
          false,
        )
      }`,
    })),
    true,
  );
}

function seedPanel(
  benchmark: string,
  seed: string,
  sets: readonly ScoreSet[],
  methods: readonly string[],
  input: Pick<ReportInput, "rows" | "seeds">,
): Markup {
  const figures = sets.map((set) => {
    const row = input.rows.find((row) => row.benchmark === benchmark && row.method === set.method);
    const at = input.seeds.indexOf(set.seed);
    return { auroc: row?.auroc.values[at] ?? NaN, fpr95: row?.fpr95.values[at] ?? NaN };
  });
  const histograms = sets.map((set, i) =>
    markup`<figure class="chart"><h4>${set.method}</h4>
${histogramChart(set, `Histogram of the scores of ${set.method}, ${benchmark}, seed ${seed}: ${countsInWords(set)}`)}
<figcaption>AUROC ${percent(figures[i].auroc)}, FPR@95TPR ${percent(figures[i].fpr95)}</figcaption></figure>`
  );
  const lines = sets.map((set, i) => ({
    points: thin(curve(set)),
    style: methods.indexOf(set.method),
    fpr95: figures[i].fpr95,
  }));
  return markup`<p class="soft">Seed ${seed}. Scores of the test set (${
    countsInWords(sets[0])
  }); higher is more likely bad.</p>
${key(sets)}
<div class="charts">
${histograms}
</div>
<div class="roc"><figure class="chart">
${rocChart(lines, `ROC curves, ${benchmark}, seed ${seed}`)}
<figcaption>ROC. The dots mark FPR@95TPR: the good parts that are flagged where 95 % of the bad ones are found (dashed line).</figcaption></figure>
<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">Method</th><th scope="col">AUROC</th><th scope="col">FPR@95TPR</th></tr></thead>
<tbody>
${
    sets.map((set, i) =>
      markup`<tr><th scope="row">${lineSample(lines[i].style)}${set.method}</th><td>${
        percent(figures[i].auroc)
      }</td><td>${percent(figures[i].fpr95)}</td></tr>`
    )
  }
</tbody></table></div></div>`;
}

function curve({ parts }: ScoreSet): RocPoint[] {
  const labels = parts.map((part) => (part.label === "bad" ? 1 : 0));
  // With one class alone there is no curve; the histogram is still worth a look.
  return new Set(labels).size < 2 ? [] : rocCurve(parts.map((part) => part.score), labels);
}

function countsInWords({ parts }: ScoreSet): string {
  return Object.entries(CLASSES)
    .map(([name, { name: word }]) => [parts.filter((part) => classOf(part) === name).length, word] as const)
    .filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`).join(", ");
}

function key(sets: readonly ScoreSet[]): Markup {
  const present = new Set(sets.flatMap((set) => set.parts.map(classOf)));
  const classes = (Object.keys(CLASSES) as (keyof typeof CLASSES)[]).filter((name) => present.has(name));
  const line = (dash: string) =>
    markup`<svg width="14" height="16" aria-hidden="true"><path d="M7,0V16" stroke="#222" stroke-width="1.5" stroke-dasharray="${dash}"/></svg>`;
  return markup`<ul class="key">
${classes.map((name) => markup`<li>${swatch(name)}${CLASSES[name].name}</li>`)}
<li>${line("3 3")}finds 95 % of the bad parts</li>
${sets.some((set) => set.threshold !== undefined) && markup`<li>${line("")}threshold of the decision</li>`}
</ul>`;
}

function swatch(name: keyof typeof CLASSES): Markup {
  const { colour } = CLASSES[name];
  const fill = name === "unseen" ? "none" : colour;
  return markup`<svg width="22" height="14" aria-hidden="true"><rect x="1" y="1" width="20" height="12" fill="${fill}" fill-opacity="0.55" stroke="${colour}" stroke-width="${
    name === "unseen" ? 2 : 1
  }"/></svg>`;
}

function lineSample(style: number): Markup {
  const { colour, dash } = LINE_STYLES[style % LINE_STYLES.length];
  return markup`<svg class="swatch" width="34" height="10" aria-hidden="true"><path d="M0,5H34" stroke="${colour}" stroke-width="2.2" stroke-dasharray="${dash}"/></svg>`;
}
