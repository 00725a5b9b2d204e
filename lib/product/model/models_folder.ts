/** `models/` of a run folder: emptied before new models are written, and never where it is somebody else's. @module */
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { HALF_WRITTEN, writeFileAtomic } from "../../base/io/atomic.ts";

/** The file that says whose folder it is. It is written first and stays until the end, so that a kill changes nothing. */
const MARKER = ".segad";

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
 * Makes `models/` of a folder, without what an earlier run has left in it.
 *
 * @returns its path
 * @throws {Error} see {@linkcode checkModelsFolder}; nothing is removed then
 */
export async function emptyModelsFolder(folder: string): Promise<string> {
  await checkModelsFolder(folder);
  const models = join(folder, "models");
  await mkdir(models, { recursive: true });
  await writeFileAtomic(join(models, MARKER), "Models of SegAD: the next run of this name replaces them.\n");
  for (const entry of await listEntries(models)) {
    if (entry !== MARKER) await rm(join(models, entry), { recursive: true, force: true });
  }
  return models;
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
