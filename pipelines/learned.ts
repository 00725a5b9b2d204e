/**
 * VAD's three benchmarks with the learned detectors and classifiers of the paper (SegAD, Tables 2 to 4).
 *
 *     deno task pipeline learned.ts --seeds 333               on the procedural stand-in
 *     deno task pipeline learned.ts --data DIR --seeds 333    on VAD itself, with settings for two cores
 *
 * The small size trains everything by itself in about 25 minutes and a seed on 2 cores. The paper's size has the paper's
 * presets and is for a backbone of `deno task backbone` and many cores: it is what `vad.ts --size paper` runs.
 */
import { definePipeline } from "../mod.ts";

const seeds = [333, 576, 725, 823, 831];
const learned = ["patchcore", "fastflow", "rd4ad", "efficientad"];

export default (size: "small" | "paper") =>
  definePipeline({
    name: "learned",
    about: "A piezo with two soldered wires; defects of its parts and of their places",
    data: { layout: "vad", standIn: true },
    picture: { height: 256, width: 256 },
    detectors: {
      mean_difference: {},
      patchcore: { coreset: 0.01, neighbours: 9 },
      fastflow: { preset: size },
      rd4ad: { preset: size },
      efficientad: { preset: size },
    },
    classifiers: { wrn: { preset: size }, devnet: { preset: size }, dra: { preset: size } },
    smoothing: 4,
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
      "Three AD + Ours": { forest: ["patchcore", "fastflow", "rd4ad"] },
      "All AD + Ours": { forest: learned },
      "EfficientAD + WRN + Ours": { forest: ["efficientad"], classifier: "wrn" },
      "All AD + WRN + Ours": { forest: learned, classifier: "wrn" },
    },
    // On VAD, with a WideResNet-50-2 as the backbone (PDN-M for EfficientAD, ResNet-18 for DevNet and DRA). "All AD" of
    // Table 2 is without EfficientAD: that is "Three AD" here.
    paper: {
      "one-class": {
        "FastFlow": { auroc: 0.791, fpr95: 0.762 },
        "RD4AD": { auroc: 0.845, fpr95: 0.658 },
        "PatchCore": { auroc: 0.883, fpr95: 0.604 },
        "EfficientAD": { auroc: 0.891, fpr95: 0.445 },
        "EfficientAD + Ours": { auroc: 0.856, fpr95: 1 },
        "FastFlow + Ours": { auroc: 0.833, fpr95: 0.715 },
        "RD4AD + Ours": { auroc: 0.875, fpr95: 0.61 },
        "PatchCore + Ours": { auroc: 0.897, fpr95: 0.588 },
        "Three AD + Ours": { auroc: 0.904, fpr95: 0.524 },
      },
      "high-shot": {
        "DevNet": { auroc: 0.869, fpr95: 0.666 },
        "DRA": { auroc: 0.874, fpr95: 0.609 },
        "EfficientAD + Ours": { auroc: 0.914, fpr95: 0.368 },
        "EfficientAD + WRN + Ours": { auroc: 0.96, fpr95: 0.194 },
        "WRN": { auroc: 0.95, fpr95: 0.328 },
        "FastFlow + Ours": { auroc: 0.869, fpr95: 0.569 },
        "RD4AD + Ours": { auroc: 0.902, fpr95: 0.469 },
        "PatchCore + Ours": { auroc: 0.917, fpr95: 0.48 },
        "All AD + WRN + Ours": { auroc: 0.965, fpr95: 0.164 },
      },
      "low-shot": {
        "DevNet": { auroc: 0.731, fpr95: 0.883 },
        "DRA": { auroc: 0.789, fpr95: 0.746 },
        "EfficientAD + Ours": { auroc: 0.906, fpr95: 0.401 },
        "WRN": { auroc: 0.787, fpr95: 0.779 },
        "FastFlow + Ours": { auroc: 0.843, fpr95: 0.645 },
        "RD4AD + Ours": { auroc: 0.886, fpr95: 0.511 },
        "PatchCore + Ours": { auroc: 0.908, fpr95: 0.527 },
        "All AD + Ours": { auroc: 0.927, fpr95: 0.368 },
      },
    },
    seeds: size === "paper" ? seeds : seeds.slice(0, 3),
    decision: { benchmark: "high-shot", method: "All AD + WRN + Ours", recall: 0.95 },
  });
