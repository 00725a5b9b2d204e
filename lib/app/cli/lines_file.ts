/** A file of lines that grows while work goes on, and takes its place when it is whole. @module */
import { closeSync, existsSync, mkdirSync, openSync, rmSync, statSync, writeFileSync } from "node:fs";
import { readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** What lines are made with, by words for people: { threshold: 3.5 }. */
export type MadeWith = Readonly<Record<string, string | number | null>>;

/** Lines that a process has left that did not come to its end. */
export interface EarlierLines {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** When the first process began, by the clock of the disk, in milliseconds. */
  readonly since: number;
}

/** Lines on their way to a file. */
export interface LinesFile {
  /** Lines of an earlier process that was stopped. */
  readonly earlier?: EarlierLines;
  /** Nobody else can write this file meanwhile; false where the disk knows no locks. */
  readonly locked: boolean;
  /** Of the earlier lines, keeps so many bytes; the others are written anew. */
  keep(bytes: number): void;
  /** Appends text; it is on its way to the disk when this returns, whatever happens to the process. */
  line(text: string): void;
  /** Puts the file in its place. */
  finish(): Promise<void>;
  /** Lets others write the file. Lines that are not finished stay for the next process; where there are none, nothing does. */
  release(): void;
}

/** Where the lines are until the file is finished. */
export const unfinished = (path: string): string => `${path}.part`;
/** Where it stands what they are made with. */
const notes = (path: string): string => `${path}.part.json`;

/** The files that lines may be written to on their way to a path. */
export function filesOfLines(path: string): string[] {
  return [path, unfinished(path), notes(path)];
}

/**
 * Checks that a file can be written, so that it is known before the work; changes nothing.
 *
 * @throws {Error} with the path and the reason where it cannot be written
 */
export function checkLines(path: string): void {
  try {
    if (existsSync(path) && statSync(path).isDirectory()) throw new Error("it is a folder");
    mkdirSync(dirname(path), { recursive: true });
    const there = existsSync(unfinished(path));
    closeSync(openSync(unfinished(path), "a"));
    if (!there) rmSync(unfinished(path));
  } catch (cause) {
    throw new Error(`Cannot write "${path}" as ${reasonOf(cause)}: name another file with --out`, { cause });
  }
}

/**
 * Opens a file for one process alone. Lines go to `<path>.part` until it is finished: a reader of `path` never sees half of
 * it, and what was done before a kill is not lost. The lock is the kernel's: it ends with the process, however that ends.
 *
 * @param made what the lines are made with: lines of an earlier process that were made with something else are not gone on with
 * @throws {Error} with the path and the reason where it cannot be written, another process is writing it, or earlier lines
 * were made with something else
 */
export async function openLines(path: string, made: MadeWith): Promise<LinesFile> {
  const beside = unfinished(path);
  const { file, locked } = lock(path);
  let length = 0;
  let finished = false;
  try {
    const bytes = await readFile(beside);
    length = bytes.length;
    file.seekSync(length, Deno.SeekMode.Start);
    if (length === 0) attempt(path, () => writeFileSync(notes(path), `${JSON.stringify(made)}\n`));
    else await checkMade(path, made);
    const { mtimeMs: since } = await stat(notes(path));
    if (length === 0) return { ...linesOf(), locked };
    return { ...linesOf(), locked, earlier: { bytes: new Uint8Array(bytes), since } };
  } catch (error) {
    linesOf().release();
    throw error;
  }

  function linesOf(): Omit<LinesFile, "locked" | "earlier"> {
    return {
      keep: (bytes) =>
        attempt(path, () => {
          file.truncateSync(bytes);
          file.seekSync(bytes, Deno.SeekMode.Start);
          length = bytes;
        }),
      line: (text) =>
        attempt(path, () => {
          const bytes = new TextEncoder().encode(text);
          for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
          length += bytes.length;
        }),
      async finish() {
        try {
          file.syncSync();
          await rename(beside, path);
          finished = true;
          await rm(notes(path), { force: true });
        } catch (cause) {
          throw unwritten(path, cause);
        }
      },
      release() {
        // While it is locked: what another process has begun since is not removed.
        if (length === 0 && !finished) { for (const file of [beside, notes(path)]) rmSync(file, { force: true }); }
        file.close();
      },
    };
  }
}

/** The unfinished file of a path, open and locked. */
function lock(path: string): { readonly file: Deno.FsFile; readonly locked: boolean } {
  for (;;) {
    const file = attempt(path, () => {
      mkdirSync(dirname(path), { recursive: true });
      return Deno.openSync(unfinished(path), { read: true, write: true, create: true });
    });
    let free: boolean;
    try {
      free = file.tryLockSync(true);
    } catch {
      // Some disks of networks know no locks.
      return { file, locked: false };
    }
    if (!free) {
      file.close();
      throw new Error(
        `Cannot write "${path}" as another process is writing it: wait for its end, or name another file with --out`,
      );
    }
    // Another process may have put it in its place between the two.
    const there = existsSync(unfinished(path)) ? Deno.statSync(unfinished(path)).ino : undefined;
    if (there === file.statSync().ino) return { file, locked: true };
    file.close();
  }
}

async function checkMade(path: string, made: MadeWith): Promise<void> {
  const before = await readFile(notes(path), "utf8").then((text): MadeWith => JSON.parse(text)).catch(
    (): MadeWith => ({}),
  );
  const other = Object.keys(made).filter((what) => before[what] !== made[what]);
  if (other.length === 0) return;
  throw new Error(
    `Cannot go on with "${unfinished(path)}" as its lines are of another ${other.join(" and another ")}: ` +
      "move it away to begin anew, or name another file with --out",
  );
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw unwritten(path, cause);
  }
}

function unwritten(path: string, cause: unknown): Error {
  return new Error(
    `Cannot write "${path}" as ${reasonOf(cause)}; lines that were written are in "${unfinished(path)}"`,
    {
      cause,
    },
  );
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
