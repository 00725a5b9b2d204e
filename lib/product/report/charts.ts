/**
 * Score histograms and ROC curves as SVG. They hold numbers only; names stand in the HTML around them.
 * @module
 */
import * as Plot from "@observablehq/plot";
import { DOMParser } from "linkedom";
import type { RocPoint as CurvePoint } from "../../method/evaluate/roc_curve.ts";
import { escapeHtml, type Markup, trusted } from "./markup.ts";
import type { ScoreSet } from "../experiment/results.ts";
import { TARGET_TPR, tprThreshold } from "./threshold.ts";

/** The classes of parts as the paper's Fig. 6 separates them; the colours differ in lightness too. */
export const CLASSES = {
  good: { name: "good", colour: "#009e73" },
  bad: { name: "bad", colour: "#e69f00" },
  unseen: { name: "bad of unseen kinds", colour: "#8b0a1a" },
} as const;

/** Lines that differ in colour (Okabe and Ito's, safe for the colour-blind) and in dash. */
export const LINE_STYLES: readonly { colour: string; dash: string }[] = [
  { colour: "#0072b2", dash: "" },
  { colour: "#d55e00", dash: "6 2" },
  { colour: "#007a58", dash: "2 2" },
  { colour: "#000000", dash: "8 3 2 3" },
  { colour: "#b0578d", dash: "4 2" },
  { colour: "#3a98cf", dash: "10 3" },
  { colour: "#b07800", dash: "5 2 1 2" },
  { colour: "#777777", dash: "1 2" },
];

/** Counts of scores in equal bins. The outermost bins also hold what lies beyond `edges`. */
export interface Histogram {
  /** One more than there are bins. */
  edges: number[];
  good: number[];
  bad: number[];
  unseen: number[];
}

/**
 * Bins the scores of a set. The range leaves out 0.5 % at either end, so that a few extreme scores do not squeeze all
 * others into one bin.
 *
 * @throws {RangeError} where a score is not finite
 *
 * ```ts
 * import { histogram } from "./charts.ts";
 * const parts = [0, 1, 2, 3].map((score) => ({ id: String(score), label: "good" as const, unseen: false, score }));
 * const { good, edges } = histogram({ parts }, 3);
 * console.assert(edges.join() === "0,1,2,3" && good.join() === "1,1,2");
 * ```
 */
export function histogram({ parts }: Pick<ScoreSet, "parts">, bins = 40): Histogram {
  const odd = parts.find((part) => !Number.isFinite(part.score));
  if (odd) throw new RangeError(`Cannot draw the scores as that of "${odd.id}" is ${odd.score}`);
  const sorted = Float64Array.from(parts, (part) => part.score).sort();
  const cut = Math.floor(sorted.length * 0.005);
  let low = sorted[cut] ?? 0;
  let high = sorted[sorted.length - 1 - cut] ?? 1;
  if (!(high / bins - low / bins > 0)) {
    const half = Math.max(Math.abs(low) * 0.1, 0.5);
    [low, high] = [low - half, low + half];
  }
  const step = high / bins - low / bins;
  const edges = Array.from({ length: bins + 1 }, (_, i) => i === bins ? high : low + i * step);
  const counts = { good: new Array(bins).fill(0), bad: new Array(bins).fill(0), unseen: new Array(bins).fill(0) };
  for (const part of parts) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((part.score - low) / step)));
    counts[classOf(part)][bin]++;
  }
  return { edges, ...counts };
}

/** The class that a part is drawn with. */
export function classOf(part: { label: "good" | "bad"; unseen: boolean }): keyof typeof CLASSES {
  return part.label === "good" ? "good" : part.unseen ? "unseen" : "bad";
}

/** The histogram of a score set; dashed: the threshold that finds 95 % of the bad parts; solid: that of the decision. */
export function histogramChart(scores: ScoreSet, label: string): Markup {
  const { edges, ...counts } = histogram(scores);
  const steps = (values: number[]) => [
    { score: edges[0], count: 0 },
    ...values.map((count, i) => ({ score: edges[i], count })),
    { score: edges[values.length], count: 0 },
  ];
  const clamp = (value: number) => Math.min(edges[edges.length - 1], Math.max(edges[0], value));
  const area = (name: "good" | "bad", opacity: number) =>
    Plot.areaY(steps(counts[name]), {
      x: "score",
      y: "count",
      curve: "step-after",
      fill: CLASSES[name].colour,
      fillOpacity: opacity,
      stroke: CLASSES[name].colour,
    });
  const unseen = () =>
    Plot.lineY(steps(counts.unseen), {
      x: "score",
      y: "count",
      curve: "step-after",
      stroke: CLASSES.unseen.colour,
      strokeWidth: 1.8,
    });
  const found = tprThreshold(scores);
  return draw({
    width: 340,
    height: 190,
    marginLeft: 38,
    marginRight: 12,
    marginTop: 18,
    marginBottom: 34,
    x: { label: "score →", labelAnchor: "right", ticks: 5, tickFormat: "~g" },
    y: { label: "parts", ticks: 4, grid: true, nice: true },
    marks: [
      area("good", 0.55),
      area("bad", 0.5),
      counts.unseen.some((count) => count > 0) ? unseen() : undefined,
      Number.isFinite(found)
        ? Plot.ruleX([clamp(found)], { stroke: "#222", strokeDasharray: "3 3", strokeWidth: 1.2 })
        : undefined,
      scores.threshold === undefined ? undefined : Plot.ruleX([clamp(scores.threshold)], { stroke: "#222" }),
      Plot.ruleY([0]),
    ],
  }, label);
}

/** A point of a ROC curve, both as fractions. */
export type RocPoint = Pick<CurvePoint, "fpr" | "tpr">;

/** A curve, its style, and the point at 95 % TPR as FPR@95TPR defines it. */
export interface RocLine {
  points: readonly RocPoint[];
  style: number;
  fpr95: number;
}

/** ROC curves over one another, with the line of 95 % TPR and where each curve meets it. */
export function rocChart(lines: readonly RocLine[], label: string): Markup {
  return draw({
    width: 400,
    height: 390,
    marginLeft: 44,
    marginRight: 14,
    marginTop: 22,
    marginBottom: 36,
    x: { domain: [0, 100], label: "good parts flagged, % (FPR) →", labelAnchor: "center", ticks: 5, grid: true },
    y: { domain: [0, 100], label: "↑ bad parts found, % (TPR)", ticks: 5, grid: true },
    marks: [
      Plot.line([[0, 0], [100, 100]], { stroke: "#999", strokeWidth: 1 }),
      Plot.ruleY([100 * TARGET_TPR], { stroke: "#222", strokeDasharray: "3 3" }),
      ...lines.map(({ points, style }) => {
        const { colour, dash } = LINE_STYLES[style % LINE_STYLES.length];
        return Plot.line(points.map(({ fpr, tpr }) => [100 * fpr, 100 * tpr]), {
          stroke: colour,
          strokeWidth: 1.8,
          strokeDasharray: dash === "" ? undefined : dash,
        });
      }),
      Plot.dot(lines.filter(({ fpr95 }) => Number.isFinite(fpr95)), {
        x: (line: RocLine) => 100 * line.fpr95,
        y: () => 100 * TARGET_TPR,
        fill: (line: RocLine) => LINE_STYLES[line.style % LINE_STYLES.length].colour,
        stroke: "white",
        r: 4.5,
      }),
      Plot.frame({ stroke: "#bbb" }),
    ],
  }, label);
}

/** Corners of a curve that are at least 1/400 of an axis apart: closer ones make the file larger and no line better. */
export function thin(points: readonly RocPoint[], step = 1 / 400): RocPoint[] {
  const kept: RocPoint[] = [];
  points.forEach((point, i) => {
    const last = kept[kept.length - 1];
    const far = !last || Math.abs(point.fpr - last.fpr) >= step || Math.abs(point.tpr - last.tpr) >= step;
    if (far || i === points.length - 1) kept.push(point);
  });
  return kept;
}

/** A plot as SVG with a label for those who do not see it. */
export function draw(options: Plot.PlotOptions, label: string): Markup {
  const document = new DOMParser().parseFromString("<!doctype html><html><body></body></html>", "text/html");
  const svg = Plot.plot({ ...options, document });
  // Each chart would repeat the same few rules; the page states them once.
  svg.querySelector("style")?.remove();
  const text = svg.outerHTML.replaceAll(
    /\b(?:d|transform|c?[xy][12]?)="[^"]*"/g,
    (attribute: string) => attribute.replaceAll(/(\.\d)\d+/g, "$1"),
  );
  return trusted(text.replace("<svg ", `<svg role="img" aria-label="${escapeHtml(label)}" `));
}
