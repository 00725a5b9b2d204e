/** Jobs that are too large for a queue: they lie in the cache, and the queue has the name of the entry. @module */
import { canonicalJson, sha256 } from "../../../base/io/hash.ts";
import type { Cache } from "../cache/cache.ts";
import type { Job } from "./job.ts";

/** What stands in a queue. */
export type QueuedJob = Job | { readonly kind: "kept"; readonly key: string };

/** Characters of JSON that a queue holds in its memory for one job, at most. */
const MOST = 65_536;

/** A job for a queue. */
export async function packJob(cache: Pick<Cache, "has" | "write">, job: Job): Promise<QueuedJob> {
  const text = canonicalJson(job);
  if (text.length <= MOST) return job;
  const key = `jobs/${sha256(text).slice(0, 40)}`;
  if (!await cache.has(key)) await cache.write(key, text);
  return { kind: "kept", key };
}

/**
 * The job behind what stood in a queue.
 *
 * @throws {Error} where it is not in the cache
 */
export async function unpackJob(cache: Pick<Cache, "root" | "load">, queued: QueuedJob): Promise<Job> {
  if (queued.kind !== "kept") return queued;
  const job = await cache.load(queued.key, (bytes): Job => JSON.parse(new TextDecoder().decode(bytes)));
  if (!job) throw new OtherCacheError(cache.root, queued.key);
  return job;
}

/** A worker's cache is not that of the run. */
export class OtherCacheError extends Error {
  override readonly name = "OtherCacheError";
  constructor(root: string, key: string) {
    super(
      `Cannot find "${key}" in the cache "${root}" as it is not the cache of the run: ` +
        "name the folder that the run keeps finished steps in with --cache",
    );
  }
}
