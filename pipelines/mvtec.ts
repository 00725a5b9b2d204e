/**
 * MVTec AD: the additional experiments of the SegAD paper (Table 9), 20 bad parts of the test set to learn from.
 *
 *     deno task pipeline mvtec.ts --data DIR --object bottle      one class
 *     deno task pipeline mvtec.ts --data DIR --object all         all fifteen, and their mean
 *
 * The segment is the whole picture unless maps are named, one a picture; `{object}` stands for the class:
 *
 *     for o in bottle capsule hazelnut metal_nut pill screw toothbrush; do
 *       deno task segment foreground --data DIR/$o --out segments/$o; done                        part and ground
 *     for o in cable transistor zipper; do
 *       deno task segment clusters --data DIR/$o --parts 6 --out segments/$o.png; done            aligned parts: places alike
 *     deno task pipeline mvtec.ts --data DIR --object bottle --segments 'segments/{object}'
 *
 * Textures (carpet, grid, leather, tile, wood) are one segment. The paper does not say which maps it used; without maps the run
 * says that its figures beside are with some; `deno task segment model` makes some with a segmentation network. The small
 * size trains for about 20 minutes a class and a seed on 2 cores.
 */
import { definePipeline } from "../mod.ts";

const seeds = [333, 576, 725, 823, 831, 902, 226, 598, 874, 589];
const detectors = ["fastflow", "rd4ad", "efficientad"];

const classes =
  "bottle cable capsule carpet grid hazelnut leather metal_nut pill screw tile toothbrush transistor wood zipper".split(
    " ",
  );

/** Table 9, percent, in the order of the classes; the mean is the last. */
const table9 = {
  "FastFlow": [100.0, 88.2, 95.0, 99.2, 100.0, 78.4, 99.6, 97.6, 94.3, 74.7, 100.0, 88.1, 89.8, 99.4, 97.7, 93.5],
  "RD4AD": [99.8, 94.7, 97.5, 99.2, 95.3, 100.0, 100.0, 100.0, 96.2, 98.4, 100.0, 93.8, 97.1, 99.6, 97.9, 98.0],
  "EfficientAD": [100.0, 91.1, 97.6, 97.1, 98.2, 99.6, 99.4, 99.9, 97.9, 92.4, 99.7, 99.8, 99.8, 99.6, 98.8, 98.1],
  "FastFlow + Ours": [99.7, 71.6, 94.4, 96.9, 97.5, 98.2, 99.4, 96.6, 95.2, 74.9, 99.9, 99.2, 95.4, 98.5, 99.4, 94.5],
  "RD4AD + Ours": [99.6, 95.7, 97.9, 98.6, 99.7, 100.0, 100.0, 100.0, 97.5, 95.7, 100.0, 97.3, 95.9, 99.0, 98.4, 98.4],
  "EfficientAD + Ours": [
    99.5,
    88.6,
    95.9,
    95.6,
    98.1,
    99.5,
    98.5,
    99.2,
    97.3,
    90.4,
    99.9,
    95.2,
    96.7,
    99.1,
    96.3,
    96.7,
  ],
  "All AD + Ours": [100.0, 92.5, 98.3, 98.5, 99.6, 100.0, 100.0, 99.5, 98.2, 95.2, 100.0, 96.3, 99.3, 99.0, 99.3, 98.4],
};

const figures = [...classes, "mean of all objects"].map((name, i) => [
  name,
  Object.fromEntries(Object.entries(table9).map(([method, percent]) => [method, { auroc: percent[i] / 100 }])),
]);

export default (size: "small" | "paper") =>
  definePipeline({
    name: "mvtec",
    about: "A class of MVTec AD; 20 of its bad parts train the forest",
    data: { layout: "mvtec" },
    picture: { height: 256, width: 256 },
    detectors: { fastflow: { preset: size }, rd4ad: { preset: size }, efficientad: { preset: size } },
    // As anomalib and EfficientAD's authors do.
    smoothing: size === "paper" ? { rd4ad: 4 } : 4,
    segments: "none",
    features: "paper",
    forest: { preset: "brf" },
    split: { kind: "test-bad", bad: 20, goodShare: 0.1 },
    benchmarks: { supervised: "all" },
    methods: {
      "FastFlow": { alone: "fastflow" },
      "RD4AD": { alone: "rd4ad" },
      "EfficientAD": { alone: "efficientad" },
      "FastFlow + Ours": { forest: ["fastflow"] },
      "RD4AD + Ours": { forest: ["rd4ad"] },
      "EfficientAD + Ours": { forest: ["efficientad"] },
      "All AD + Ours": { forest: detectors },
    },
    paper: Object.fromEntries(figures),
    seeds: size === "paper" ? seeds : seeds.slice(0, 1),
    decision: { benchmark: "supervised", method: "All AD + Ours", recall: 0.95 },
  });
