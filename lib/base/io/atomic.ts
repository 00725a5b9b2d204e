/** Writing files so that a kill or a full disk never leaves half of one. @module */
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import process from "node:process";

/** How the name of a file ends while {@linkcode writeFileAtomic} writes it: what a kill leaves behind has it still. */
export const HALF_WRITTEN = /\.\d+\.\d+\.part$/;

let counter = 0;

/**
 * Writes a file beside its place, flushes it and renames it there: readers see the old file or the whole new one.
 *
 * @throws {Error} with the path and the reason (`cause`) where it cannot be written; nothing is left behind
 */
export async function writeFileAtomic(path: string, data: Uint8Array | string): Promise<void> {
  const beside = `${path}.${process.pid}.${counter++}.part`;
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
    throw new Error(`Cannot write "${path}" as ${reason}`, { cause });
  }
}
