/**
 * How many bad parts does the forest need? The benchmark with all bad parts, with fewer and fewer of them.
 *
 *     deno task pipeline learning_curve.ts                              on the procedural stand-in: 5 to 160
 *     deno task pipeline learning_curve.ts --data DIR --size paper      on VAD: 5 to 1,000
 *
 * Detectors and maps are those of vad_fast.ts: after it, only the forests are trained.
 */
import { definePipeline } from "../mod.ts";
import fast from "./vad_fast.ts";

export default (size: "small" | "paper") => {
  const counts = [5, 10, 20, 50, 100, ...size === "paper" ? [200, 500, 1000] : [160]];
  const { paper: _, ...base } = fast(size);
  return definePipeline({
    ...base,
    name: "learning-curve",
    benchmarks: Object.fromEntries(counts.map((bad) => [`${bad} bad`, { kind: "all" as const, bad }])),
    decision: { ...base.decision, benchmark: `${counts.at(-1)} bad` },
  });
};
