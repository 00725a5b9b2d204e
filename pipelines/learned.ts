/**
 * VAD's three benchmarks with the learned detectors and classifiers of the paper (SegAD, Tables 2 to 4).
 *
 *     deno task pipeline learned.ts --seeds 333               on the procedural stand-in
 *     deno task pipeline learned.ts --data DIR --seeds 333    on VAD itself, with settings for two cores
 *
 * The small size trains everything by itself in about 75 minutes and a seed on 2 cores. The paper's size has the paper's
 * presets and is for backbones of `deno task backbone` and many cores: it is what `vad.ts --size paper` runs.
 */
import { definePipeline, type PaperFigures } from "../mod.ts";

const seeds = [333, 576, 725, 823, 831];
const three = ["patchcore", "fastflow", "rd4ad"];
const learned = [...three, "efficientad"];

/** A row of the paper: AUROC ± deviation and FPR@95TPR ± deviation, in percent. */
function row(auroc: number, aurocStd: number, fpr95: number, fpr95Std: number): PaperFigures {
  const fraction = (percent: number) => Number((percent / 100).toFixed(4));
  return {
    auroc: fraction(auroc),
    aurocStd: fraction(aurocStd),
    fpr95: fraction(fpr95),
    fpr95Std: fraction(fpr95Std),
  };
}

/**
 * Tables 2 to 4: on VAD, with a WideResNet-50-2 as the backbone (PDN-M for EfficientAD, ResNet-18 for DevNet and DRA). "All
 * AD" of Table 2 is without EfficientAD: that is "Three AD" here. EfficientAD with WRN stands in the text of Sec. 5.2.
 */
export const paper: Readonly<Record<string, Readonly<Record<string, PaperFigures>>>> = {
  "one-class": {
    "FastFlow": row(79.1, 1.7, 76.2, 1.9),
    "RD4AD": row(84.5, 0.2, 65.8, 2),
    "PatchCore": row(88.3, 0.3, 60.4, 2.8),
    "EfficientAD": row(89.1, 0.8, 44.5, 2.2),
    "FastFlow + Ours": row(83.3, 1.3, 71.5, 5),
    "RD4AD + Ours": row(87.5, 1.2, 61.0, 7.9),
    "PatchCore + Ours": row(89.7, 0.8, 58.8, 3.7),
    "EfficientAD + Ours": row(85.6, 1.6, 100, 0),
    "Three AD + Ours": row(90.4, 0.5, 52.4, 4.5),
  },
  "high-shot": {
    "DevNet": row(86.9, 1.2, 66.6, 2.7),
    "DRA": row(87.4, 0.6, 60.9, 4.4),
    "WRN": row(95.0, 0.6, 32.8, 4.3),
    "FastFlow + Ours": row(86.9, 0.5, 56.9, 3.9),
    "RD4AD + Ours": row(90.2, 0.3, 46.9, 2.6),
    "PatchCore + Ours": row(91.7, 0.3, 48.0, 2.9),
    "EfficientAD + Ours": row(91.4, 0.2, 36.8, 1),
    "All AD + WRN + Ours": row(96.5, 0.3, 16.4, 1.9),
    "EfficientAD + WRN + Ours": { auroc: 0.96, fpr95: 0.194 },
  },
  "low-shot": {
    "DevNet": row(73.1, 2.3, 88.3, 2.3),
    "DRA": row(78.9, 1.8, 74.6, 1.9),
    "WRN": row(78.7, 1.8, 77.9, 4.4),
    "FastFlow + Ours": row(84.3, 1.4, 64.5, 2.5),
    "RD4AD + Ours": row(88.6, 0.2, 51.1, 0.9),
    "PatchCore + Ours": row(90.8, 0.5, 52.7, 4.3),
    "EfficientAD + Ours": row(90.6, 0.7, 40.1, 2.4),
    "All AD + Ours": row(92.7, 0.5, 36.8, 3.1),
  },
};

export default (size: "small" | "paper") =>
  definePipeline({
    name: "learned",
    about: "A piezo with two soldered wires; defects of its parts and of their places",
    data: { layout: "vad", standIn: true },
    picture: { height: 256, width: 256 },
    detectors: {
      mean_difference: {},
      // Coarser layers by the nearest place, as anomalib does.
      patchcore: { coreset: 0.01, neighbours: 9, ...size === "paper" && { enlarge: "nearest" } },
      fastflow: { preset: size },
      rd4ad: { preset: size },
      efficientad: { preset: size },
    },
    classifiers: { wrn: { preset: size }, devnet: { preset: size }, dra: { preset: size } },
    // As anomalib and EfficientAD's authors do.
    smoothing: size === "paper" ? { patchcore: { deviation: 4, enlarge: "nearest" }, rd4ad: 4 } : 4,
    segments: "segmaps/vad.png",
    features: "paper",
    forest: { preset: "brf" },
    split: { kind: "vad" },
    benchmarks: { "one-class": "generated", "high-shot": "all", "low-shot": "low-shot" },
    methods: {
      "Mean difference": { alone: "mean_difference" },
      "FastFlow": { alone: "fastflow" },
      "RD4AD": { alone: "rd4ad" },
      "PatchCore": { alone: "patchcore" },
      "EfficientAD": { alone: "efficientad" },
      "DevNet": { alone: "devnet" },
      "DRA": { alone: "dra" },
      "WRN": { alone: "wrn" },
      "FastFlow + Ours": { forest: ["fastflow"] },
      "RD4AD + Ours": { forest: ["rd4ad"] },
      "PatchCore + Ours": { forest: ["patchcore"] },
      "EfficientAD + Ours": { forest: ["efficientad"] },
      "Three AD + Ours": { forest: three },
      "Three AD + WRN + Ours": { forest: three, classifier: "wrn" },
      "All AD + Ours": { forest: learned },
      "EfficientAD + WRN + Ours": { forest: ["efficientad"], classifier: "wrn" },
      "All AD + WRN + Ours": { forest: learned, classifier: "wrn" },
    },
    paper,
    seeds: size === "paper" ? seeds : seeds.slice(0, 3),
    decision: { benchmark: "high-shot", method: "All AD + WRN + Ours", recall: 0.95 },
  });
