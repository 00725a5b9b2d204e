/** Adding pictures: dropped, chosen, or out of a folder of the machine. @module */
import { useState } from "preact/hooks";
import type { Label } from "../api.ts";
import { FolderField } from "../kit/folder_field.tsx";
import { Drop } from "../kit/drop.tsx";
import { ask } from "../kit/request.ts";
import { attempt, say } from "../kit/toast.tsx";
import { sendTraining, type Sent } from "../kit/upload.ts";
import { count } from "../kit/words.ts";

type As = Label | "none";

export function AddPictures({ project, empty }: { project: string; empty: boolean }) {
  const [as, setAs] = useState<As>("good");
  const [sending, setSending] = useState<{ done: number; total: number }>();
  const [refused, setRefused] = useState<Sent["unread"]>([]);
  const send = (files: File[]) =>
    attempt(async () => {
      setSending({ done: 0, total: files.length });
      try {
        const label = as === "none" ? undefined : as;
        const sent = await sendTraining(project, files, label, (done) => setSending({ done, total: files.length }));
        setRefused(sent.unread);
        const known = sent.known > 0 ? `; ${sent.known} were there already` : "";
        say(`${count(sent.added, "picture")} added${known}`);
      } finally {
        setSending(undefined);
      }
    });
  const words = empty ? "Drop pictures of the part here, PNG, JPEG, WebP, TIFF or BMP" : "Drop more pictures here";
  return (
    <section class="card stack" aria-label="Add pictures">
      <Drop words={words} button="Choose files …" disabled={sending !== undefined} onFiles={send}>
        <span class="soft">as</span>
        <div class="segmented" role="group" aria-label="They are">
          {(["good", "bad", "none"] as const).map((value) => (
            <button
              key={value}
              type="button"
              aria-pressed={as === value}
              onClick={() => setAs(value)}
            >
              {value === "none" ? "not labelled" : value}
            </button>
          ))}
        </div>
      </Drop>
      {sending && (
        <label class="small">
          Sending {sending.done} of {sending.total}
          <progress value={sending.done} max={sending.total} />
        </label>
      )}
      {refused.length > 0 && (
        <details class="note review" open>
          <summary>{count(refused.length, "file")} could not be read</summary>
          <ul>{refused.map(({ name, error }) => <li key={name}>{name}: {error}</li>)}</ul>
        </details>
      )}
      <FromFolder project={project} open={empty} />
    </section>
  );
}

function FromFolder({ project, open }: { project: string; open: boolean }) {
  const [path, setPath] = useState("");
  const [label, setLabel] = useState<Label | "auto">("auto");
  const add = async (event: Event) => {
    event.preventDefault();
    if (await attempt(() => ask("POST", `/v1/projects/${project}/folder`, { path, label }))) setPath("");
  };
  return (
    <details open={open}>
      <summary>From a folder of this machine</summary>
      <form class="row bottom" onSubmit={add} style={{ marginTop: "0.5rem" }}>
        <FolderField label="Folder" required value={path} placeholder="/data/connector" onValue={setPath} />
        <label class="field">
          <span>Labels</span>
          <select value={label} onChange={(event) => setLabel(event.currentTarget.value as Label | "auto")}>
            <option value="auto">by its folders good and bad</option>
            <option value="good">all good</option>
            <option value="bad">all bad</option>
          </select>
        </label>
        <button type="submit">Add folder</button>
      </form>
    </details>
  );
}
