/** Looking at every picture before anything is fitted on some of them. @module */
import type { Dataset, Item } from "../../../picture/data/dataset.ts";
import { EMPTY, makeManifest, type Manifest, withoutFiles } from "../../../picture/data/manifest.ts";
import { DECODER_VERSION, type PictureLimits } from "../../../picture/image/decode.ts";
import { type Copies, findCopies } from "../../../picture/data/copies.ts";
import { describeOdd } from "../../../picture/data/odd_pictures.ts";
import type { CloserLook, Look } from "../../../picture/image/look.ts";
import type { Size } from "../../../picture/image/resize.ts";
import type { PictureSettings } from "../../../picture/image/settings.ts";
import { openLoader } from "../../../picture/image/loader.ts";
import { describeError } from "../../../base/text/describe_error.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { type Cache, keyOf } from "../cache/cache.ts";
import { codeVersion } from "../cache/code_version.ts";

/** How pictures are looked at. */
export interface ReadableOptions extends PictureLimits {
  /** Pictures that cannot be read are left out, with a warning each; else they are an error. */
  readonly skip?: boolean;
  /** Hash the files alone, and decode none. */
  readonly hashOnly?: boolean;
  /** What they are brought to, to tell where that stretches them. */
  readonly size?: Size;
  /** How pictures are brought to one size, where they are to be compared with each other beside. */
  readonly compared?: PictureSettings;
  /** Where it is kept what the pictures of a set are like that can all be read. */
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

/** Pictures that can be read, and what there is to say of them. */
export interface ReadablePictures {
  /** Of those that can be read. */
  readonly manifest: Manifest;
  /** The ids of the others. */
  readonly unread: ReadonlySet<string>;
  /** Those that are others again, by their pixels, or where none were decoded by their files. */
  readonly copies: Copies;
  /** Pictures unlike the others, in sentences. */
  readonly notes: readonly string[];
  /** Small ones of pictures that were decoded to be compared, by id: see `thumbnailsOf`. */
  readonly thumbnails: ReadonlyMap<string, Float32Array>;
}

/**
 * Hashes and decodes all pictures, so that those that cannot be read are known together, and those that are odd.
 *
 * @throws {Error} that names all that cannot be read, unless they are skipped; where a picture is there once good and once
 * bad; and what `makeManifest` throws
 */
export async function takeReadable(
  items: readonly Item[],
  release: string,
  options: ReadableOptions,
): Promise<ReadablePictures> {
  const { reporter, signal, skip = false } = options;
  const errors = new Map<string, Error>();
  const all = await makeManifest(items, (done, total) => {
    signal.throwIfAborted();
    reporter.progress({ step: "Hash the pictures", done, total });
  }, ({ id }, error) => errors.set(id, error));
  const paths = new Map(items.map(({ id, path }) => [id, path]));
  const looks = new Map<string, CloserLook>();
  if (options.hashOnly) {
    for (const { id, sha256 } of all.files) {
      if (sha256 === EMPTY) errors.set(id, new SyntaxError(`Cannot decode "${paths.get(id)}" as the file is empty`));
    }
  } else {
    for (const [id, look] of await lookAtAll(all, paths, release, options)) {
      if (look instanceof Error) errors.set(id, look);
      else looks.set(id, look);
    }
  }
  const unread = new Set(items.filter(({ id }) => errors.has(id)).map(({ id }) => id));
  if (unread.size > 0) {
    const reasons = [...unread].map((id) => errors.get(id)!);
    if (!skip || unread.size === items.length) throw unreadable(reasons, items.length);
    for (const reason of reasons) reporter.warn(`left out: ${describeError(reason)}`);
  }
  const manifest = unread.size === 0 ? all : withoutFiles(all, unread);
  const copies = findCopies(
    manifest.files.map(({ id, label, split, sha256 }) => ({
      id,
      label,
      split,
      content: looks.get(id)?.content ?? sha256,
    })),
  );
  const notes = describeOdd([...looks].map(([id, look]) => ({ id, look })), options.size);
  const thumbnails = new Map([...looks].flatMap(([id, { thumbnail }]) => thumbnail ? [[id, thumbnail] as const] : []));
  return { manifest, unread, copies, notes, thumbnails };
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

/** What each picture is like, or what decoding it throws, by id. A set of which all can be read is not decoded again. */
async function lookAtAll(
  manifest: Manifest,
  paths: ReadonlyMap<string, string>,
  release: string,
  { depth, maxPixels, compared, cache, reporter, signal }: ReadableOptions,
): Promise<Map<string, CloserLook | Error>> {
  const key = keyOf("looks", {
    files: manifest.sha256,
    depth,
    maxPixels,
    code: `${await codeVersion(CODE, release)} ${DECODER_VERSION}`,
  });
  const known = await cache?.load(key, (bytes): [string, Look][] => JSON.parse(new TextDecoder().decode(bytes)));
  if (known) return new Map(known);
  const loader = openLoader({ ...compared ?? { height: 1, width: 1 }, depth, maxPixels });
  const stop = () => void loader.close();
  signal.addEventListener("abort", stop);
  try {
    const total = manifest.files.length;
    const found = await loader.look(manifest.files.map(({ id }) => paths.get(id)!), (done) => {
      signal.throwIfAborted();
      reporter.progress({ step: "Look at the pictures", done, total });
    }, compared !== undefined);
    const looks = found.map((look, i) => [manifest.files[i].id, look] as const);
    if (!found.some((look) => look instanceof Error)) {
      await cache?.write(key, JSON.stringify(looks, (name, value) => name === "thumbnail" ? undefined : value));
    }
    return new Map(looks);
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
