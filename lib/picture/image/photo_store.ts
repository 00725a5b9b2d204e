/** Photographs by number, kept in memory as far as they fit. @module */
import type { Image, Photo } from "../../domain.ts";
import { toImage } from "./image.ts";
import type { Loader } from "./loader.ts";

/** Kept up to this many bytes; beyond, files are read again. */
const LIMIT = 2 ** 31;

/**
 * Gives some pictures of a list, f32[N,3,H,W] of 0 to 1, in the order in which they are asked for.
 *
 * @param hashes of the files: other content is an error
 * @param loader open as long as pictures are asked for
 */
export function rememberPhotos(
  loader: Loader,
  paths: readonly string[],
  hashes: readonly string[],
): (indices: readonly number[]) => Promise<Image> {
  const kept = new Map<number, Photo>();
  let bytes = 0;
  return async (indices) => {
    const missing = [...new Set(indices)].filter((index) => !kept.has(index));
    const found = new Map<number, Photo>();
    let next = 0;
    for await (
      const loaded of loader.load(
        missing.map((index) => paths[index]),
        missing.map((index) => hashes[index]),
      )
    ) {
      if ("error" in loaded) throw loaded.error;
      const { photo } = loaded;
      found.set(missing[next], photo);
      if (bytes + photo.data.byteLength <= LIMIT) {
        kept.set(missing[next], photo);
        bytes += photo.data.byteLength;
      }
      next++;
    }
    return toImage(indices.map((index) => kept.get(index) ?? found.get(index)!));
  };
}
