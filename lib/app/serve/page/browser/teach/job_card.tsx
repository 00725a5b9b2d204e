/** A long piece of work: how far it is, how long it will take, stop and go on. @module */
import { useEffect, useState } from "preact/hooks";
import type { Job } from "../api.ts";
import { useEvent } from "../kit/events.ts";
import { ask } from "../kit/request.ts";
import { attempt } from "../kit/toast.tsx";
import { duration } from "../kit/words.ts";

const TITLES: Readonly<Record<Job["kind"], string>> = {
  train: "Training",
  learn: "Learning from corrections",
  import: "Adding a folder",
  compare: "Judging past parts by both versions",
};

export function JobCard({ job: known }: { job: Job }) {
  const [job, setJob] = useState(known);
  useEffect(() => setJob(known), [known]);
  useEvent("job", ({ job: told }) => {
    if (told.id === known.id) setJob(told);
  });
  const { step = "Beginning", done = 0, total = 0, note, secondsLeft } = job;
  const open = job.state === "running" || job.state === "stopping";
  const waits = job.state === "stopped" || job.state === "interrupted" || job.state === "failed";
  return (
    <section class="card stack" aria-label={TITLES[job.kind]}>
      <header class="row apart">
        <h2>{TITLES[job.kind]}{open ? "" : `: ${job.state}`}</h2>
        <div class="row">
          {open && (
            <button
              type="button"
              class="stop"
              disabled={job.state === "stopping"}
              onClick={() => attempt(() => ask("POST", `/v1/jobs/${job.id}/stop`))}
            >
              {job.state === "stopping" ? "Stopping …" : "Stop"}
            </button>
          )}
          {waits && (
            <button
              type="button"
              class="main"
              onClick={() => attempt(() => ask("POST", `/v1/jobs/${job.id}/resume`))}
            >
              Go on
            </button>
          )}
        </div>
      </header>
      {open && (
        <>
          <progress
            aria-label="Progress"
            {...total > 0 ? { value: done, max: total } : {}}
          />
          <div class="row apart">
            <span>{step}{note ? `, ${note}` : ""}</span>
            <span class="soft number">
              {total > 0 && `${done} of ${total}`}
              {typeof secondsLeft === "number" && secondsLeft > 0 &&
                ` · about ${duration(secondsLeft)} left${job.kind === "import" ? "" : " of this step"}`}
            </span>
          </div>
        </>
      )}
      {job.error && <p class="note bad" role="alert">{job.error}</p>}
      {job.state === "stopped" && <p class="soft">What was finished is kept: it goes on from there.</p>}
      {job.lines.length > 0 && (
        <details>
          <summary>What it said</summary>
          <pre class="log" tabIndex={0}>{job.lines.join("\n")}</pre>
        </details>
      )}
    </section>
  );
}
