/** Looking at every picture before anything is fitted on some of them. @module */
import type { Dataset, Item } from "../../picture/data/dataset.ts";
import { EMPTY, makeManifest, type Manifest, withoutFiles } from "../../picture/data/manifest.ts";
import { DECODER_VERSION, type PictureLimits } from "../../picture/image/decode.ts";
import { openLoader } from "../../picture/image/loader.ts";
import { describeError } from "../../base/text/describe_error.ts";
import type { Reporter } from "../../base/text/progress.ts";
import { type Cache, keyOf } from "./cache.ts";
import { codeVersion } from "./code_version.ts";

/** How pictures are looked at. */
export interface ReadableOptions extends PictureLimits {
  /** Pictures that cannot be read are left out, with a warning each; else they are an error. */
  readonly skip?: boolean;
  /** Hash the files alone, and decode none. */
  readonly hashOnly?: boolean;
  /** Where it is kept that all pictures of a set can be read. */
  readonly cache?: Cache;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** What is taken of pictures that are brought to one size. */
export function limitsOf({ depth, maxPixels }: PictureLimits): PictureLimits {
  return { depth, maxPixels };
}

/** Files whose reasons are told, at most. */
const TOLD = 20;
/** The version of the package, where code was not loaded from disk. */
const CODE = ["base/io", "picture/image"];

/**
 * Hashes and decodes all pictures, so that those that cannot be read are known together.
 *
 * @returns the manifest of those that can be read, and the ids of the others
 * @throws {Error} that names all that cannot be read, unless they are skipped; and what `makeManifest` throws
 */
export async function takeReadable(
  items: readonly Item[],
  release: string,
  options: ReadableOptions,
): Promise<{ readonly manifest: Manifest; readonly unread: ReadonlySet<string> }> {
  const { reporter, signal, skip = false } = options;
  const errors = new Map<string, Error>();
  const manifest = await makeManifest(items, (done, total) => {
    signal.throwIfAborted();
    reporter.progress({ step: "Hash the pictures", done, total });
  }, ({ id }, error) => errors.set(id, error));
  for (const warning of manifest.warnings) reporter.warn(warning);
  const paths = new Map(items.map(({ id, path }) => [id, path]));
  if (options.hashOnly) {
    for (const { id, sha256 } of manifest.files) {
      if (sha256 === EMPTY) errors.set(id, new SyntaxError(`Cannot decode "${paths.get(id)}" as the file is empty`));
    }
  } else {
    for (const [id, error] of await findUnreadable(manifest, paths, release, options)) errors.set(id, error);
  }
  const unread = items.filter(({ id }) => errors.has(id)).map(({ id }) => id);
  if (unread.length === 0) return { manifest, unread: new Set() };
  const reasons = unread.map((id) => errors.get(id)!);
  if (!skip || unread.length === items.length) throw unreadable(reasons, items.length);
  for (const reason of reasons) reporter.warn(`left out: ${describeError(reason)}`);
  const left = new Set(unread);
  return { manifest: withoutFiles(manifest, left), unread: left };
}

/** All that cannot be read, in one error. */
export function unreadable(reasons: readonly Error[], total: number): Error {
  const lines = reasons.slice(0, TOLD).map(describeError);
  if (reasons.length > TOLD) lines.push(`and ${reasons.length - TOLD} more`);
  const them = reasons.length === 1 ? "it" : "them";
  const what = reasons.length === total
    ? `any of ${total} pictures`
    : `${reasons.length} of ${total} pictures: mend ${them}, or leave ${them} out with --skip-unreadable`;
  return new Error(`Cannot use ${what}\n  ${lines.join("\n  ")}`);
}

/** What decoding each picture throws, by id. A set of which all can be read is not decoded again. */
async function findUnreadable(
  manifest: Manifest,
  paths: ReadonlyMap<string, string>,
  release: string,
  { depth, maxPixels, cache, reporter, signal }: ReadableOptions,
): Promise<Map<string, Error>> {
  const key = keyOf("readable", {
    files: manifest.sha256,
    depth,
    maxPixels,
    code: `${await codeVersion(CODE, release)} ${DECODER_VERSION}`,
  });
  if (await cache?.has(key)) return new Map();
  const loader = openLoader({ height: 1, width: 1, depth, maxPixels });
  const stop = () => void loader.close();
  signal.addEventListener("abort", stop);
  try {
    const total = manifest.files.length;
    const found = await loader.check(manifest.files.map(({ id }) => paths.get(id)!), (done) => {
      signal.throwIfAborted();
      reporter.progress({ step: "Look at the pictures", done, total });
    });
    const errors = found.flatMap((error, i): [string, Error][] => error ? [[manifest.files[i].id, error]] : []);
    if (errors.length === 0) await cache?.write(key, "");
    return new Map(errors);
  } finally {
    signal.removeEventListener("abort", stop);
    await loader.close();
  }
}

/** A data set without some of its pictures. */
export function withoutPictures(dataset: Dataset, ids: ReadonlySet<string>): Dataset {
  if (ids.size === 0) return dataset;
  const { lowShot } = dataset;
  return {
    ...dataset,
    items: dataset.items.filter(({ id }) => !ids.has(id)),
    ...lowShot && {
      lowShot: Object.fromEntries(
        Object.entries(lowShot).map(([seed, some]) => [seed, some.filter((id) => !ids.has(id))]),
      ),
    },
  };
}
