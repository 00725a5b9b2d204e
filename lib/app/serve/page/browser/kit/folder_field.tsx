/** A folder of the machine that the service runs on: typed, or chosen from a list. @module */
import { useRef, useState } from "preact/hooks";
import { useResource } from "./resource.ts";
import { count } from "./words.ts";

interface Listing {
  readonly path: string;
  readonly parent: string | null;
  readonly pictures: number;
  readonly folders: readonly { readonly name: string; readonly path: string; readonly pictures: number }[];
}

interface FolderFieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly onValue: (path: string) => void;
}

export function FolderField({ label, value, placeholder, required, onValue }: FolderFieldProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [at, setAt] = useState<string>();
  return (
    <div class="folder-field">
      <label class="field">
        <span>{label}</span>
        <input
          value={value}
          required={required}
          spellcheck={false}
          placeholder={placeholder}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      </label>
      <button
        type="button"
        onClick={() => {
          setAt(value);
          dialog.current!.showModal();
        }}
      >
        Browse …
      </button>
      <dialog ref={dialog} aria-label="Choose a folder" onClose={() => setAt(undefined)}>
        {at !== undefined && (
          <Browser
            path={at}
            onOpen={setAt}
            onChoose={(path) => {
              onValue(path);
              dialog.current!.close();
            }}
            onCancel={() => dialog.current!.close()}
          />
        )}
      </dialog>
    </div>
  );
}

function Browser(
  { path, onOpen, onChoose, onCancel }: {
    path: string;
    onOpen: (path: string) => void;
    onChoose: (path: string) => void;
    onCancel: () => void;
  },
) {
  const { data, error } = useResource<Listing>(`/v1/folders?${new URLSearchParams({ path })}`);
  return (
    <div class="stack">
      <h2 class="path">{data?.path ?? path}</h2>
      {error && (
        <div class="note review" role="alert">
          <p>{error.message}</p>
          {path !== "" && <button type="button" onClick={() => onOpen("")}>To the home folder</button>}
        </div>
      )}
      {data && (
        <>
          <p class="soft">{count(data.pictures, "picture")} in it</p>
          <ul class="plain folders">
            {data.parent !== null && (
              <li>
                <button type="button" class="bare" onClick={() => onOpen(data.parent!)}>↑ the folder above</button>
              </li>
            )}
            {data.folders.map((folder) => (
              <li key={folder.path}>
                <button type="button" class="bare" onClick={() => onOpen(folder.path)}>{folder.name}/</button>
                {folder.pictures > 0 && <span class="soft small">{count(folder.pictures, "picture")}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
      <div class="row end">
        <button type="button" onClick={onCancel}>Cancel</button>
        <button type="button" class="main" disabled={!data} onClick={() => onChoose(data!.path)}>
          Take this folder
        </button>
      </div>
    </div>
  );
}
