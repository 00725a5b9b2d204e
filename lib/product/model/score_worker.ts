/** The thread of a lane. @module */
import "../../base/text/few_questions.ts";
import { serve } from "../../base/workers/serve.ts";
import { type Loaded, openLoader } from "../../picture/image/loader.ts";
import type { LaneRequest } from "./score_lanes.ts";
import { type PictureScore, scoreLoaded } from "./score_loaded.ts";
import { openScorer } from "./scorer.ts";

/** All requests to a thread are of one model. */
let opened: ReturnType<typeof open> | undefined;

async function open({ run, options }: LaneRequest) {
  const scorer = await openScorer(run, options);
  return { scorer, loader: openLoader({ ...scorer.picture, workers: "none" }) };
}

serve<LaneRequest, PictureScore[]>(async (request) => {
  const { scorer, loader } = await (opened ??= open(request));
  const loaded: Loaded[] = [];
  for await (const one of loader.load(request.paths)) loaded.push(one);
  return { value: await scoreLoaded(scorer, loaded, request.shared), transfer: [] };
});
