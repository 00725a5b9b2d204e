/** The style sheet of the report: dark on light, from a phone's width to A4. @module */
import { CLASSES } from "./charts.ts";

/** The most tabs in a row for which there are rules. */
export const MAX_TABS = 40;

const tabRules = Array.from(
  { length: MAX_TABS },
  (_, i) => `.tabs > input:nth-of-type(${i + 1}):checked ~ section:nth-of-type(${i + 1})`,
).join(",");

/** The whole style sheet, without fonts or pictures from elsewhere. */
export const STYLE = `
:root { --ink: #1b1f24; --soft: #57606a; --line: #d5dae0; --ground: #f6f8fa; --accent: #0b5cad; --strength: 1; color-scheme: light; }
* { box-sizing: border-box; }
html { font-size: 16px; }
body { margin: 0 auto; padding: 0 1rem 3rem; max-width: 76rem; color: var(--ink); background: #fff; font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 1.6rem 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 2.6rem 0 .6rem; padding-top: .6rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
h4 { font-size: .95rem; margin: 0; overflow-wrap: anywhere; }
p, li, dd { max-width: 52rem; }
a { color: var(--accent); }
nav { margin: .8rem 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
.soft { color: var(--soft); font-size: .9rem; }
.advice { columns: 2 26rem; column-gap: 2.5rem; }
.advice > div { break-inside: avoid; }
.advice h3 { margin-top: 0; padding-top: .6rem; }
.file { overflow-wrap: anywhere; }
dl.facts { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .15rem 1rem; margin: .8rem 0; font-size: .93rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; max-width: none; }
dl.terms { columns: 2 26rem; column-gap: 2.5rem; }
dl.terms > div { break-inside: avoid; padding-bottom: .7rem; }
dl.terms dt { font-weight: 600; }
dl.terms dd { margin: 0; }
.glance { max-width: 62rem; padding: .7rem 1rem; background: var(--ground); border-left: 4px solid var(--accent); }
.glance p { margin: .3rem 0; max-width: none; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .95rem; font-variant-numeric: tabular-nums; }
table.results { width: 100%; max-width: 62rem; margin-bottom: 1rem; }
h3 .soft { font-weight: 400; }
th, td { padding: .3rem .6rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
thead th { border-top: 2px solid var(--ink); border-bottom: 1px solid var(--ink); vertical-align: bottom; }
tbody tr:last-child > * { border-bottom: 2px solid var(--ink); }
th:first-child, td:first-child { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 8rem; }
tbody th { font-weight: 400; }
td.best { font-weight: 700; background: #e7f3ec; }
td .mark { color: #00694c; }
details { margin: .4rem 0 1rem; }
summary { cursor: pointer; color: var(--accent); }
.tabs { border: 0; margin: 0; padding: 0; min-width: 0; display: flex; flex-wrap: wrap; align-items: center; gap: .35rem; }
.tabs > legend { float: left; padding: 0 .5rem 0 0; color: var(--soft); font-size: .9rem; }
.tabs > input { position: absolute; opacity: 0; pointer-events: none; }
.tabs > label { padding: .25rem .8rem; border: 1px solid #8c959f; border-radius: 1rem; cursor: pointer; font-size: .92rem; overflow-wrap: anywhere; max-width: 100%; }
.tabs > input:checked + label { background: var(--ink); border-color: var(--ink); color: #fff; }
.tabs > input:focus-visible + label { outline: 3px solid var(--accent); outline-offset: 2px; }
.tabs > section { display: none; flex: 0 0 100%; min-width: 0; }
${tabRules} { display: block; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1.2rem 1.6rem; align-items: start; }
.chart { margin: 0; min-width: 0; }
.chart figcaption { font-size: .88rem; color: var(--soft); }
.chart svg { display: block; width: 100%; height: auto; font-size: 11px; }
.roc { display: grid; grid-template-columns: minmax(0, 26rem) minmax(0, 1fr); gap: 1rem 2rem; align-items: start; margin: 1rem 0 0; }
.roc table { font-size: .88rem; }
.roc td:first-child, .roc th:first-child { min-width: 6rem; }
.key { display: inline-flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: .3rem 0; padding: 0; list-style: none; font-size: .9rem; }
.key svg { vertical-align: middle; margin-right: .35rem; }
.swatch { vertical-align: middle; margin-right: .4rem; }
.controls { display: none; flex-wrap: wrap; gap: .5rem 1.6rem; align-items: center; padding: .5rem .8rem; background: var(--ground); border: 1px solid var(--line); border-radius: .4rem; font-size: .92rem; position: sticky; top: 0; z-index: 2; }
.js .controls { display: flex; }
.controls label { display: inline-flex; align-items: center; gap: .5rem; }
.controls input[type=range] { width: min(11rem, 40vw); }
.ramp { display: inline-block; width: 8rem; height: .8rem; border: 1px solid var(--line); vertical-align: middle; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 34rem), 1fr)); gap: 1rem; }
.card { border: 1px solid var(--line); border-radius: .4rem; padding: .7rem .8rem .8rem; min-width: 0; break-inside: avoid; }
.card p { margin: .3rem 0; font-size: .93rem; }
.verdict span { white-space: nowrap; }
.card .verdict { font-variant-numeric: tabular-nums; }
.chip { display: inline-block; border-radius: .2rem; padding: 0 .4rem; border: 1.5px solid; font-size: .88rem; }
.chip.good { border-color: ${CLASSES.good.colour}; color: #00543d; background: #e6f5f0; }
.chip.bad { border-color: #c98500; color: #6b4500; background: #fdf3dd; }
.chip.review { border-color: #666; color: #333; background: #f2f2f2; }
.chip.unseen { border-color: ${CLASSES.unseen.colour}; color: ${CLASSES.unseen.colour}; background: #fbecee; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.2rem, 1fr)); gap: .5rem; margin-top: .5rem; }
.tiles figure { margin: 0; min-width: 0; }
.tiles svg { display: block; width: 100%; height: auto; background: #777; }
.tiles figcaption { font-size: .82rem; color: var(--soft); overflow-wrap: anywhere; line-height: 1.3; padding-top: .2rem; }
.overlay { opacity: var(--strength); }
.no-outline .outline { display: none; }
@media (max-width: 46rem) {
  .roc { grid-template-columns: minmax(0, 1fr); }
  .tiles { grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr)); }
  th, td { padding: .3rem .4rem; }
  table { font-size: .88rem; }
}
@media screen and (max-width: 46rem) {
  table.results thead { position: absolute; clip-path: inset(50%); }
  table.results, table.results tbody { display: block; }
  table.results tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)); padding: .4rem 0; border-bottom: 1px solid var(--line); }
  table.results tr > * { border: 0 !important; text-align: left; padding: .1rem .3rem; }
  table.same .count { display: none; }
  table.results th[scope=row] { grid-column: 1 / -1; font-weight: 600; }
  table.results td::before { content: attr(data-head); display: block; color: var(--soft); font-weight: 400; font-size: .8rem; }
}
@media print {
  @page { size: A4; margin: 14mm; }
  html { font-size: 9.5pt; }
  body { padding: 0; max-width: none; }
  nav, .js .controls, .controls, details:not([open]) { display: none; }
  .tabs > legend, .tabs > label { display: none; }
  .tabs.every > section { display: block; }
  .scroll { overflow: visible; }
  table { font-size: .9rem; }
  th, td { padding: .15rem .3rem; }
  h2, h3, h4, h3 + .soft, .key { break-after: avoid; }
  #scores, #pictures, #next, .tabs.every > section ~ section { break-before: page; }
  .chart, .roc, .card, table.results, tr { break-inside: avoid; }
  .charts { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .6rem; }
  .chart svg { font-size: 13px; }
  .roc { grid-template-columns: minmax(0, 8cm) minmax(0, 1fr); }
  .roc .chart svg { font-size: 11px; }
  .cards { grid-template-columns: 1fr 1fr; gap: .6rem; }
  .card { padding: .4rem .5rem .5rem; }
  .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .3rem; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
