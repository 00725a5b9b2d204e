/**
 * The protocol of the paper on your own pictures: a folder with `good/` and `bad/`, or a class of a data set in the layout of MVTec AD.
 *
 *     deno task pipeline folder_paper.ts --data DIR
 *
 * Plain folders, by seed: half of the good parts serve to fit the detectors, a fifth trains the forest with half of the bad parts,
 * and the rest is judged. Data with a split of its own keeps it: of MVTec AD, 20 bad test parts (half where there are
 * fewer than 40) and a tenth of the good training parts train the forest, as in the paper (App. E).
 *
 * Copy this file and change it: a segment map of your part is what helps most.
 */
import { definePipeline } from "../mod.ts";

export default definePipeline({
  name: "folder-paper",
  about: "Any aligned part",
  data: { layout: "auto" },
  picture: { height: 256, width: 256 },
  detectors: {
    patchcore: { coreset: 0.01, neighbours: 9 },
    padim: {},
  },
  smoothing: 4,
  segments: "none",
  features: "paper",
  forest: { preset: "brf" },
  split: { kind: "auto", detectors: 0.5, good: 0.2, bad: 0.5 },
  benchmarks: { "supervised": "all" },
  methods: {
    "PatchCore": { alone: "patchcore" },
    "PaDiM": { alone: "padim" },
    "All AD + Ours": { forest: ["patchcore", "padim"] },
  },
  seeds: [333, 576, 725],
  decision: { benchmark: "supervised", method: "All AD + Ours", recall: 0.95 },
});
