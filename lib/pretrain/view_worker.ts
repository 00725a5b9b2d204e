/** The worker of {@linkcode openViews}: a picture in, its views out. @module */
import { serve, transferred } from "../workers/serve.ts";
import type { ViewRequest } from "./view_pool.ts";
import { makeViews } from "./views.ts";

serve<ViewRequest, Float32Array<ArrayBuffer>[]>(({ pixels, size, rules, seed }) => {
  const views = makeViews(pixels, size, rules, seed);
  return Promise.resolve(transferred(views, views.map(({ buffer }) => buffer)));
});
