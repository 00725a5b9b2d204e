/** Decisions, brightness and place of the parts by hour. @module */
import { useMemo } from "preact/hooks";
import type uPlot from "uplot";
import type { Line } from "../api.ts";
import { axis, Chart, faint, hourSeries, timeAxis } from "../kit/chart.tsx";

export function DecisionChart({ line }: { line: Line }) {
  const data = useMemo((): uPlot.AlignedData => {
    const share = (hour: Line["hours"][number], ...keys: ("bad" | "review" | "unread" | "not_judged")[]) => {
      const total = Object.values(hour.counts).reduce((sum, value) => sum + value, 0);
      return total === 0 ? null : 100 * keys.reduce((sum, key) => sum + hour.counts[key], 0) / total;
    };
    return [
      line.hours.map(({ at }) => Date.parse(at) / 1000),
      line.hours.map((hour) => share(hour, "bad")),
      line.hours.map((hour) => share(hour, "review")),
      line.hours.map((hour) => share(hour, "unread", "not_judged")),
    ];
  }, [line]);
  const series = (label: string, ink: string): uPlot.Series => ({
    label,
    stroke: ink,
    fill: faint(ink, 12),
    width: 2,
    points: { show: true, size: 5 },
    value: (_, value) => value === null ? "" : `${value.toFixed(1)} %`,
  });
  return (
    <section class="card">
      <h2>Decisions by hour</h2>
      <Chart
        label="Share of parts called bad, to be looked at, and not judged, by hour"
        height={220}
        data={data}
        options={(inks) => ({
          cursor: { y: false, drag: { x: false, y: false } },
          series: [hourSeries, series("Bad", inks.bad), series("Review", inks.review), series("Not judged", inks.soft)],
          scales: { y: { range: (_, __, most) => [0, Math.max(5, Math.min(100, 1.1 * (most ?? 0)))] } },
          axes: [timeAxis(inks), axis(inks, { size: 48, values: (_, ticks) => ticks.map((tick) => `${tick} %`) })],
        })}
      />
    </section>
  );
}

export function LightChart({ line }: { line: Line }) {
  const shifted = line.hours.some(({ shift }) => shift !== null);
  const data = useMemo((): uPlot.AlignedData => [
    line.hours.map(({ at }) => Date.parse(at) / 1000),
    line.hours.map(({ light }) => light),
    ...shifted ? [line.hours.map(({ shift }) => shift && 100 * Math.hypot(shift.right, shift.down))] : [],
  ], [line]);
  return (
    <section class="card">
      <h2>{shifted ? "Light and place by hour" : "Light by hour"}</h2>
      <Chart
        kind={`${shifted}`}
        label="Mean brightness of the pictures by hour"
        height={220}
        data={data}
        options={(inks) => ({
          cursor: { y: false, drag: { x: false, y: false } },
          series: [
            hourSeries,
            {
              label: "Mean brightness, 0 to 255",
              stroke: inks.accent,
              width: 2,
              points: { show: true, size: 5 },
              value: (_, value) => value === null ? "" : value.toFixed(1),
            },
            ...shifted
              ? [{
                label: "Moved, % of the sides",
                scale: "shift",
                stroke: inks.review,
                width: 2,
                points: { show: true, size: 5 },
                value: (_: uPlot, value: number | null) => value === null ? "" : value.toFixed(1),
              }]
              : [],
          ],
          axes: [
            timeAxis(inks),
            axis(inks, { size: 44 }),
            ...shifted ? [axis(inks, { scale: "shift", side: 1, size: 44, grid: { show: false } })] : [],
          ],
        })}
      />
    </section>
  );
}
