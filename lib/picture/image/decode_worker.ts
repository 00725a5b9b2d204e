/** The worker of {@linkcode openLoader}: paths in, resized photographs out. @module */
import { serve, transferred } from "../../base/workers/serve.ts";
import { readPixels } from "./decode.ts";
import type { LoadRequest, LoadResponse } from "./loader.ts";
import { lookAt } from "./look.ts";
import { toPhoto } from "./pixels.ts";
import { resizePixels } from "./resize.ts";

serve<LoadRequest, LoadResponse>(async ({ paths, hashes, look, height, width, filter, depth, maxPixels }) => {
  async function load(path: string, sha256?: string): Promise<LoadResponse[number]> {
    try {
      const pixels = await readPixels(path, { depth, maxPixels, sha256 });
      if (look) return lookAt(pixels);
      const photo = toPhoto(resizePixels(pixels, { height, width }, filter));
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
  const results: LoadResponse[number][] = [];
  for (const [i, path] of paths.entries()) results.push(await load(path, hashes[i]));
  return transferred(results, results.flatMap((result) => result instanceof Uint8Array ? [result.buffer] : []));
});
