/**
 * What classifiers add to SegAD, and how many bad parts they want: WRN and DevNet alone and WRN's score in the forest, cross-fitted,
 * beside the two detectors that are fitted in seconds.
 *
 *     deno task pipeline classifiers.ts --seeds 333                  200 good and 160 bad parts of the stand-in
 *     deno task pipeline classifiers.ts --size paper --seeds 333     the paper's counts: 1,000 good and 1,000 bad
 *
 * Trained by the small presets on the embedded backbone, with fewer epochs in the paper's size, where each is five times as long.
 * WRN is trained six times a benchmark and seed, five of them without a fold of the forest's parts: the forest learns from scores of
 * parts that WRN has not seen. About an hour and a seed on 2 cores, some four in the paper's size.
 */
import { definePipeline } from "../mod.ts";
import fast from "./vad_fast.ts";

export default (size: "small" | "paper") => {
  const { methods, paper: _, ...rest } = fast(size);
  const { PatchCore, PaDiM, "All AD + Ours": together } = methods;
  return definePipeline({
    ...rest,
    name: "classifiers",
    classifiers: {
      wrn: { epochs: size === "paper" ? 3 : 8 },
      devnet: { epochs: 15, stepsPerEpoch: size === "paper" ? 60 : 20 },
    },
    crossFit: 5,
    benchmarks: { "high-shot": "all" },
    methods: {
      PatchCore,
      PaDiM,
      "WRN": { alone: "wrn" },
      "DevNet": { alone: "devnet" },
      "All AD + Ours": together,
      "All AD + WRN + Ours": { forest: ["patchcore", "padim"], classifier: "wrn" },
    },
    decision: { benchmark: "high-shot", method: "All AD + WRN + Ours", recall: 0.95 },
  });
};
