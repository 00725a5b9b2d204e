/** A folder whose new pictures are judged as they come. @module */
import { useState } from "preact/hooks";
import type { Project, Watch } from "../api.ts";
import { useEvent } from "../kit/events.ts";
import { FolderField } from "../kit/folder_field.tsx";
import { ask } from "../kit/request.ts";
import { attempt } from "../kit/toast.tsx";

const THEN: Readonly<Record<Watch["then"], string>> = {
  leave: "stays where it is",
  mark: "gets a file with its verdict beside it",
  move: "moves to done/good, done/review or done/bad",
};

export function WatchCard({ project }: { project: Project }) {
  const [told, setTold] = useState<Watch>();
  useEvent("watch", ({ watch }) => watch && setTold(watch));
  const watch = project.watch && (told ?? project.watch);
  return (
    <section class="card" aria-label="Watched folder">
      {watch
        ? <Watching project={project.name} watch={watch} onStopped={() => setTold(undefined)} />
        : <WatchForm project={project.name} />}
    </section>
  );
}

function Watching({ project, watch, onStopped }: { project: string; watch: Watch; onStopped: () => void }) {
  return (
    <div class="stack">
      <header class="row apart">
        <h2>
          Watched folder{" "}
          <span class={`chip ${watch.state === "watching" ? "good" : "bad"}`}>
            {watch.state === "away" ? "not there" : watch.state}
          </span>
        </h2>
        <button
          type="button"
          onClick={async () => {
            if (await attempt(() => ask("DELETE", `/v1/projects/${project}/watch`))) onStopped();
          }}
        >
          Stop watching
        </button>
      </header>
      <p class="path">{watch.path}</p>
      <p class="soft small number">
        {watch.judged} judged of {watch.seen} seen, {watch.unread} unread; each one {THEN[watch.then]}
      </p>
      {watch.error && <p class="note bad">{watch.error}</p>}
    </div>
  );
}

function WatchForm({ project }: { project: string }) {
  const [path, setPath] = useState("");
  const [then, setThen] = useState<Watch["then"]>("leave");
  const begin = (event: Event) => {
    event.preventDefault();
    attempt(() => ask("PUT", `/v1/projects/${project}/watch`, { path, then }));
  };
  return (
    <form class="stack" onSubmit={begin}>
      <FolderField
        label="Watch a folder: each new picture is judged when it is whole"
        required
        placeholder="/data/camera1"
        value={path}
        onValue={setPath}
      />
      <div class="row apart">
        <label class="row">
          <span>A judged picture</span>
          <select value={then} onChange={(event) => setThen(event.currentTarget.value as Watch["then"])}>
            {(Object.keys(THEN) as Watch["then"][]).map((key) => <option key={key} value={key}>{THEN[key]}</option>)}
          </select>
        </label>
        <button type="submit">Watch</button>
      </div>
    </form>
  );
}
