/** The worker of a loader. @module */
import { serve, transferred } from "../../base/workers/serve.ts";
import { loadPictures, type LoadRequest, type LoadResponse } from "./load_pictures.ts";

serve<LoadRequest, LoadResponse>(async (request) => {
  const results = await loadPictures(request);
  const buffers = results.flatMap((result) => {
    if (result instanceof Uint8Array) return [result.buffer];
    return "unaligned" in result ? [result.unaligned.buffer] : [];
  });
  return transferred(results, buffers);
});
