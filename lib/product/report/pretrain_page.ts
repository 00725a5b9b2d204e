/** What pre-training has changed, as a page: the distances of features before and after, and the loss. @module */
import * as Plot from "@observablehq/plot";
import { CLASSES, draw, LINE_STYLES } from "./charts.ts";
import { type Markup, markup, trusted } from "./markup.ts";
import { STYLE } from "./style.ts";

/** Cosine distances of features, a number a picture. */
export interface DistanceSet {
  /** To the same picture after a weak change of the whole, as training has them. */
  readonly whole: readonly number[];
  /** To the same picture after a really slight change of the whole. */
  readonly slight: readonly number[];
  /** To the same picture with a slight local defect. */
  readonly local: readonly number[];
}

/** See {@linkcode renderPretraining}. */
export interface PretrainingInput {
  readonly title: string;
  /** What was done, a name and a value each. */
  readonly facts: readonly (readonly [string, string])[];
  readonly before: DistanceSet;
  readonly after: DistanceSet;
  /** Other backbones by name, on the same pictures. */
  readonly others?: readonly (readonly [string, DistanceSet])[];
  /** A number a step. */
  readonly losses: ArrayLike<number>;
}

/** What the page and the command line say in numbers: means over the pictures. */
export interface DistanceMeans {
  readonly whole: number;
  readonly slight: number;
  readonly local: number;
  /** How many times farther a local defect moves the features than a weak change of the whole. */
  readonly ratio: number;
  /** … than a slight one. */
  readonly slightRatio: number;
}

/**
 * Means of a set.
 *
 * ```ts
 * import { distanceMeans } from "./pretrain_page.ts";
 * console.assert(distanceMeans({ whole: [0.1, 0.3], slight: [0.1], local: [0.4] }).ratio === 2);
 * ```
 */
export function distanceMeans(set: DistanceSet): DistanceMeans {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [whole, slight, local] = [mean(set.whole), mean(set.slight), mean(set.local)];
  return { whole, slight, local, ratio: local / whole, slightRatio: local / slight };
}

/** Renders the page. The same input gives the same text; it needs no network and no script. */
export function renderPretraining(input: PretrainingInput): string {
  const { title, facts, before, after, others = [], losses } = input;
  const sets = [["before", before], ["after", after], ...others] as const;
  const rows = sets.map(([name, set]) => {
    const { whole, slight, local, ratio, slightRatio } = distanceMeans(set);
    const cells = [
      ...[whole.toPrecision(3), local.toPrecision(3), ratio.toFixed(2)],
      ...[slight.toPrecision(3), slightRatio.toFixed(2)],
    ];
    return markup`<tr><th>${name}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`;
  });
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<dl class="facts">
${facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}
</dl>
<h2>How far features move</h2>
<p>Cosine distance (1 − cos) between a picture's averaged features and those of the same picture changed in one of three
ways, ${after.whole.length} pictures. Weak: the whole cropped to 80 to 100 %, mirrored or not, its colours changed a
little, as in training. Slight: the whole shifted by one or two pixels, its light changed by up to 3 %, as between two
photographs of one part. Local: a slight defect at one place. For inspection the last should be the largest: a local
defect should move features farther than a change of the whole does.</p>
<table class="results"><thead><tr><th>Mean over the pictures</th><th>weak</th><th>local</th><th>local ÷ weak</th><th>slight</th><th>local ÷ slight</th></tr></thead>
<tbody>${rows}</tbody></table>
<figure class="chart" style="max-width:44rem">${distanceChart(sets)}
<figcaption>A dot a picture, upright lines are means; the axis is logarithmic.</figcaption></figure>
<h2>Loss</h2>
<figure class="chart" style="max-width:44rem">${lossChart(losses)}
<figcaption>Mean over up to a hundredth of the steps.</figcaption></figure>
</main>
</body>
</html>
`.html;
}

const KINDS = [
  ["slight", "slight", LINE_STYLES[0].colour],
  ["whole", "weak", CLASSES.good.colour],
  ["local", "local", CLASSES.unseen.colour],
] as const;

/** The finest distance that is drawn: below, float32 has nothing to say. */
const LEAST = 1e-7;

function distanceChart(sets: readonly (readonly [string, DistanceSet])[]): Markup {
  const points = KINDS.flatMap(([kind, name, colour]) =>
    sets.map(([of, set]) => ({
      row: `${name}, ${of}`,
      colour,
      values: set[kind].map((value) => Math.max(value, LEAST)),
      mean: Math.max(LEAST, distanceMeans(set)[kind]),
    }))
  );
  return draw({
    width: 640,
    height: 60 + 28 * points.length,
    marginLeft: Math.min(300, 24 + 6.5 * Math.max(...points.map(({ row }) => row.length))),
    marginRight: 16,
    x: { type: "log", inset: 8, label: "cosine distance →", grid: true, tickFormat: "~g" },
    y: { type: "band", domain: points.map(({ row }) => row), label: null },
    marks: points.flatMap(({ row, colour, values, mean }) => [
      Plot.dot(values, { x: (value: number) => value, y: () => row, stroke: colour, strokeOpacity: 0.6, r: 3 }),
      Plot.tickX([mean], { x: (value: number) => value, y: () => row, stroke: colour, strokeWidth: 2.5 }),
    ]),
  }, "Distances of features before and after pre-training");
}

function lossChart(losses: ArrayLike<number>): Markup {
  const width = Math.max(1, Math.floor(losses.length / 100));
  const points = Array.from({ length: Math.floor(losses.length / width) }, (_, i) => {
    const some = Array.from({ length: width }, (_, j) => losses[i * width + j]);
    return { step: (i + 1) * width, loss: some.reduce((sum, value) => sum + value, 0) / width };
  });
  return draw({
    width: 640,
    height: 220,
    marginLeft: 50,
    x: { label: "step →" },
    y: { label: "↑ loss", grid: true, nice: true },
    marks: [Plot.line(points, { x: "step", y: "loss", stroke: LINE_STYLES[0].colour, strokeWidth: 1.8 })],
  }, "Loss over the steps");
}
