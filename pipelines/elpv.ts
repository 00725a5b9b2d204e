/**
 * Solar cells seen by electroluminescence (ELPV): real photographs with a label each.
 *
 *     deno task pipeline elpv.ts --data DIR                   DIR holds labels.csv and images/
 *
 * Detectors are fitted on the first 250 good cells. "one-class" judges them on all others; in "supervised", 100 further
 * good and 50 bad cells train the forests, drawn by seed, and the rest is judged.
 */
import { definePipeline } from "../mod.ts";

export default definePipeline({
  name: "elpv",
  about: "Solar cells; cracks, inactive regions and finger interruptions",
  data: { layout: "elpv" },
  picture: { height: 256, width: 256 },
  detectors: {
    patchcore: { strides: [4, 8, 16], coreset: 0.01, neighbours: 1 },
    padim: {},
  },
  smoothing: 4,
  segments: "segmaps/elpv.png",
  features: "paper",
  forest: { preset: "brf" },
  split: { kind: "count", detectors: 250, good: 100, bad: 50 },
  benchmarks: { "one-class": "none", "supervised": "all" },
  methods: {
    "PatchCore": { alone: "patchcore" },
    "PaDiM": { alone: "padim" },
    "PatchCore + Ours": { forest: ["patchcore"] },
    "PaDiM + Ours": { forest: ["padim"] },
    "All AD + Ours": { forest: ["patchcore", "padim"] },
  },
  seeds: [333, 576, 725, 823, 831],
  decision: { benchmark: "supervised", method: "All AD + Ours", recall: 0.95 },
});
