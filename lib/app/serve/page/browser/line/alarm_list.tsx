/** Alarms: which segment has moved, and the parts that show it. @module */
import { useState } from "preact/hooks";
import type { Alarms, Part } from "../api.ts";
import { PartView } from "../kit/part_view.tsx";
import { ask } from "../kit/request.ts";
import { useResource } from "../kit/resource.ts";
import { attempt } from "../kit/toast.tsx";
import { count, time } from "../kit/words.ts";
import { by } from "../person.ts";

type Alarm = Alarms["alarms"][number];

export function AlarmList({ alarms, onChange }: { project: string; alarms: readonly Alarm[]; onChange: () => void }) {
  const [open, setOpen] = useState<number>();
  const waiting = alarms.filter(({ acknowledged }) => acknowledged === null);
  if (waiting.length === 0) return null;
  return (
    <section class="card" aria-label="Alarms" role="alert">
      <h2>{count(waiting.length, "alarm")}</h2>
      <ul class="plain">
        {waiting.map((alarm) => (
          <li key={alarm.id} class="note bad stack">
            <div class="row apart">
              <span>
                {time(alarm.at)}: {alarm.message}
              </span>
              <span class="row">
                {alarm.parts.length > 0 && (
                  <button
                    type="button"
                    aria-expanded={open === alarm.id}
                    onClick={() => setOpen(open === alarm.id ? undefined : alarm.id)}
                  >
                    Parts
                  </button>
                )}
                <button
                  type="button"
                  onClick={async () => {
                    if (await attempt(() => ask("PUT", `/v1/alarms/${alarm.id}`, by()))) onChange();
                  }}
                >
                  Seen
                </button>
              </span>
            </div>
            {open === alarm.id && (
              <div class="alarm-parts">{alarm.parts.slice(0, 6).map((id) => <AlarmPart key={id} id={id} />)}</div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function AlarmPart({ id }: { id: number }) {
  const { data } = useResource<Part>(`/v1/parts/${id}`);
  return data ? <PartView part={data} /> : <p class="soft" aria-busy="true">Loading …</p>;
}
