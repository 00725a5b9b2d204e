/** The worker of a loader. @module */
import { serve, transferred } from "../../base/workers/serve.ts";
import { loadPictures, type LoadRequest, type LoadResponse } from "./load_pictures.ts";

serve<LoadRequest, LoadResponse>(async (request) => {
  const results = await loadPictures(request);
  return transferred(results, results.flatMap((result) => result instanceof Uint8Array ? [result.buffer] : []));
});
