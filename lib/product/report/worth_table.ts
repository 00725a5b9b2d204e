/** What each part of a judge is worth and costs. @module */
import type { Worth } from "../experiment/results.ts";
import type { Cost } from "../run/judge/worth.ts";
import { percent } from "./figures.ts";
import { type Markup, markup } from "./markup.ts";

/** Below it a difference is hardly chance. */
export const CHANCE = 0.05;

const WORDS: Readonly<Record<Worth["kind"], string>> = {
  detector: "detector",
  segment: "segment",
  block: "evidence",
  parts: "",
};

/** The table; nothing where there is no worth. */
export function worthTable(worth: readonly Worth[], costs: readonly Cost[]): Markup {
  if (worth.length === 0) return markup``;
  const rows = worth.map(({ kind, name, without, difference, corrected }) => {
    const cost = kind === "detector" ? costs.find((each) => each.name === name) : undefined;
    return markup`<tr><th scope="row">${`${WORDS[kind]} ${name}`.trim()}</th><td>${percent(without)}</td><td>${
      signed(difference)
    }</td><td>${corrected < CHANCE ? "yes" : "no"}</td><td>${cost?.milliseconds?.toFixed(0) ?? "–"}</td><td>${
      cost?.megabytes?.toFixed(1) ?? "–"
    }</td></tr>`;
  });
  return markup`<details><summary>What each detector, segment and kind of evidence is worth</summary>
<p>The AUROC of the regression on parts that it has not seen, without each of them, and how much of it is lost. Where the loss is not beyond
chance (DeLong's test, corrected for all rows by Holm), what is left out may be dropped: a detector saves its time and its megabytes.</p>
<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">Without</th><th scope="col">AUROC</th><th scope="col">lost</th><th scope="col">beyond chance</th><th scope="col">ms a picture</th><th scope="col">MB</th></tr></thead>
<tbody>${rows}</tbody></table></div></details>`;
}

function signed(difference: number): string {
  return `${difference < 0 ? "−" : "+"}${percent(Math.abs(difference))}`;
}
