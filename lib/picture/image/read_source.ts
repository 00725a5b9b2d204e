/** Pictures as a program has them: files, bytes, responses, frames of a camera. @module */
import { fileURLToPath } from "node:url";
import { decodePixels, MAX_PIXELS, type PictureLimits, readPixels, toPixels } from "./decode.ts";
import type { Pixels } from "./pixels.ts";
import { checkPixels } from "./samples.ts";

/** A frame as a camera or a canvas gives it: samples row by row, those of a pixel side by side. */
export interface RawFrame {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha; where left out, what width, height and data leave. */
  readonly channels?: 1 | 2 | 3 | 4;
  /** width · height · channels samples; of 16 bits they become 8 by the depth policy. */
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array;
}

/** What a picture is read from: a path, a URL (`file:`, `http:`, `data:`, `blob:`), a file's bytes, or a frame. */
export type PictureSource = string | URL | Uint8Array | ArrayBuffer | Blob | RawFrame;

/**
 * Reads a picture; grey is left as one channel.
 *
 * @param name what errors call bytes and frames
 * @throws {TypeError} where it is none of the sources, or a frame's samples are not as many as it says
 * @throws {Error} where it cannot be read or decoded; see `readPhoto`
 *
 * ```ts
 * import { readSource } from "./read_source.ts";
 * const pixels = await readSource({ width: 2, height: 1, channels: 3, data: new Uint8Array(6) });
 * console.assert(pixels.width === 2 && pixels.channels === 3);
 * ```
 */
export async function readSource(source: PictureSource, limits: PictureLimits = {}, name = "picture"): Promise<Pixels> {
  if (typeof source === "string") return await readPixels(source, limits);
  if (source instanceof URL) {
    if (source.protocol === "file:") return await readPixels(fileURLToPath(source), limits);
    return await decodePixels(await fetchBytes(source), { ...limits, name: source.href.slice(0, 200) });
  }
  if (source instanceof Uint8Array) return await decodePixels(source, { ...limits, name });
  if (source instanceof ArrayBuffer) return await decodePixels(new Uint8Array(source), { ...limits, name });
  if (source instanceof Blob) {
    return await decodePixels(new Uint8Array(await source.arrayBuffer()), { ...limits, name });
  }
  if (isFrame(source)) return readFrame(source, limits, name);
  throw new TypeError(
    `Cannot read a picture from ${
      describe(source)
    } as it must be a path, a URL, a Uint8Array, an ArrayBuffer, a Blob or ` +
      "a frame { width, height, channels, data } of 8 or 16 bits",
  );
}

async function fetchBytes(url: URL): Promise<Uint8Array> {
  const answer = await fetch(url).catch((cause) => {
    throw new Error(`Cannot read "${url.href}" as ${cause instanceof Error ? cause.message : cause}`, { cause });
  });
  if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  await answer.body?.cancel();
  throw new Error(`Cannot read "${url.href}" as the server answered ${answer.status} ${answer.statusText}`.trimEnd());
}

function isFrame(source: unknown): source is RawFrame {
  if (typeof source !== "object" || source === null || !("data" in source)) return false;
  const { data } = source;
  return data instanceof Uint8Array || data instanceof Uint8ClampedArray || data instanceof Uint16Array;
}

/** The samples are copied: a camera writes its next frame into the same memory. */
function readFrame({ width, height, channels, data }: RawFrame, limits: PictureLimits, name: string): Pixels {
  const { depth = "reject", maxPixels = MAX_PIXELS } = limits;
  if (!(Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1)) {
    throw new TypeError(`Cannot read the frame "${name}" as its sides must be whole numbers: ${width} × ${height}`);
  }
  const count = channels ?? data.length / (width * height);
  if (![1, 2, 3, 4].includes(count) || data.length !== width * height * count) {
    throw new TypeError(
      `Cannot read the frame "${name}" as ${width} × ${height} pixels of ${channels ?? "1 to 4"} channels are ` +
        `${channels === undefined ? "other counts of" : width * height * channels} samples: data has ${data.length}`,
    );
  }
  try {
    checkPixels(width, height, maxPixels);
    const samples = data instanceof Uint16Array ? Uint16Array.from(data) : Uint8Array.from(data);
    return toPixels({ width, height, colours: count <= 2 ? 1 : 3, alpha: count % 2 === 0, data: samples }, depth);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RangeError(`Cannot read the frame "${name}" as ${reason}`, { cause });
  }
}

function describe(source: unknown): string {
  if (source === null || source === undefined) return String(source);
  return typeof source === "object" ? source.constructor?.name ?? "an object" : typeof source;
}
