/** Charts in the colours of the page. @module */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

/** The colours of a chart. */
export interface Inks {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly accent: string;
  readonly good: string;
  readonly bad: string;
  readonly review: string;
}

interface ChartProps {
  /** What is to be seen, for those who do not see it. */
  readonly label: string;
  readonly height: number;
  readonly data: uPlot.AlignedData;
  /** Everything but the size; made anew where `kind` changes or the system turns light or dark. */
  readonly options: (inks: Inks) => Omit<uPlot.Options, "width" | "height">;
  /** Chosen by whoever draws: another kind needs other options. */
  readonly kind?: string;
  /** Drawn again where this changes though the data stay: the threshold that a hook draws. */
  readonly mark?: unknown;
}

/** A chart as wide as its place. */
export function Chart({ label, height, data, options, kind, mark }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  useEffect(() => {
    const element = place.current!;
    const make = () => {
      plot.current?.destroy();
      plot.current = new uPlot({ ...options(readInks()), width: element.clientWidth || 600, height }, data, element);
    };
    make();
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", make);
    return () => {
      resized.disconnect();
      dark.removeEventListener("change", make);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [kind, height]);
  useEffect(() => plot.current?.setData(data), [data]);
  useEffect(() => plot.current?.redraw(false), [mark]);
  return <div class="chart" role="img" aria-label={label} ref={place} />;
}

function readInks(): Inks {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: of("ink"),
    soft: of("soft"),
    line: of("line"),
    accent: of("accent"),
    good: of("good"),
    bad: of("bad"),
    review: of("review"),
  };
}

/** An axis in the page's ink. */
export function axis(inks: Inks, options: Partial<uPlot.Axis> = {}): uPlot.Axis {
  return {
    stroke: inks.soft,
    grid: { stroke: inks.line, width: 0.5 },
    ticks: { stroke: inks.line, width: 0.5, size: 4 },
    font: "12px system-ui, sans-serif",
    labelFont: "12px system-ui, sans-serif",
    labelSize: 18,
    gap: 3,
    size: 30,
    ...options,
  };
}

/** An axis of hours: `14:00`, with the day where one begins. */
export function timeAxis(inks: Inks): uPlot.Axis {
  return axis(inks, {
    size: 40,
    values: (_, ticks) => {
      const dayOf = (tick: number) =>
        new Date(1000 * tick).toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short" });
      return ticks.map((tick, i) => {
        const clock = new Date(1000 * tick).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
        const day = dayOf(tick);
        // Two days side by side would lie over each other: the second is told.
        const told = i === 0 ? ticks.length < 2 || dayOf(ticks[1]) === day : dayOf(ticks[i - 1]) !== day;
        return told ? `${clock}\n${day}` : clock;
      });
    },
  });
}

/** What the legend says of the hour at the pointer. */
export const hourSeries: uPlot.Series = {
  label: "Hour",
  value: (_, value) =>
    value === null
      ? ""
      : new Date(1000 * value).toLocaleString("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit" }),
};

/** A colour with less of it, for what is filled. */
export function faint(colour: string, percent: number): string {
  return `color-mix(in srgb, ${colour} ${percent}%, transparent)`;
}
