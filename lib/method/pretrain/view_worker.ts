/** The worker of {@linkcode openViewPool}: pictures in, their views out. @module */
import { serve, transferred } from "../../base/workers/serve.ts";
import type { ViewRequest, ViewResponse } from "./view_pool.ts";
import { makeViews } from "./views.ts";

serve<ViewRequest, ViewResponse>(({ pixels, size, rules, seeds }) => {
  const area = 3 * size.height * size.width;
  const views = rules.views.map(() => new Float32Array(seeds.length * area));
  seeds.forEach((seed, n) => {
    const made = makeViews(pixels.subarray(n * area, (n + 1) * area), size, rules, seed);
    made.forEach((view, v) => views[v].set(view, n * area));
  });
  return Promise.resolve(transferred(views, views.map(({ buffer }) => buffer)));
});
