/** Pictures from disk beside everything else: workers read, decode and resize while the runtime computes. @module */
import { availableParallelism } from "node:os";
import { type Photo, photo } from "../../domain.ts";
import { moduleBeside } from "../../base/io/asset.ts";
import { openPool, type Pool } from "../../base/workers/pool.ts";
import type { DepthPolicy } from "./depth.ts";
import type { Glance, LoadRequest, LoadResponse } from "./load_pictures.ts";
import type { CloserLook } from "./look.ts";
import { checkSize, type Filter, type Size } from "./resize.ts";

/** A picture that was loaded, or why it was not: one bad file never ends a batch. */
export type Loaded =
  | { readonly path: string; readonly photo: Photo; /** The part was not found in it. */ readonly unaligned?: true }
  | { readonly path: string; readonly error: Error };

/** What comes out of a loader has this size. */
export interface LoaderOptions extends Size {
  /** How pictures are resized; bilinear where left out. */
  readonly filter?: Filter;
  /** What is done with 16 bits; they are refused where it is left out. */
  readonly depth?: DepthPolicy;
  /** The most pixels of a picture that are decoded. */
  readonly maxPixels?: number;
  /** Where pictures are aligned: the name of the picture that they are aligned with … */
  readonly align?: string;
  /** … and that picture, of the loader's size. */
  readonly reference?: Photo;
  /** Threads that decode; by default one less than there are cores, from 1 to 4. With "none" it is done on the caller's own. */
  readonly workers?: number | "none";
  /** Pictures under way or waiting to be taken, at most; by default 16 a worker. */
  readonly ahead?: number;
}

/** Loads pictures in order. It holds threads until it is closed. */
export interface Loader {
  /**
   * The pictures in the order of the paths.
   *
   * @param hashes SHA-256 of their files where they are known, in hexadecimal: a file with other content is an error
   */
  load(paths: readonly string[], hashes?: readonly (string | undefined)[]): AsyncGenerator<Loaded>;
  /**
   * What pictures are like, or why they cannot be read, in the order of the paths.
   *
   * @param onDone is told how many are done
   * @param thumbnails whether pictures of the loader's size are made small beside
   */
  look(
    paths: readonly string[],
    onDone?: (done: number) => void,
    thumbnails?: boolean,
  ): Promise<(CloserLook | Error)[]>;
  /** Ends the threads; what is under way becomes errors. */
  close(): Promise<void>;
}

interface File {
  readonly path: string;
  readonly hash?: string;
}

const CHUNK = 8;

/**
 * Opens a loader. Its results do not depend on the number of workers.
 *
 * @throws {RangeError} where there are no workers, no look-ahead or no pixels
 * @throws {TypeError} where pictures are to be aligned, and what with is not given in their size
 *
 * ```ts
 * import { openLoader } from "./loader.ts";
 * const loader = openLoader({ height: 256, width: 256 });
 * for await (const loaded of loader.load(["missing.png"])) console.assert("error" in loaded);
 * await loader.close();
 * ```
 */
export function openLoader(options: LoaderOptions): Loader {
  const { workers: asked = Math.min(4, Math.max(1, availableParallelism() - 1)), align, reference, ...more } = options;
  const workers = asked === "none" ? 1 : asked;
  const { ahead = 2 * CHUNK * workers, ...wanted } = more;
  if (!(Number.isInteger(ahead) && ahead >= 1)) {
    throw new RangeError(`Cannot open a loader that looks ${ahead} pictures ahead as at least one is needed`);
  }
  const { height, width } = options;
  checkSize(options, `open a loader for ${height} × ${width} pixels`);
  const [rows, columns] = reference?.shape ?? [];
  if (align !== undefined && !(rows === height && columns === width)) {
    throw new TypeError(
      `Cannot align pictures with "${align}" as that picture must be given in ${height} × ${width} pixels`,
    );
  }
  const aligned = align === undefined || !reference
    ? {}
    : { reference: { name: align, data: Uint8Array.from(reference.data) } };
  const pool = asked === "none"
    ? ownThread()
    : openPool<LoadRequest, LoadResponse>(moduleBeside("decode_worker", import.meta.url), workers);
  const largest = Math.max(1, Math.min(CHUNK, Math.floor(ahead / (2 * workers))));

  async function runChunk(files: readonly File[], look?: Glance): Promise<LoadResponse> {
    try {
      const [paths, hashes] = [files.map(({ path }) => path), files.map(({ hash }) => hash)];
      return await pool.run({ ...wanted, ...aligned, paths, hashes, look });
    } catch (cause) {
      // The worker died: what each picture does alone shows which it was
      if (files.length > 1) return (await Promise.all(files.map((file) => runChunk([file], look)))).flat();
      return [cause instanceof Error ? cause : new Error(String(cause))];
    }
  }
  /** Files with what the workers answer, in order. */
  async function* runAll(files: readonly File[], look?: Glance) {
    const size = Math.min(largest, Math.ceil(files.length / workers));
    const most = Math.floor(ahead / size);
    const pending: Promise<LoadResponse>[] = [];
    let next = 0;
    let taken = 0;
    while (next < files.length || pending.length > 0) {
      for (; next < files.length && pending.length < most; next += size) {
        pending.push(runChunk(files.slice(next, next + size), look));
      }
      for (const result of await pending.shift()!) yield { ...files[taken++], result };
    }
  }
  async function* load(
    paths: readonly string[],
    hashes: readonly (string | undefined)[] = [],
  ): AsyncGenerator<Loaded> {
    const files = paths.map((path, i) => ({ path, hash: hashes[i] }));
    for await (const { path, result } of runAll(files)) {
      if (result instanceof Uint8Array) yield { path, photo: photo([height, width, 3], result) };
      else if ("unaligned" in result) {
        yield { path, photo: photo([height, width, 3], result.unaligned), unaligned: true };
      } else {yield {
          path,
          error: result instanceof Error ? result : new TypeError(`Cannot load "${path}" without its pixels`),
        };}
    }
  }
  async function look(paths: readonly string[], onDone: (done: number) => void = () => {}, thumbnails = false) {
    const looks: (CloserLook | Error)[] = [];
    const glance = thumbnails ? "thumbnail" : "glance";
    for await (const { path, result } of runAll(paths.map((path) => ({ path })), glance)) {
      if (result instanceof Uint8Array || "unaligned" in result) {
        throw new TypeError(`Cannot look at "${path}" as the worker has sent its pixels`);
      }
      onDone(looks.push(result));
    }
    return looks;
  }
  return { load, look, close: () => pool.close() };
}

/** For a few pictures, which are read before a worker would have begun. */
function ownThread(): Pick<Pool<LoadRequest, LoadResponse>, "run" | "close"> {
  return {
    run: async (request) => (await import("./load_pictures.ts")).loadPictures(request),
    close: () => Promise.resolve(),
  };
}
