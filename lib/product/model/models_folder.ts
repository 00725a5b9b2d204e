/** `models/` of a run folder: replaced when new models are whole, and never where something else lies there. @module */
import { randomUUID } from "node:crypto";
import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { HALF_WRITTEN, writeFileAtomic } from "../../base/io/atomic.ts";

/** The file that says whose folder it is. */
const MARKER = ".segad";
/** Folders beside `models/`, while it is replaced. */
const BESIDE = /^models\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(new|old)$/;

/**
 * Checks that `models/` of a folder may be written: it is not there, empty, or holds models of an earlier run.
 *
 * @throws {Error} where it holds anything else, or cannot be listed
 */
export async function checkModelsFolder(folder: string): Promise<void> {
  const models = join(folder, "models");
  const entries = await listEntries(models);
  // A kill while the marker is written leaves half of it, by another name.
  const marked = entries.some((name) => name.replace(HALF_WRITTEN, "") === MARKER);
  if (entries.length === 0 || marked || await isModelFile(join(models, "model.json"))) return;
  throw new Error(
    `Cannot write models into "${models}" as it holds files that are not of a run (${entries.sort()[0]}): ` +
      "name another folder, or move them away",
  );
}

/**
 * Writes `models/` of a folder anew. Whatever stops it leaves the models of an earlier run as they are: the new ones are
 * written beside them, and both change places when all is written.
 *
 * Between the two renames of that change a kill leaves no `models/`; the next call puts the old one back first.
 *
 * @param write writes the files into the folder that it is given
 * @throws {Error} see {@linkcode checkModelsFolder}; and what `write` throws
 */
export async function replaceModels<T>(folder: string, write: (models: string) => Promise<T>): Promise<T> {
  await mend(folder);
  await checkModelsFolder(folder);
  const [models, id] = [join(folder, "models"), randomUUID()];
  const beside = `${models}.${id}.new`;
  try {
    await writeFileAtomic(join(beside, MARKER), "Models of SegAD: the next run of this name replaces them.\n");
    const made = await write(beside);
    await exchange(models, { beside, old: `${models}.${id}.old` });
    return made;
  } catch (error) {
    await rm(beside, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
}

/** How often another process may be faster. */
const ATTEMPTS = 10;

async function exchange(
  models: string,
  { beside, old }: { readonly beside: string; readonly old: string },
): Promise<void> {
  for (let attempt = 1;; attempt++) {
    const had = await rename(models, old).then(() => true, (error) => {
      if (codeOf(error) === "ENOENT") return false;
      throw error;
    });
    try {
      await rename(beside, models);
      break;
    } catch (error) {
      // Another process has put its own there since.
      const overtaken = ["ENOTEMPTY", "EEXIST"].includes(codeOf(error)) && attempt < ATTEMPTS;
      if (!overtaken) {
        if (had) await rename(old, models).catch(() => {});
        throw error;
      }
    }
    await rm(old, { recursive: true, force: true });
  }
  await rm(old, { recursive: true, force: true });
}

/** Nothing is written for this long, so what has not been touched since belongs to no running process. */
const FORGOTTEN_MS = 600_000;

/** Puts back what a kill has left beside its place, and removes what it has left half written. */
async function mend(folder: string): Promise<void> {
  const entries: string[] = await readdir(folder).catch(() => []);
  if (!entries.includes("models")) {
    const old = entries.find((name) => BESIDE.exec(name)?.[1] === "old");
    if (old !== undefined) await rename(join(folder, old), join(folder, "models")).catch(() => {});
  }
  for (const name of entries.filter((name) => BESIDE.test(name))) {
    const path = join(folder, name);
    const changed = await stat(path).then(({ mtimeMs }) => mtimeMs, () => undefined);
    if (changed === undefined || Date.now() - changed < FORGOTTEN_MS) continue;
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}

async function listEntries(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw new Error(`Cannot write models into "${path}" as ${(cause as Error).message}`, { cause });
  }
}

/** Models of releases that wrote no marker; other software has files of this name too. */
async function isModelFile(path: string): Promise<boolean> {
  try {
    const value = JSON.parse(await readFile(path, "utf8"));
    return typeof value?.format === "number" && typeof value.pipeline === "string";
  } catch {
    return false;
  }
}
