/** What the workers of a loader do: paths in, resized photographs out. @module */
import { readPixels } from "./decode.ts";
import type { DepthPolicy } from "./depth.ts";
import { toImage } from "./image.ts";
import { type CloserLook, lookAt } from "./look.ts";
import { toPhoto } from "./pixels.ts";
import { type Filter, resizePixels, type Size } from "./resize.ts";
import { thumbnailsOf } from "./thumbnail.ts";

/** What a worker is told: a few pictures at once, so that it has work while the main thread is busy. */
export interface LoadRequest extends Size {
  readonly paths: readonly string[];
  /** Of their files, where they are known. */
  readonly hashes: readonly (string | undefined)[];
  /** Where what the pictures are like is wanted, and not they themselves: whether with a thumbnail. */
  readonly look?: Glance;
  readonly filter?: Filter;
  readonly depth?: DepthPolicy;
  readonly maxPixels?: number;
}

/** How pictures are looked at: with a thumbnail, or without. */
export type Glance = "glance" | "thumbnail";

/** What a worker answers for each path: height · width · 3 bytes, or what the picture is like, or why neither. */
export type LoadResponse = readonly (Uint8Array<ArrayBuffer> | CloserLook | Error)[];

/** The pictures of a request, or why they cannot be read, one after the other. */
export async function loadPictures({ paths, hashes, ...wanted }: LoadRequest): Promise<LoadResponse[number][]> {
  const results: LoadResponse[number][] = [];
  for (const [i, path] of paths.entries()) results.push(await loadOne(path, hashes[i], wanted));
  return results;
}

async function loadOne(
  path: string,
  sha256: string | undefined,
  { look, height, width, filter, depth, maxPixels }: Omit<LoadRequest, "paths" | "hashes">,
): Promise<LoadResponse[number]> {
  try {
    const pixels = await readPixels(path, { depth, maxPixels, sha256 });
    if (look === "glance") return lookAt(pixels);
    const photo = toPhoto(resizePixels(pixels, { height, width }, filter));
    if (look) return { ...lookAt(pixels), thumbnail: thumbnailsOf(toImage([photo]))[0] };
    // A copy where the decoder's buffer is larger than the picture, as only whole buffers are handed over
    return photo.data.byteLength === photo.data.buffer.byteLength
      ? photo.data as Uint8Array<ArrayBuffer>
      : photo.data.slice();
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    error.cause = undefined;
    return error;
  }
}
