/**
 * Results kept by content: the key of a step is a hash of everything that can change its result.
 *
 * A step that is found is never run again, so a killed run goes on where it stopped.
 * @module
 */
import { constants, copyFile, mkdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { DamagedStepError } from "../../base/text/errors.ts";
import { canonicalJson, sha256 } from "../../base/io/hash.ts";

/** A folder of finished steps. */
export interface Cache {
  readonly root: string;
  has(key: string): Promise<boolean>;
  /** The bytes, or undefined where the step has not been finished. */
  read(key: string): Promise<Uint8Array | undefined>;
  /**
   * What `parse` makes of the bytes. An entry that it refuses was damaged on the disk: it is dropped, so that the next
   * run does the step again.
   *
   * @throws {DamagedStepError} with the path, and what `parse` has thrown as the cause
   */
  load<T>(key: string, parse: (bytes: Uint8Array) => T): Promise<T | undefined>;
  write(key: string, data: Uint8Array | string): Promise<void>;
  /** Drops an entry that cannot be read. */
  remove(key: string): Promise<void>;
  /** The file where the training of a step keeps its state until the step is written. */
  checkpoint(key: string): string;
  /** Copies an entry into a folder of the user's; a later change there does not reach the cache. */
  export(key: string, path: string): Promise<void>;
}

/**
 * The key of a step: its name and a hash of what it depends on.
 *
 * ```ts
 * import { keyOf } from "./cache.ts";
 * console.assert(keyOf("maps", { a: 1, b: 2 }) === keyOf("maps", { b: 2, a: 1 }));
 * ```
 */
export function keyOf(step: string, dependencies: unknown): string {
  return `${step}/${sha256(canonicalJson(dependencies)).slice(0, 40)}`;
}

/** Opens a cache; the folder is made when something is first written. */
export function openCache(root: string): Cache {
  function pathOf(key: string): string {
    return join(root, key);
  }
  const cache: Cache = {
    root,
    async has(key) {
      return await stat(pathOf(key)).then((info) => info.isFile(), () => false);
    },
    async read(key) {
      try {
        return new Uint8Array(await readFile(pathOf(key)));
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw new Error(`Cannot read the finished step "${pathOf(key)}" as ${(cause as Error).message}`, { cause });
      }
    },
    async load(key, parse) {
      const bytes = await cache.read(key);
      if (!bytes) return undefined;
      try {
        return parse(bytes);
      } catch (cause) {
        await cache.remove(key);
        throw new DamagedStepError(pathOf(key), { cause });
      }
    },
    async write(key, data) {
      await writeFileAtomic(pathOf(key), data);
    },
    async remove(key) {
      await rm(pathOf(key), { force: true });
    },
    checkpoint: (key) => join(root, "unfinished", `${key}.safetensors`),
    async export(key, path) {
      await mkdir(dirname(path), { recursive: true });
      await copyFile(pathOf(key), path, constants.COPYFILE_FICLONE);
    },
  };
  return cache;
}
