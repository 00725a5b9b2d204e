/** Judging parts: dropped, from a watched folder, or sent by other programs; the verdicts as they come. @module */
import { useState } from "preact/hooks";
import type { Decision, Parts, ViewProps } from "../api.ts";
import { Drop } from "../kit/drop.tsx";
import { useKeys } from "../kit/keys.ts";
import { PartView } from "../kit/part_view.tsx";
import { useResource } from "../kit/resource.ts";
import { attempt } from "../kit/toast.tsx";
import { sendToJudge } from "../kit/upload.ts";
import { versionNumber } from "../kit/version_numbers.ts";
import { VerdictFacts } from "../kit/verdict_facts.tsx";
import { count, decisionWord } from "../kit/words.ts";
import { linkTo } from "../route.ts";
import { PartList } from "./part_list.tsx";
import { WatchCard } from "./watch_card.tsx";

const FILTERS = ["all", "good", "review", "bad", "not_judged", "unread"] as const;
type Filter = "all" | Decision;
/** So many of the newest are listed. */
const LISTED = 100;

export function Inspect({ project }: ViewProps) {
  const [filter, setFilter] = useState<Filter>("all");
  const [chosen, setChosen] = useState<number>();
  const [sending, setSending] = useState<{ done: number; total: number }>();
  const query = new URLSearchParams({
    role: "judged",
    order: "new",
    limit: `${LISTED}`,
    ...filter !== "all" && { decision: filter },
  });
  const listed = useResource<Parts>(`/v1/projects/${project.name}/parts?${query}`, ["verdict", "label"]);
  const parts = listed.data?.parts ?? [];
  const at = parts.findIndex(({ id }) => id === chosen);
  const part = parts[at] ?? parts[0];
  const moveTo = (index: number) => {
    if (index === 0) setChosen(undefined);
    else if (parts[index]) setChosen(parts[index].id);
  };
  useKeys({ arrowdown: () => moveTo(Math.max(0, at) + 1), arrowup: () => moveTo(Math.max(0, at - 1)) });
  const judge = (files: File[]) =>
    attempt(async () => {
      setSending({ done: 0, total: files.length });
      try {
        await sendToJudge(project.name, files, (done) => setSending({ done, total: files.length }));
      } finally {
        setSending(undefined);
      }
    });

  if (project.version === null) {
    return (
      <section class="card empty">
        <h1>Inspect</h1>
        <p>There is no model yet, so nothing can be judged.</p>
        <a class="button" href={linkTo(project.name, "teach")}>Teach one</a>
      </section>
    );
  }
  return (
    <>
      <div class="head">
        <h1>Inspect</h1>
        <p class="soft">Version {versionNumber(project.version)}, {count(project.counts.judged, "part")} judged</p>
      </div>
      <div class="columns even">
        <section class="card stack" aria-label="Add parts to judge">
          <Drop
            words="Drop pictures to judge here"
            button="Choose files …"
            disabled={sending !== undefined}
            onFiles={judge}
          />
          {sending && (
            <label class="small">
              Judged {sending.done} of {sending.total}
              <progress value={sending.done} max={sending.total} />
            </label>
          )}
        </section>
        <WatchCard project={project} />
      </div>
      <div class="inspect">
        <section class="card list-card" aria-label="Verdicts, the newest first">
          <header>
            <label class="row">
              <span>Show</span>
              <select value={filter} onChange={(event) => setFilter(event.currentTarget.value as Filter)}>
                {FILTERS.map((value) => (
                  <option key={value} value={value}>{value === "all" ? "all" : decisionWord(value)}</option>
                ))}
              </select>
            </label>
            <span class="soft small">
              {chosen === undefined
                ? "follows the newest"
                : <button type="button" class="bare" onClick={() => setChosen(undefined)}>Back to the newest</button>}
            </span>
          </header>
          <PartList parts={parts} current={part?.id} onChoose={setChosen} />
          {listed.data && parts.length === 0 && <p class="empty">Nothing judged yet.</p>}
        </section>
        {part
          ? (
            <section class="card stack" aria-label="The part" aria-live="off">
              <div class="part-columns">
                <PartView part={part} />
                <div class="stack">
                  <VerdictFacts part={part} />
                  <div class="row">
                    <a class="button" href={linkTo(project.name, "correct")}>Confirm or correct</a>
                  </div>
                </div>
              </div>
            </section>
          )
          : <p class="card empty">The verdict of each part comes here, with its heatmap and the reason.</p>}
      </div>
    </>
  );
}
