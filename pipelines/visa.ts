/**
 * VisA: the supervised benchmark of the SegAD paper (Tables 5 and 8), 10 bad parts of the test set to learn from.
 *
 *     deno task pipeline visa.ts --data DIR --object pcb1      from pictures, an object at a time
 *     deno task pipeline visa.ts --maps DIR                    from the anomaly maps of the paper's published code
 *
 * With maps, the figures are those of that code with XGBoost 3.2.0, bit for bit; DIR holds anomaly_maps/ and visa_segm/.
 */
import { defineReference } from "../lib/pipeline/reference_definition.ts";
import { definePipeline } from "../mod.ts";

const seeds = [333, 576, 725, 823, 831, 902, 226, 598, 874, 589];

export default (size: "small" | "paper") =>
  definePipeline({
    name: "visa",
    about: "An object of VisA; 10 of its bad parts train the forest",
    data: { layout: "visa" },
    picture: { height: 256, width: 256 },
    detectors: { patchcore: { coreset: 0.01, neighbours: 9 }, padim: {} },
    smoothing: 4,
    segments: "none",
    features: "paper",
    forest: { preset: "brf" },
    split: { kind: "test-bad", bad: 10, goodShare: 0.1 },
    benchmarks: { supervised: "all" },
    methods: {
      "PatchCore": { alone: "patchcore" },
      "PaDiM": { alone: "padim" },
      "PatchCore + Ours": { forest: ["patchcore"] },
      "PaDiM + Ours": { forest: ["padim"] },
      "All AD + Ours": { forest: ["patchcore", "padim"] },
    },
    seeds: size === "paper" ? seeds : seeds.slice(0, 3),
    decision: { benchmark: "supervised", method: "All AD + Ours", recall: 0.95 },
  });

/** Segments of each class (Fig. 7 and the published maps). */
const classes = {
  candle: 2,
  capsules: 2,
  cashew: 2,
  chewinggum: 2,
  fryum: 2,
  macaroni1: 2,
  macaroni2: 2,
  pcb1: 6,
  pcb2: 8,
  pcb3: 8,
  pcb4: 6,
  pipe_fryum: 2,
};

/** Table 8, percent, in the order of the classes. */
const table8 = {
  "RD4AD": [94.6, 85.4, 96.3, 98.8, 93.7, 96.5, 84.7, 96.0, 97.1, 95.9, 99.9, 97.5],
  "EfficientAD": [98.3, 92.3, 96.0, 100.0, 98.5, 99.1, 96.7, 98.6, 99.9, 98.4, 98.3, 99.4],
  "RD4AD + Ours": [98.4, 80.1, 98.9, 99.3, 96.2, 97.4, 90.6, 96.4, 96.3, 94.1, 99.9, 95.8],
  "EfficientAD + Ours": [98.7, 89.7, 98.6, 99.9, 98.6, 99.5, 98.1, 99.5, 99.7, 98.4, 99.3, 99.2],
  "All AD + Ours": [99.1, 90.1, 99.1, 99.9, 98.6, 99.6, 98.4, 99.2, 99.9, 98.1, 99.8, 99.4],
};

const perClass = Object.keys(classes).map((name, i) => [
  name,
  Object.fromEntries(Object.entries(table8).map(([method, percent]) => [method, { auroc: percent[i] / 100 }])),
]);

export const maps = defineReference({
  name: "visa-maps",
  about: "VisA from the maps of RD4AD and EfficientAD",
  classes,
  detectors: ["efficient_ad", "rd4ad"],
  methods: {
    "RD4AD": { alone: "rd4ad" },
    "EfficientAD": { alone: "efficient_ad" },
    "RD4AD + Ours": { forest: ["rd4ad"] },
    "EfficientAD + Ours": { forest: ["efficient_ad"] },
    "All AD + Ours": { forest: ["efficient_ad", "rd4ad"] },
  },
  bad: 10,
  forest: "brf",
  seeds,
  paper: {
    ...Object.fromEntries(perClass),
    // Table 5. For RD4AD, alone and with SegAD, Table 8 gives other means: 94.7 and 95.3.
    "mean of all classes": {
      "RD4AD": { auroc: 0.942, fpr95: 0.255 },
      "EfficientAD": { auroc: 0.979, fpr95: 0.083 },
      "RD4AD + Ours": { auroc: 0.961, fpr95: 0.155 },
      "EfficientAD + Ours": { auroc: 0.983, fpr95: 0.081 },
      "All AD + Ours": { auroc: 0.984, fpr95: 0.075 },
    },
  },
});
