/**
 * Your own pictures: a folder with `good/` and `bad/`, or a class of a data set in the layout of MVTec AD.
 *
 *     deno task pipeline folder.ts --data DIR
 *
 * No part is wasted: all good parts serve to fit the detectors, each is left out of the fit for its own map, and all parts train what
 * judges. The figures are of parts that the judge has not seen (five folds). The model that scores new pictures is "Together",
 * or what is better than it by more than a standard error.
 *
 * Copy this file and change it: a segment map of your part is what helps most, in place of rings by the distance from the
 * border.
 */
import { definePipeline } from "../mod.ts";

export default definePipeline({
  name: "folder",
  about: "Any aligned part",
  data: { layout: "auto" },
  picture: { height: 256, width: 256 },
  detectors: {
    patchcore: { coreset: 0.01, entries: 2500, candidates: 100_000, neighbours: 9 },
    padim: { grid: "stride16" },
  },
  smoothing: 4,
  segments: "rings",
  features: "paper",
  forest: { preset: "brf" },
  split: { kind: "folds", folds: 5 },
  benchmarks: { "supervised": "all" },
  methods: {
    "PatchCore": { alone: "patchcore" },
    "PaDiM": { alone: "padim" },
    "Forest": { forest: ["patchcore", "padim"], preset: "brf50", blocks: ["pooled"] },
    "Regression": { regression: "evidence" },
    "Together": { together: ["Regression", "PaDiM"] },
    "Best": { best: ["Together", "Forest", "PatchCore", "PaDiM"] },
  },
  seeds: [333],
  decision: { benchmark: "supervised", method: "Best", recall: 0.95 },
});
