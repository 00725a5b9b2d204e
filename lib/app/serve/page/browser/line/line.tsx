/** The line: scores by hour, drift by segment, alarms, light and place. @module */
import { useState } from "preact/hooks";
import type { Alarms, Drift, Line as LineData, ViewProps } from "../api.ts";
import { useResource } from "../kit/resource.ts";
import { count, percent } from "../kit/words.ts";
import { linkTo } from "../route.ts";
import { AlarmList } from "./alarm_list.tsx";
import { DriftTable } from "./drift_table.tsx";
import { DecisionChart, LightChart } from "./hour_charts.tsx";
import { ScoreHours } from "./score_hours.tsx";

const SPANS = [24, 48, 168] as const;

export function Line({ project }: ViewProps) {
  const [hours, setHours] = useState<number>(48);
  const base = `/v1/projects/${project.name}`;
  const there = project.version !== null;
  const line = useResource<LineData>(there ? `${base}/line?hours=${hours}` : undefined, ["verdict", "operating"]);
  const drift = useResource<Drift>(there ? `${base}/drift` : undefined, ["alarm", "version"]);
  const alarms = useResource<Alarms>(there ? `${base}/alarms` : undefined, ["alarm"]);
  if (!there) {
    return (
      <section class="card empty">
        <h1>Line</h1>
        <p>There is no model yet, so there is nothing to watch.</p>
        <a class="button" href={linkTo(project.name, "teach")}>Teach one</a>
      </section>
    );
  }
  const total = line.data?.hours.reduce((sum, hour) => sum + sumOf(hour.counts), 0) ?? 0;
  const bad = line.data?.hours.reduce((sum, { counts }) => sum + counts.bad, 0) ?? 0;
  return (
    <>
      <div class="head">
        <h1>Line</h1>
        <p class="soft">
          {count(total, "part")}
          {total > 0 && `, ${percent(bad / total)} called bad`}
        </p>
        <div class="segmented push" role="group" aria-label="Time span">
          {SPANS.map((span) => (
            <button
              key={span}
              type="button"
              aria-pressed={span === hours}
              onClick={() => setHours(span)}
            >
              {span < 100 ? `${span} hours` : "a week"}
            </button>
          ))}
        </div>
      </div>
      <AlarmList project={project.name} alarms={alarms.data?.alarms ?? []} onChange={alarms.reload} />
      {line.error && <p class="card note review" role="alert">{line.error.message}</p>}
      {line.data && total === 0 && <p class="card empty">Nothing was judged in this time.</p>}
      {line.data && total > 0 && (
        <div class="columns even">
          <ScoreHours line={line.data} />
          <DecisionChart line={line.data} />
          <LightChart line={line.data} />
          <DriftTable drift={drift.data} problem={drift.error?.message} />
        </div>
      )}
    </>
  );
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, value) => sum + value, 0);
}
