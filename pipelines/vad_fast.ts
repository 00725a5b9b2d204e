/**
 * VAD's three benchmarks with the two detectors that are fitted in seconds, for machines without a graphics card.
 *
 *     deno task pipeline vad_fast.ts --size paper             the paper's counts, on the procedural stand-in
 *     deno task pipeline vad_fast.ts --data DIR               on VAD itself
 *
 * "All AD" is both detectors; PaDiM is not in the paper. "Default of folder.ts" is what a user gets of the training parts of the
 * first seed. 5 to 8 minutes on 2 cores for the stand-in in its small size;
 * about 15 minutes and a seed in the paper's size.
 */
import { definePipeline } from "../mod.ts";
import { paper } from "./learned.ts";

const seeds = [333, 576, 725, 823, 831];

export default (size: "small" | "paper") =>
  definePipeline({
    name: "vad-fast",
    about: "A piezo with two soldered wires; defects of its parts and of their places",
    data: { layout: "vad", standIn: true },
    picture: { height: 256, width: 256 },
    detectors: {
      patchcore: { coreset: 0.01, neighbours: 9 },
      padim: {},
    },
    smoothing: 4,
    segments: "segmaps/vad.png",
    features: "paper",
    forest: { preset: "brf" },
    split: { kind: "vad" },
    benchmarks: { "one-class": "generated", "high-shot": "all", "low-shot": "low-shot" },
    methods: {
      "PatchCore": { alone: "patchcore" },
      "PaDiM": { alone: "padim" },
      "PatchCore + Ours": { forest: ["patchcore"] },
      "PaDiM + Ours": { forest: ["padim"] },
      "All AD + Ours": { forest: ["patchcore", "padim"] },
      "Default of folder.ts": { auto: ["patchcore", "padim"] },
    },
    // The other rows of the tables are of other detectors.
    paper: Object.fromEntries(
      Object.entries(paper).map(([benchmark, rows]) => [
        benchmark,
        Object.fromEntries(Object.entries(rows).filter(([method]) => /^PatchCore( \+ Ours)?$/.test(method))),
      ]),
    ),
    seeds: size === "paper" ? seeds : seeds.slice(0, 3),
    decision: { benchmark: "high-shot", method: "All AD + Ours", recall: 0.95 },
  });
