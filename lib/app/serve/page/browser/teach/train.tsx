/** Training, and what has come of it. @module */
import { useState } from "preact/hooks";
import type { Job, Project, Version, Versions } from "../api.ts";
import { ask } from "../kit/request.ts";
import { useResource } from "../kit/resource.ts";
import { attempt } from "../kit/toast.tsx";
import { asSentence, count } from "../kit/words.ts";
import { by } from "../person.ts";
import { linkTo } from "../route.ts";
import { JobCard } from "./job_card.tsx";
import { ResultCard } from "./result_card.tsx";

export function Train({ project }: { project: Project }) {
  const jobs = useResource<{ jobs: Job[] }>(`/v1/projects/${project.name}/jobs`, ["job"]);
  const versions = useResource<Versions>(`/v1/projects/${project.name}/versions`, ["version", "job"]);
  const last = jobs.data?.jobs.filter(({ kind }) => kind === "train").toSorted((a, b) => b.id - a.id)[0];
  const running = last && (last.state === "running" || last.state === "stopping");
  const unfinished = last && !running && last.state !== "done";
  return (
    <div class="columns">
      <div class="stack">
        {last && (running || unfinished) && <JobCard job={last} />}
        <Results versions={versions.data?.versions ?? []} project={project} />
      </div>
      <TrainForm project={project} busy={project.job !== null} />
    </div>
  );
}

function TrainForm({ project, busy }: { project: Project; busy: boolean }) {
  const [which, setWhich] = useState<"with" | "without" | "both">("with");
  const [align, setAlign] = useState(false);
  const [recall, setRecall] = useState(95);
  const [minutes, setMinutes] = useState(20);
  const { good, bad } = project.counts;
  const start = (event: Event) => {
    event.preventDefault();
    const segments = project.segments && which !== "without";
    attempt(() =>
      ask("POST", `/v1/projects/${project.name}/train`, {
        segments,
        ...project.segments && which === "both" && { both: true },
        ...align && { align },
        recall: recall / 100,
        minutes,
        ...by(),
      })
    );
  };
  return (
    <form class="card stack" onSubmit={start}>
      <h2>Train</h2>
      <p>
        On {count(good, "good picture")} and{" "}
        {count(bad, "bad one")}. Each is judged by a model that has not seen it, so that the figures are those of parts
        to come.
      </p>
      {project.segments
        ? (
          <fieldset class="bare stack">
            <legend>Segment map</legend>
            {([["with", "with it"], ["without", "without it"], ["both", "both, side by side"]] as const).map(
              ([value, words]) => (
                <label key={value}>
                  <input type="radio" name="which" checked={which === value} onChange={() => setWhich(value)} />
                  {words}
                </label>
              ),
            )}
          </fieldset>
        )
        : (
          <p class="note">
            There is no segment map: the picture is cut into rings.{" "}
            <a href={linkTo(project.name, "teach", "map")}>Paint one</a>
          </p>
        )}
      <fieldset class="bare stack">
        <legend>Parts that do not lie alike in their pictures</legend>
        <label>
          <input type="checkbox" checked={align} onChange={(event) => setAlign(event.currentTarget.checked)} />
          turn and move each picture first
        </label>
      </fieldset>
      <label class="field">
        <span>Bad parts that must be caught, %</span>
        <input
          type="number"
          min={50}
          max={99.9}
          step={0.1}
          value={recall}
          onInput={(event) => setRecall(event.currentTarget.valueAsNumber)}
        />
      </label>
      <label class="field">
        <span>Minutes for weighing methods</span>
        <input
          type="number"
          min={1}
          max={600}
          value={minutes}
          onInput={(event) => setMinutes(event.currentTarget.valueAsNumber)}
        />
      </label>
      {good === 0 && <p class="note review">Good pictures are needed first.</p>}
      {good > 0 && bad === 0 && <p class="note review">Bad pictures are needed too: a few are enough to begin.</p>}
      <div class="row end">
        <button class="main" type="submit" disabled={busy || good === 0 || bad === 0}>
          {busy ? "Something is running" : "Start training"}
        </button>
      </div>
    </form>
  );
}

/** The newest trained version with a segment map and the newest without, side by side; else what there is. */
function Results({ versions, project }: { versions: readonly Version[]; project: Project }) {
  const trained = versions
    .filter(({ kind, results }) => kind !== "learn" && results !== null)
    .toSorted((a, b) => b.number - a.number);
  const [newest] = trained;
  const active = versions.find(({ state }) => state === "active");
  if (!newest && active) {
    return (
      <section class="card stack">
        <h2>Version {active.number} is in use</h2>
        <p>{asSentence(active.description)}</p>
        <p class="soft">It was not trained here: the result of a training will stand in this place.</p>
      </section>
    );
  }
  if (!newest) {
    return (
      <p class="card empty">No model yet. The result of the training will be here: figures, and what would help.</p>
    );
  }
  const other = trained.find(({ segments }) => segments !== newest.segments);
  const shown = [newest, ...other ? [other] : []].toSorted((a, b) => Number(b.segments) - Number(a.segments));
  return (
    <div class={shown.length > 1 ? "columns even" : "stack"}>
      {shown.map((version) => <ResultCard key={version.id} version={version} project={project.name} />)}
    </div>
  );
}
