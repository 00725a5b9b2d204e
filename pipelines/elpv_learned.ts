/**
 * Every detector and classifier alone on photographs of solar cells (ELPV), beside the trivial baseline, and what SegAD
 * makes of them.
 *
 *     deno task pipeline elpv_learned.ts --data DIR
 *
 * 250 good cells serve to fit the detectors; classifiers are trained on 350 good and 150 bad ones, those that a forest sees (WRN,
 * DRA) on 80 % of them. The run prints how long a fit takes and how many pictures a second each detector makes. About 35
 * minutes and a seed on 2 cores.
 */
import { definePipeline } from "../mod.ts";

const detectors = ["patchcore", "padim", "fastflow", "rd4ad", "efficientad"];

export default definePipeline({
  name: "elpv-learned",
  about: "Solar cells in electroluminescence; cracks, dead areas, broken fingers",
  data: { layout: "elpv" },
  picture: { height: 256, width: 256 },
  detectors: {
    mean_difference: {},
    patchcore: { coreset: 0.01, neighbours: 9 },
    padim: {},
    fastflow: {},
    rd4ad: {},
    efficientad: {},
  },
  classifiers: { wrn: {}, devnet: {}, dra: {} },
  segments: "segmaps/elpv.png",
  features: "paper",
  forest: { preset: "brf" },
  split: { kind: "count", detectors: 250, good: 100, bad: 150 },
  benchmarks: { "one-class": "none", "supervised": "all" },
  methods: {
    "Mean difference": { alone: "mean_difference" },
    "PatchCore": { alone: "patchcore" },
    "PaDiM": { alone: "padim" },
    "FastFlow": { alone: "fastflow" },
    "RD4AD": { alone: "rd4ad" },
    "EfficientAD": { alone: "efficientad" },
    "WRN": { alone: "wrn" },
    "DevNet": { alone: "devnet" },
    "DRA": { alone: "dra" },
    "PatchCore + Ours": { forest: ["patchcore"] },
    "PaDiM + Ours": { forest: ["padim"] },
    "FastFlow + Ours": { forest: ["fastflow"] },
    "RD4AD + Ours": { forest: ["rd4ad"] },
    "EfficientAD + Ours": { forest: ["efficientad"] },
    "All but EfficientAD + Ours": { forest: detectors.filter((name) => name !== "efficientad") },
    "All AD + Ours": { forest: detectors },
    "All AD + WRN + Ours": { forest: detectors, classifier: "wrn" },
    "All AD + DRA + Ours": { forest: detectors, classifier: "dra" },
  },
  seeds: [333, 576, 725],
  decision: { benchmark: "supervised", method: "All AD + Ours", recall: 0.95 },
});
