/** In place of the thread of a lane: ends with some pictures. */
import { serve } from "../../../lib/base/workers/serve.ts";
import type { LaneRequest } from "../../../lib/product/model/score_lanes.ts";
import type { PictureScore } from "../../../lib/product/model/score_loaded.ts";

serve<LaneRequest, PictureScore[]>(({ run, paths, shared }) => {
  // One that ends a thread beside others, and not alone.
  if (paths.some((path) => path.endsWith("ends") || path.endsWith("once") && paths.length > 1)) Deno.exit(3);
  if (paths.includes("throws")) throw new RangeError("Cannot be scored");
  if (paths.includes("hangs")) return new Promise<never>(() => {});
  return { value: paths.map((file) => ({ file, error: shared.get(file) ?? `scored by ${run}` })), transfer: [] };
});
