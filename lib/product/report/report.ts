/** The report of a run: one file that opens from disk, with everything in it. @module */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { comparisonTable } from "./comparison_table.ts";
import { definitions, nextSteps } from "./explanations.ts";
import { learningCurve } from "./learning_curve.ts";
import { type Markup, markup, trusted } from "./markup.ts";
import { pictureSection } from "./picture_section.ts";
import type { ReportInput } from "./report_input.ts";
import { atAGlance, resultTables } from "./result_tables.ts";
import { scoreSection } from "./score_section.ts";
import { worthTable } from "./worth_table.ts";
import { STYLE } from "./style.ts";

/** All that needs a script: how strongly the maps cover the photos, and whether outlines are drawn. */
const SCRIPT = `
document.documentElement.classList.add("js");
addEventListener("DOMContentLoaded", () => {
  const strength = document.getElementById("strength");
  const outline = document.getElementById("outline");
  if (!strength || !outline) return;
  const show = () => {
    document.documentElement.style.setProperty("--strength", String(strength.value / 100));
    document.documentElement.classList.toggle("no-outline", !outline.checked);
  };
  strength.addEventListener("input", show);
  outline.addEventListener("change", show);
  show();
});
`;

/**
 * Renders the whole report. The same input gives the same text: nothing here reads a clock or a file.
 *
 * The page needs no network and forbids itself any (Content-Security-Policy), and reads well without a script.
 *
 * @throws {TypeError} where a map or an outline has not the size of its photo
 * @throws {RangeError} where a score is not finite or a map holds what is not a number
 *
 * ```ts
 * import { renderReport } from "./report.ts";
 * const page = await renderReport({
 *   title: "Trial", pipeline: "trial.ts", data: "stand-in", notes: [], seeds: [1], counts: {}, versions: {},
 *   rows: [], scores: [], pictures: [], segmentNames: [],
 * });
 * console.assert(page.startsWith("<!doctype html>"));
 * ```
 */
export async function renderReport(input: ReportInput): Promise<string> {
  const hash = createHash("sha256").update(SCRIPT).digest();
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${
    Buffer.from(hash).toString("base64")
  }'; base-uri 'none'; form-action 'none'`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${input.title}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
<script>${trusted(SCRIPT)}</script>
</head>
<body>
<header>
${header(input)}
</header>
<main>
<h2 id="result">Result</h2>
<p>Figures in percent${
    input.seeds.length > 1 && `, mean ± standard deviation over ${input.seeds.length} seeds`
  }. ★ marks what is best beyond chance.
<a href="#definitions">How each number is defined.</a></p>
${input.rows.length > 0 ? resultTables(input) : markup`<p>This run has no rows.</p>`}
${comparisonTable(input.rows, input.comparisons ?? [])}
${worthTable(input.worth ?? [], input.costs ?? [])}
${learningCurve(input.rows, input.curve ?? {})}
<h2 id="scores">Scores</h2>
${input.scores.length > 0 ? scoreSection(input) : markup`<p>No scores were kept for this report.</p>`}
<h2 id="pictures">Pictures</h2>
${await pictureSection(input)}
<h2 id="next">What to do next</h2>
${
    (input.advice ?? []).length > 0 &&
    markup`<h3>What would help most</h3><ol>${(input.advice ?? []).map((line) => markup`<li>${line}</li>`)}</ol>`
  }
${nextSteps(input)}
<h2 id="definitions">How each number is defined</h2>
${definitions(input)}
</main>
</body>
</html>
`;
  return page.html;
}

function header(input: ReportInput): Markup {
  const facts: [string, string][] = [
    ["Pipeline", input.pipeline],
    ["Data", input.data],
    ...(input.date === undefined ? [] : [["Date", input.date] as [string, string]]),
    ["Seeds", input.seeds.join(", ")],
    ["Counts", Object.entries(input.counts).map(([name, count]) => `${count} ${name}`).join(", ")],
    ["Versions", Object.entries(input.versions).map(([name, version]) => `${name} ${version}`).join(", ")],
  ];
  return markup`<h1>${input.title}</h1>
<dl class="facts">
${facts.filter(([, value]) => value !== "").map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}
</dl>
${atAGlance(input.rows, input.comparisons ?? [])}
${input.notes.map((note) => markup`<p class="soft">${note}</p>`)}
<nav aria-label="Parts of the report"><a href="#result">Result</a><a href="#scores">Scores</a><a href="#pictures">Pictures</a><a href="#next">What to do next</a><a href="#definitions">Definitions</a></nav>`;
}
