/** How the scores of good and bad parts lie, and what each threshold would do. @module */
import { useMemo } from "preact/hooks";
import type uPlot from "uplot";
import type { SortedScores } from "../../../../../method/evaluate/operating_point.ts";
import { axis, Chart, faint, type Inks } from "../kit/chart.tsx";
import { score } from "../kit/words.ts";
import { curvesOf, histogramOf, rangeOf, type Thresholds } from "./figures.ts";

export function ScoreCharts({ point, chosen }: { point: SortedScores; chosen: Thresholds }) {
  const { low, high } = rangeOf(point);
  const histogram = useMemo((): uPlot.AlignedData => {
    const { x, good, bad } = histogramOf(point, 50);
    return [x, good.map((share) => 100 * share), bad.map((share) => 100 * share)];
  }, [point]);
  const curves = useMemo(
    () => curvesOf(point, 400).map((row, i) => i === 0 ? row : row.map((v) => v === null ? null : 100 * v)),
    [point],
  );
  // The charts are made once: what they draw of the thresholds is looked up at each drawing.
  const marks = useMemo(() => ({ now: chosen }), []);
  marks.now = chosen;
  const mark = `${chosen.threshold} ${chosen.review}`;
  return (
    <div class="stack">
      <Chart
        label={`Scores of ${point.good.length} good and ${point.bad.length} bad parts; the threshold is ${
          score(chosen.threshold)
        }`}
        height={170}
        data={histogram}
        mark={mark}
        options={(inks) => ({
          ...frame(inks, low, high, marks),
          series: [
            { label: "Score", value: (_, value) => value === null ? "" : score(value) },
            bars("Good parts, %", inks.good),
            bars("Bad parts, %", inks.bad),
          ],
          axes: [axis(inks), axis(inks, { size: 44, values: (_, ticks) => ticks.map((tick) => `${tick} %`) })],
        })}
      />
      <Chart
        label="Bad parts caught and good parts called bad, by threshold, each with its 95 % interval"
        height={190}
        data={curves as uPlot.AlignedData}
        mark={mark}
        options={(inks) => ({
          ...frame(inks, low, high, marks),
          series: [
            { label: "Threshold", value: (_, value) => value === null ? "" : score(value) },
            line("Bad caught, %", inks.bad),
            edge(),
            edge(),
            line("Good called bad, %", inks.good),
            edge(),
            edge(),
          ],
          bands: [
            { series: [3, 2], fill: faint(inks.bad, 18) },
            { series: [6, 5], fill: faint(inks.good, 22) },
          ],
          scales: { x: { time: false, range: [low, high] }, y: { range: [0, 100] } },
          axes: [axis(inks), axis(inks, { size: 44, values: (_, ticks) => ticks.map((tick) => `${tick} %`) })],
        })}
      />
    </div>
  );
}

function frame(inks: Inks, low: number, high: number, marks: { now: Thresholds }) {
  return {
    padding: [8, 12, 0, 0] as uPlot.Padding,
    cursor: { y: false, drag: { x: false, y: false } },
    legend: { live: true },
    scales: { x: { time: false, range: [low, high] as [number, number] } },
    hooks: { draw: [(plot: uPlot) => drawThresholds(plot, marks.now, inks)] },
  };
}

/** A line at each threshold, and a shade over what is looked at. */
export function drawThresholds(plot: uPlot, { threshold, review }: Thresholds, inks: Inks): void {
  const { ctx, bbox } = plot;
  const at = (value: number) => Math.round(plot.valToPos(value, "x", true)) + 0.5;
  ctx.save();
  if (review !== null && review < threshold) {
    ctx.fillStyle = faint(inks.review, 22);
    ctx.fillRect(at(review), bbox.top, at(threshold) - at(review), bbox.height);
  }
  ctx.lineWidth = 2 * devicePixelRatio;
  for (const [value, ink] of [[review, inks.review], [threshold, inks.ink]] as const) {
    if (value === null) continue;
    ctx.strokeStyle = ink;
    ctx.beginPath();
    ctx.moveTo(at(value), bbox.top);
    ctx.lineTo(at(value), bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function bars(label: string, ink: string): uPlot.Series {
  return {
    label,
    stroke: ink,
    width: 1,
    fill: faint(ink, 35),
    paths: stepped,
    points: { show: false },
    value: (_, value) => value === null ? "" : value.toFixed(1),
  };
}

function line(label: string, ink: string): uPlot.Series {
  return {
    label,
    stroke: ink,
    width: 2,
    points: { show: false },
    value: (_, value) => value === null ? "" : value.toFixed(1),
  };
}

/** A bound of an interval: it has no line of its own and no place in the legend. */
function edge(): uPlot.Series {
  return { label: "", show: true, stroke: "transparent", width: 0, points: { show: false }, class: "edge" };
}

/** Steps around the middles of bins. */
const stepped: uPlot.Series.PathBuilder = (plot, series, from, to) => {
  const [x, y] = [plot.data[0], plot.data[series]];
  const half = x.length > 1 ? (x[1] - x[0]) / 2 : 0.5;
  const path = new Path2D();
  const across = (value: number) => plot.valToPos(value, "x", true);
  const up = (value: number) => plot.valToPos(value, "y", true);
  path.moveTo(across(x[from] - half), up(0));
  for (let i = from; i <= to; i++) {
    path.lineTo(across(x[i] - half), up(y[i] ?? 0));
    path.lineTo(across(x[i] + half), up(y[i] ?? 0));
  }
  path.lineTo(across(x[to] + half), up(0));
  return { stroke: path, fill: path };
};
