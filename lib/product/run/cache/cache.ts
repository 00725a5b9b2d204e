/**
 * Results kept by content: the key of a step is a hash of everything that can change its result.
 *
 * A step that is found is never run again, so a killed run goes on where it stopped. An entry that was damaged on the disk,
 * or put in the place of another, is refused and made again by the next run.
 * @module
 */
import { open, readdir, readFile, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { HALF_WRITTEN, writeFileAtomic } from "../../../base/io/atomic.ts";
import { DamagedStepError } from "../../../base/text/errors.ts";
import { openEntry, readSeal, sealEntry } from "./cache_entry.ts";
import { canonicalJson, sha256 } from "../../../base/io/hash.ts";
import type { Store } from "./store.ts";

/** A folder of finished steps. */
export interface Cache {
  readonly root: string;
  has(key: string): Promise<boolean>;
  /**
   * The bytes, or undefined where the step has not been finished.
   *
   * @throws {DamagedStepError} where the disk has changed them, or put others in their place: see {@linkcode load}
   */
  read(key: string): Promise<Uint8Array | undefined>;
  /**
   * What `parse` makes of the bytes. An entry that has changed since it was written, or that `parse` refuses, is dropped,
   * so that the next run does the step again.
   *
   * @throws {DamagedStepError} with the path, and what is wrong as the cause
   */
  load<T>(key: string, parse: (bytes: Uint8Array) => T): Promise<T | undefined>;
  /** Keeps a result. `rows` says what its parts are called, one a picture: see {@linkcode rowsOf}. */
  write(key: string, data: Uint8Array | string, rows?: readonly string[]): Promise<void>;
  /**
   * The names of the rows of all entries in a folder of the cache, by their keys.
   *
   * @throws {DamagedStepError} for an entry whose end is damaged; it is dropped
   */
  rowsOf(folder: string): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Drops an entry that cannot be read. */
  remove(key: string): Promise<void>;
  /** The file where the training of a step keeps its state until the step is written. */
  checkpoint(key: string): string;
  /** Removes that file and what else its trainings have kept beside it, once their result is kept. */
  dropCheckpoints(key: string): Promise<void>;
  /** Copies the bytes of an entry into a folder of the user's; a later change there does not reach the cache. */
  export(key: string, path: string): Promise<void>;
}

/** Raised when entries are written in another form, so that those of earlier releases are not looked for. */
const FORM = 2;

/**
 * The key of a step: its name and a hash of what it depends on.
 *
 * ```ts
 * import { keyOf } from "./cache.ts";
 * console.assert(keyOf("maps", { a: 1, b: 2 }) === keyOf("maps", { b: 2, a: 1 }));
 * ```
 */
export function keyOf(step: string, dependencies: unknown): string {
  return `${step}/${sha256(canonicalJson([FORM, dependencies])).slice(0, 40)}`;
}

/** Enough of an entry's end for the names of a hundred rows. */
const TAIL = 8192;

/**
 * Opens a cache; the folder is made when something is first written.
 *
 * @param store where entries are kept as well, so that caches of other machines have them
 */
export function openCache(root: string, store?: Store): Cache {
  function pathOf(key: string): string {
    return join(root, key);
  }
  /** Does something with an entry; what it throws says that the entry is damaged. */
  async function whole<T>(key: string, use: () => T | Promise<T>): Promise<T> {
    try {
      return await use();
    } catch (cause) {
      await cache.remove(key);
      throw new DamagedStepError(pathOf(key), { cause });
    }
  }
  const cache: Cache = {
    root,
    async has(key) {
      // A folder in its place is damage, which reading it tells.
      const own = await stat(pathOf(key)).then((info) => info.isFile() || info.isDirectory(), () => false);
      return own || await store?.has(key) === true;
    },
    async read(key) {
      return await cache.load(key, (bytes) => bytes);
    },
    async load(key, parse) {
      let bytes = await readWhole(pathOf(key));
      if (bytes === undefined && await store?.fetch(key)) bytes = await readWhole(pathOf(key));
      if (bytes === undefined) return undefined;
      return await whole(key, () => {
        if (bytes === "folder") throw new SyntaxError("it is a folder");
        return parse(openEntry(key, bytes));
      });
    },
    async write(key, data, rows) {
      const payload = typeof data === "string" ? new TextEncoder().encode(data) : data;
      await writeFileAtomic(pathOf(key), sealEntry(key, payload, rows));
      await store?.keep(key);
    },
    async rowsOf(folder) {
      const found = new Map<string, readonly string[]>();
      for (const name of (await namesIn(pathOf(folder))).filter((name) => !HALF_WRITTEN.test(name))) {
        const key = `${folder}/${name}`;
        const rows = await whole(key, () => readRows(key, pathOf(key)));
        if (rows) found.set(key, rows);
      }
      for (const [key, rows] of await store?.rowsOf(folder) ?? []) if (!found.has(key)) found.set(key, rows);
      return found;
    },
    async remove(key) {
      await rm(pathOf(key), { recursive: true, force: true });
      await store?.remove(key);
    },
    checkpoint: (key) => join(root, "unfinished", `${key}.safetensors`),
    async dropCheckpoints(key) {
      const path = cache.checkpoint(key);
      const beside = (await readdir(dirname(path)).catch(() => [])).filter((name) => name.startsWith(basename(path)));
      for (const name of beside) await rm(join(dirname(path), name), { force: true });
    },
    async export(key, path) {
      const bytes = await cache.read(key);
      if (!bytes) throw new Error(`Cannot find the finished step "${pathOf(key)}": run again`);
      await writeFileAtomic(path, bytes);
    },
  };
  return cache;
}

async function readWhole(path: string): Promise<Uint8Array | "folder" | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    if (await stat(path).then((info) => info.isDirectory(), () => false)) return "folder";
    throw new Error(`Cannot read the finished step "${path}" as ${(cause as Error).message}`, { cause });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new Error(`Cannot read the finished steps in "${folder}" as ${(cause as Error).message}`, { cause });
  }
}

/** The names of an entry's rows, without its payload; undefined where another process has just dropped it. */
export async function readRows(key: string, path: string): Promise<readonly string[] | undefined> {
  const file = await open(path, "r").catch((cause) => {
    if (cause.code === "ENOENT") return undefined;
    throw cause;
  });
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    for (let wanted = Math.min(size, TAIL);;) {
      const tail = new Uint8Array(wanted);
      const { bytesRead } = await file.read(tail, 0, wanted, size - wanted);
      if (bytesRead < wanted) throw new SyntaxError("its end is missing");
      const { seal, begin } = readSeal(key, tail);
      if (begin >= 0) return seal.rows ?? [];
      wanted -= begin;
      if (wanted > size) throw new SyntaxError("its seal cannot be read");
    }
  } finally {
    await file.close();
  }
}
