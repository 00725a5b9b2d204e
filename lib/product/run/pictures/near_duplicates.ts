/** Finding pictures of one part by what they show. @module */
import { readSafetensors, writeSafetensors } from "../../../base/io/safetensors.ts";
import { canonicalJson } from "../../../base/io/hash.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { joinGroups, nearDuplicates } from "../../../method/learn/groups.ts";
import type { Dataset } from "../../../picture/data/dataset.ts";
import { DECODER_VERSION, pixelSettings } from "../../../picture/image/decode.ts";
import { toImage } from "../../../picture/image/image.ts";
import { openLoader } from "../../../picture/image/loader.ts";
import type { PictureSettings } from "../../../picture/image/settings.ts";
import { thumbnailsOf } from "../../../picture/image/thumbnail.ts";
import { inGroups, partGroups } from "../../experiment/parts.ts";
import { type Cache, keyOf } from "../cache/cache.ts";
import { codeVersion } from "../cache/code_version.ts";

/** See {@linkcode joinNearDuplicates}. */
export interface NearOptions {
  readonly picture: PictureSettings;
  /** Of all pictures. */
  readonly sha256: string;
  /** Thumbnails that were made when pictures were looked at, by id. */
  readonly thumbnails?: ReadonlyMap<string, Float32Array>;
  readonly release: string;
  readonly cache: Cache;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/**
 * A data set in which near-duplicates are of one part, beside those that are known to be.
 *
 * @returns it, and how many pictures came to a part that were not known to be of it
 */
export async function joinNearDuplicates(
  dataset: Dataset,
  options: NearOptions,
): Promise<{ readonly dataset: Dataset; readonly found: number }> {
  const { items } = dataset;
  const known = partGroups(items);
  const groups = joinGroups([known, nearDuplicates(await thumbnails(dataset, options))]);
  const found = new Set(known).size - new Set(groups).size;
  return { dataset: found === 0 ? dataset : { ...dataset, items: inGroups(items, groups) }, found };
}

async function thumbnails(
  { items }: Dataset,
  { picture, sha256, thumbnails: made, release, cache, reporter, signal }: NearOptions,
): Promise<Float32Array[]> {
  const code = `${await codeVersion(["base/io", "picture/image"], release)} ${DECODER_VERSION}`;
  const key = keyOf("thumbnails", { files: sha256, picture: canonicalJson(pixelSettings(picture)), code });
  const kept = await cache.load(key, (bytes) => {
    const { values } = readSafetensors(bytes, key).tensors;
    if (values?.dtype !== "f32" || values.shape[0] !== items.length) {
      throw new SyntaxError(`Cannot read "${key}" as thumbnails of ${items.length} pictures`);
    }
    const [, length] = values.shape;
    return items.map((_, i) => values.data.slice(i * length, (i + 1) * length));
  });
  if (kept) return kept;
  const known = items.flatMap(({ id }) => made?.get(id) ?? []);
  const found = known.length === items.length ? known : await makeThumbnails(items, { picture, reporter, signal });
  const values = new Float32Array(found.reduce((sum, { length }) => sum + length, 0));
  found.forEach((one, i) => values.set(one, i * one.length));
  await cache.write(
    key,
    writeSafetensors({ values: { dtype: "f32", shape: [items.length, found[0].length], data: values } }),
  );
  return found;
}

async function makeThumbnails(
  items: Dataset["items"],
  { picture, reporter, signal }: Pick<NearOptions, "picture" | "reporter" | "signal">,
): Promise<Float32Array[]> {
  const found: Float32Array[] = [];
  const loader = openLoader(picture);
  try {
    for await (const loaded of loader.load(items.map(({ path }) => path))) {
      signal.throwIfAborted();
      if ("error" in loaded) throw loaded.error;
      found.push(...thumbnailsOf(toImage([loaded.photo])));
      reporter.progress({ step: "Look for pictures of one part", done: found.length, total: items.length });
    }
  } finally {
    await loader.close();
  }
  return found;
}
