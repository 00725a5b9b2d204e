/** The thread of a lane. @module */
import { serve } from "../../base/workers/serve.ts";
import { type Loaded, openLoader } from "../../picture/image/loader.ts";
import type { LaneRequest } from "./score_lanes.ts";
import { type PictureScore, scoreLoaded } from "./score_loaded.ts";
import { openScorer, type Scorer } from "./scorer.ts";

/** All requests to a thread are of one model. */
let opened: Promise<Scorer> | undefined;

serve<LaneRequest, PictureScore[]>(async ({ run, options, paths, shared }) => {
  const scorer = await (opened ??= openScorer(run, options));
  const loader = openLoader({ ...scorer.picture, workers: "none" });
  const loaded: Loaded[] = [];
  for await (const one of loader.load(paths)) loaded.push(one);
  return { value: await scoreLoaded(scorer, loaded, shared), transfer: [] };
});
