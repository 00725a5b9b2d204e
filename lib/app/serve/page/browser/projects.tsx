/** All projects, and a new one. @module */
import { useState } from "preact/hooks";
import type { Project } from "./api.ts";
import { FolderField } from "./kit/folder_field.tsx";
import { ask } from "./kit/request.ts";
import { attempt } from "./kit/toast.tsx";
import { goTo, linkTo } from "./route.ts";

export function Projects({ projects, reload }: { projects: readonly Project[]; reload: () => void }) {
  return (
    <div class="columns">
      <section class="card">
        <h2>Projects</h2>
        {projects.length === 0
          ? <p class="empty">None yet. A project holds the pictures of one part seen by one camera.</p>
          : <ProjectTable projects={projects} />}
      </section>
      <NewProject taken={projects.map(({ name }) => name)} reload={reload} />
    </div>
  );
}

function ProjectTable({ projects }: { projects: readonly Project[] }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Good</th>
            <th scope="col">Bad</th>
            <th scope="col">Judged</th>
            <th scope="col">Model</th>
          </tr>
        </thead>
        <tbody>
          {projects.map(({ name, about, counts, version, job }) => (
            <tr key={name}>
              <th scope="row">
                <a href={linkTo(name, version === null ? "teach" : "inspect")}>{name}</a>
                {about && <div class="soft small">{about}</div>}
              </th>
              <td>{counts.good}</td>
              <td>{counts.bad}</td>
              <td>{counts.judged}</td>
              <td>{job ? `${job.kind} is running` : version === null ? "none yet" : "in use"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A name that the service takes, out of what somebody typed. */
export function nameOf(text: string): string {
  return text.toLowerCase().normalize("NFKD").replaceAll(/[^a-z0-9_-]+/g, "-").replaceAll(/^[-_]+|-+$/g, "").slice(
    0,
    64,
  );
}

function NewProject({ taken, reload }: { taken: readonly string[]; reload: () => void }) {
  const [title, setTitle] = useState("");
  const [folder, setFolder] = useState("");
  const [about, setAbout] = useState("");
  const name = nameOf(title);
  const there = taken.includes(name);
  const create = async (event: Event) => {
    event.preventDefault();
    await attempt(async () => {
      await ask("POST", "/v1/projects", { name, ...about !== "" && { about } });
      reload();
      goTo(name, "teach");
      if (folder !== "") await ask("POST", `/v1/projects/${name}/folder`, { path: folder, label: "auto" });
    });
  };
  return (
    <form class="card stack" onSubmit={create}>
      <h2>New project</h2>
      <label class="field">
        <span>Name</span>
        <input required value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
      </label>
      {there && <p class="note review">"{name}" is there already.</p>}
      {name !== "" && name !== title && !there && <p class="soft small">It will be called "{name}".</p>}
      <label class="field">
        <span>What is it? (optional)</span>
        <input value={about} onInput={(event) => setAbout(event.currentTarget.value)} />
      </label>
      <FolderField
        label="Folder of pictures on this machine (optional)"
        value={folder}
        placeholder="with good/ and bad/ in it"
        onValue={setFolder}
      />
      <p class="soft small">
        Pictures can also be dropped onto the page afterwards.
      </p>
      <div class="row end">
        <button class="main" type="submit" disabled={name === "" || there}>Create</button>
      </div>
    </form>
  );
}
