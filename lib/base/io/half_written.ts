/** What processes that were killed leave behind: files that were never renamed to their place. @module */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { HALF_WRITTEN } from "./atomic.ts";

/**
 * No file takes this long to write, so one that has not been touched since belongs to no running process; nor does one of a
 * time to come, which another clock has written or a wrong one.
 */
const FORGOTTEN_MS = 600_000;

/** Removes half-written files below a folder; what another process is writing there at the moment is left alone. */
export async function removeLeftovers(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  for (const entry of entries.filter((name) => HALF_WRITTEN.test(name))) {
    const path = join(folder, entry);
    const changed = await stat(path).then(({ mtimeMs }) => mtimeMs, () => undefined);
    if (changed !== undefined && Math.abs(Date.now() - changed) > FORGOTTEN_MS) {
      await rm(path, { force: true }).catch(() => {});
    }
  }
}
