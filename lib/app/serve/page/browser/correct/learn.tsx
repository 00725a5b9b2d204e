/** Learning from corrections, and the comparison before a version is used. @module */
import type { Job, Parts, Project, Version, Versions } from "../api.ts";
import { ask } from "../kit/request.ts";
import { useResource } from "../kit/resource.ts";
import { attempt, say } from "../kit/toast.tsx";
import { asSentence, count, time } from "../kit/words.ts";
import { by } from "../person.ts";
import { linkTo } from "../route.ts";
import { JobCard } from "../teach/job_card.tsx";
import { ComparisonCard } from "./comparison_card.tsx";

export function Learn({ project }: { project: Project }) {
  const base = `/v1/projects/${project.name}`;
  const [good, bad] = (["good", "bad"] as const).map((label) =>
    useResource<Parts>(`${base}/parts?role=judged&label=${label}&limit=1`, ["label"])
  );
  const wrong = useResource<Parts>(`${base}/parts?role=judged&wrong=1&limit=1`, ["label", "verdict"]);
  const jobs = useResource<{ jobs: Job[] }>(`${base}/jobs`, ["job"]);
  const versions = useResource<Versions>(`${base}/versions`, ["version"]);
  const job = jobs.data?.jobs.filter(({ kind }) => kind === "learn").toSorted((a, b) => b.id - a.id)[0];
  const candidates = versions.data?.versions.filter(({ state }) => state === "candidate") ?? [];
  const answers = (good.data?.total ?? 0) + (bad.data?.total ?? 0);
  return (
    <>
      <section class="card stack">
        <div class="row apart">
          <div>
            <h2>Learn from {count(answers, "answer")}</h2>
            <p class="soft">
              {wrong.data &&
                `${answers === 1 ? "It contradicts" : "They contradict"} ${count(wrong.data.total, "verdict")}. `}
              The judge is made anew in seconds; the detectors stay, and nothing changes on the line until you accept.
            </p>
          </div>
          <button
            type="button"
            class="main"
            disabled={answers === 0 || project.job !== null}
            onClick={() => attempt(() => ask("POST", `${base}/learn`, by()))}
          >
            {project.job ? "Something is running" : "Learn"}
          </button>
        </div>
        {answers === 0 && (
          <p class="note">
            Nothing to learn from yet. <a href={linkTo(project.name, "correct")}>Confirm or correct some verdicts</a>
          </p>
        )}
      </section>
      {job && job.state !== "done" && <JobCard job={job} />}
      {candidates.toSorted((a, b) => b.number - a.number).map((version) => (
        <Candidate key={version.id} version={version} />
      ))}
      {candidates.length === 0 && versions.data && (
        <p class="card empty">No version waits for a decision. What was learned is compared here before it is used.</p>
      )}
    </>
  );
}

function Candidate({ version }: { version: Version }) {
  const decide = async (how: "accept" | "discard") => {
    const done = await attempt(() => ask("POST", `/v1/versions/${version.id}/${how}`, by()));
    if (done) say(`Version ${version.number} is ${how === "accept" ? "in use" : "discarded"}`);
  };
  return (
    <section class="card stack" aria-label={`Version ${version.number}`}>
      <header class="row apart">
        <div>
          <h2>Version {version.number} waits for your decision</h2>
          <p class="soft small">
            {version.kind === "learn" ? "Learned" : "Trained"} {time(version.created)}
            {version.parts && ` from ${count(version.parts.good, "good part")} and ${version.parts.bad} bad`}
          </p>
        </div>
        <div class="row">
          <button type="button" class="main" onClick={() => decide("accept")}>Accept</button>
          <button type="button" onClick={() => decide("discard")}>Discard</button>
        </div>
      </header>
      {version.description && <p>{asSentence(version.description)}</p>}
      <ComparisonCard version={version} />
    </section>
  );
}
