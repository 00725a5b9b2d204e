/** Writing files so that a kill or a full disk never leaves half of one. @module */
import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { FullDiskError } from "../text/errors.ts";

/** How the name of a file ends while {@linkcode writeFileAtomic} writes it: what a kill leaves behind has it still. */
export const HALF_WRITTEN = /\.(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+\.\d+)\.part$/;

/** No space, no quota, a disk that can only be read, a folder of somebody else: by name, or by number on Linux and macOS. */
const FULL: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EROFS", "EACCES", -122, -69]);

/**
 * Writes a file beside its place, flushes it and renames it there: readers see the old file or the whole new one.
 *
 * The name beside the place is drawn: processes in containers have equal numbers and may share a folder.
 *
 * @throws {FullDiskError} where the disk is full or takes no files
 * @throws {Error} with the path and the reason (`cause`) where it cannot be written; nothing is left behind
 */
export async function writeFileAtomic(path: string, data: Uint8Array | string): Promise<void> {
  const beside = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(beside, "w");
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {});
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new (isFull(cause) ? FullDiskError : Error)(`Cannot write "${path}" as ${reason}`, { cause });
  }
}

function isFull(cause: unknown): boolean {
  const { code, errno } = cause as NodeJS.ErrnoException;
  return FULL.has(code) || FULL.has(errno);
}
