/** What the workers of a loader do: paths in, resized photographs out. @module */
import { type Photo, photo } from "../../domain.ts";
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
  /** The picture that others are aligned with: height · width · 3 bytes, and what it is called. */
  readonly reference?: { readonly name: string; readonly data: Uint8Array<ArrayBuffer> };
}

/** A picture whose part was not found, so that it is as it was. */
export interface Unaligned {
  readonly unaligned: Uint8Array<ArrayBuffer>;
}

/** How pictures are looked at: with a thumbnail, or without. */
export type Glance = "glance" | "thumbnail";

/** What a worker answers for each path: height · width · 3 bytes, or what the picture is like, or why neither. */
export type LoadResponse = readonly (Uint8Array<ArrayBuffer> | Unaligned | CloserLook | Error)[];

/** The pictures of a request, or why they cannot be read, one after the other. */
export async function loadPictures({ paths, hashes, ...wanted }: LoadRequest): Promise<LoadResponse[number][]> {
  const results: LoadResponse[number][] = [];
  for (const [i, path] of paths.entries()) results.push(await loadOne(path, hashes[i], wanted));
  return results;
}

async function loadOne(
  path: string,
  sha256: string | undefined,
  { look, height, width, filter, depth, maxPixels, reference }: Omit<LoadRequest, "paths" | "hashes">,
): Promise<LoadResponse[number]> {
  try {
    const pixels = await readPixels(path, { depth, maxPixels, sha256 });
    if (look === "glance") return lookAt(pixels);
    const picture = toPhoto(resizePixels(pixels, { height, width }, filter));
    if (look) return { ...lookAt(pixels), thumbnail: thumbnailsOf(toImage([picture]))[0] };
    if (!reference) return whole(picture);
    const aligned = (await alignerFor(reference, { height, width }))(picture);
    return aligned.found ? whole(aligned.photo) : { unaligned: whole(picture) };
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    error.cause = undefined;
    return error;
  }
}

/** A copy where the decoder's buffer is larger than the picture, as only whole buffers are handed over. */
function whole({ data }: Photo): Uint8Array<ArrayBuffer> {
  return data.byteLength === data.buffer.byteLength ? data as Uint8Array<ArrayBuffer> : data.slice();
}

/** That of the last request: a loader has one. */
let last: { readonly name: string; readonly align: Aligner } | undefined;
type Aligner = ReturnType<typeof import("../align/align.ts").alignerTo>;

async function alignerFor(
  { name, data }: NonNullable<LoadRequest["reference"]>,
  { height, width }: Size,
): Promise<Aligner> {
  const called = `${name} ${height} × ${width}`;
  if (last?.name === called) return last.align;
  const { alignerTo } = await import("../align/align.ts");
  last = { name: called, align: alignerTo(photo([height, width, 3], data)) };
  return last.align;
}
