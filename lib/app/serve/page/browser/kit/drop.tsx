/** A place to drop files onto, with a button for those who have no mouse. @module */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";

interface DropProps {
  readonly words: string;
  readonly button: string;
  readonly accept?: string;
  readonly disabled?: boolean;
  readonly onFiles: (files: File[]) => void;
  readonly children?: ComponentChildren;
}

export function Drop({ words, button, accept = "image/*,.tif,.tiff,.bmp", disabled, onFiles, children }: DropProps) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  return (
    <div
      class={over ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={async (event) => {
        event.preventDefault();
        setOver(false);
        if (!disabled && event.dataTransfer) onFiles(await readDropped(event.dataTransfer));
      }}
    >
      <div class="row">
        <span>{words}</span>
        <button type="button" disabled={disabled} onClick={() => input.current!.click()}>{button}</button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          accept={accept}
          aria-label={button}
          onChange={(event) => {
            const files = [...event.currentTarget.files ?? []];
            event.currentTarget.value = "";
            if (files.length > 0) onFiles(files);
          }}
        />
        {children}
      </div>
    </div>
  );
}

/** The files that were dropped, those in folders too, in the order of their names. */
async function readDropped(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...transfer.files];
  const files = (await Promise.all(entries.map((entry) => entry ? readEntry(entry) : []))).flat();
  return files.filter(({ name }) => !name.startsWith("."));
}

async function readEntry(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    const { file } = { file: entry as FileSystemFileEntry };
    return [await new Promise<File>((resolve, reject) => file.file(resolve, reject))];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: File[] = [];
  for (;;) {
    // A reader gives at most a hundred entries at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    for (const inner of some) found.push(...await readEntry(inner));
  }
}
