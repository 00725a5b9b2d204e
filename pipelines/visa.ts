/**
 * VisA: the supervised benchmark of the SegAD paper (Tables 5 and 8), 10 bad parts of the test set to learn from.
 *
 *     deno task pipeline visa.ts --data DIR --object pcb1      from pictures, one object
 *     deno task pipeline visa.ts --data DIR --object all       all twelve, and their mean
 *     deno task pipeline visa.ts --maps DIR                    from the anomaly maps of the paper's published code
 *
 * With pictures, the segment is the whole picture unless maps are named, one a picture; `{object}` stands for the object:
 *
 *     deno task pipeline visa.ts --data DIR --object all --segments 'MAPS/visa_segm/{object}'   the paper's published maps
 *
 * Your own, with as many segments as the paper has: part and ground of each picture, and for circuit boards, whose pictures are
 * nearly aligned, the places that look alike (6 for pcb1 and pcb4, 8 for pcb2 and pcb3):
 *
 *     for o in candle capsules cashew chewinggum fryum macaroni1 macaroni2 pipe_fryum; do
 *       deno task segment foreground --data DIR/$o/Data/Images --out segments/$o; done
 *     for o in pcb1 pcb4; do deno task segment clusters --data DIR/$o/Data/Images/Normal --parts 6 --out segments/$o.png; done
 *     for o in pcb2 pcb3; do deno task segment clusters --data DIR/$o/Data/Images/Normal --parts 8 --out segments/$o.png; done
 *     deno task pipeline visa.ts --data DIR --object all --segments 'segments/{object}'
 *
 * The published maps are made with SAM, with the components of circuit boards mapped on top; `deno task segment model`
 * makes some with a network of yours. Without a legend, the highest label over the maps of an object says how many
 * segments it has. Without maps the run says that the paper's figures beside are with some.
 *
 * With anomaly maps, the figures are those of the published code with XGBoost 3.2.0, bit for bit; DIR holds anomaly_maps/
 * and visa_segm/. The small size trains for about 20 minutes an object and a seed on 2 cores.
 */
import { defineReference } from "../lib/product/published/definition.ts";
import { definePipeline } from "../mod.ts";

const seeds = [333, 576, 725, 823, 831, 902, 226, 598, 874, 589];

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

/** Table 8 for methods that learn from pictures alone. */
const supervised = {
  "DRA": [96.0, 70.6, 94.6, 91.4, 99.2, 92.2, 74.4, 92.1, 91.6, 77.7, 90.9, 96.5],
  "DevNet": [94.7, 78.2, 97.4, 91.9, 98.3, 92.1, 72.3, 94.4, 89.5, 73.4, 95.7, 94.3],
};

/** Table 5. For RD4AD, alone and with SegAD, Table 8 gives other means: 94.7 and 95.3. */
const table5 = {
  "RD4AD": { auroc: 0.942, fpr95: 0.255 },
  "EfficientAD": { auroc: 0.979, fpr95: 0.083 },
  "DRA": { auroc: 0.889, fpr95: 0.424 },
  "DevNet": { auroc: 0.893, fpr95: 0.44 },
  "RD4AD + Ours": { auroc: 0.961, fpr95: 0.155 },
  "EfficientAD + Ours": { auroc: 0.983, fpr95: 0.081 },
  "All AD + Ours": { auroc: 0.984, fpr95: 0.075 },
};

const perClass = Object.keys(classes).map((name, i) => [
  name,
  Object.fromEntries(
    Object.entries({ ...table8, ...supervised }).map(([method, percent]) => [method, { auroc: percent[i] / 100 }]),
  ),
]);

export default (size: "small" | "paper") =>
  definePipeline({
    name: "visa",
    about: "An object of VisA; 10 of its bad parts train the forest",
    data: { layout: "visa" },
    picture: { height: 256, width: 256 },
    detectors: { rd4ad: { preset: size }, efficientad: { preset: size } },
    classifiers: { devnet: { preset: size }, dra: { preset: size } },
    // The authors smooth maps of RD4AD (anomalib does) and not of EfficientAD.
    smoothing: size === "paper" ? { rd4ad: 4 } : 4,
    segments: "none",
    features: "paper",
    forest: { preset: "brf" },
    split: { kind: "test-bad", bad: 10, goodShare: 0.1 },
    benchmarks: { supervised: "all" },
    methods: {
      "RD4AD": { alone: "rd4ad" },
      "EfficientAD": { alone: "efficientad" },
      "DRA": { alone: "dra" },
      "DevNet": { alone: "devnet" },
      "RD4AD + Ours": { forest: ["rd4ad"] },
      "EfficientAD + Ours": { forest: ["efficientad"] },
      "All AD + Ours": { forest: ["rd4ad", "efficientad"] },
    },
    paper: { ...Object.fromEntries(perClass), "mean of all objects": table5 },
    seeds: size === "paper" ? seeds : seeds.slice(0, 1),
    decision: { benchmark: "supervised", method: "All AD + Ours", recall: 0.95 },
  });

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
    "mean of all classes": table5,
  },
});
