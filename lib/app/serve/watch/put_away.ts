/** What becomes of a file that was judged. @module */
import { copyFile, mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { writeFileAtomic } from "../../../base/io/atomic.ts";
import type { FoundFile, Watch, WatchedFile } from "../../../product/station/watches.ts";

/** Where moved files go, below the folder. */
export const DONE = "done";
/** How the name of a mark ends. */
export const MARK = ".verdict.json";

/**
 * Moves or marks a file. Done twice it is as done once: a kill may have come in between. Where another file has taken its place,
 * as cameras do that begin to count again, that one stays: it has not been judged.
 *
 * @param said what a mark tells
 */
export async function putAway(
  { path: folder, after }: Pick<Watch, "path" | "after">,
  file: Pick<WatchedFile, "path" | "size" | "modified" | "decision">,
  said: () => object,
): Promise<void> {
  const { path, decision } = file;
  const from = join(folder, path);
  if (after === "leave" || !isSame(file, await look(folder, path))) return;
  if (after === "mark") return await writeFileAtomic(`${from}${MARK}`, `${JSON.stringify(said(), undefined, 2)}\n`);
  const to = await freeName(join(folder, DONE, decision, path));
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to).catch(async (error) => {
    // Somebody else has put it away meanwhile.
    if (error.code === "ENOENT" && !await isThere(from)) return;
    if (error.code !== "EXDEV") throw error;
    await copyFile(from, to);
    if (isSame(file, await look(folder, path))) await rm(from);
  });
}

/** A file of a folder as it is now; undefined where there is none. */
export async function look(folder: string, path: string): Promise<FoundFile | undefined> {
  const found = await stat(join(folder, path)).catch(() => undefined);
  return found?.isFile() ? { path, size: found.size, modified: found.mtimeMs } : undefined;
}

/** Whether a file is still the one that was found. */
export function isSame(a: Pick<FoundFile, "size" | "modified">, b: FoundFile | undefined): boolean {
  return b !== undefined && a.size === b.size && a.modified === b.modified;
}

/** The name, or where it is taken one with a number: cameras begin to count again. */
async function freeName(path: string): Promise<string> {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  for (let n = 1;; n++) {
    const name = n === 1 ? path : `${stem} (${n})${extension}`;
    if (!await isThere(name)) return name;
  }
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false);
}
