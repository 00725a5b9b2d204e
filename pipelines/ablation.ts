/**
 * What each part of SegAD brings (the paper's Table 6), and the score histograms of its Figure 6 in the report.
 *
 *     deno task pipeline ablation.ts --seeds 333               on the procedural stand-in
 *     deno task pipeline ablation.ts --data DIR --size paper --backbone wide_resnet50_2.onnx
 *
 * "One Seg." sees the four statistics of the whole picture, "Max." the maximum of each segment; BT, RF and BRF see the
 * statistics of each segment. Rows of the table are means over the detectors, whose own rows stand behind. Fits and maps are
 * those of learned.ts.
 */
import { defineFeature, definePipeline, featureSet, statistics, wholePicture } from "../mod.ts";

const seeds = [333, 576, 725, 823, 831];
const titles = { patchcore: "PatchCore", fastflow: "FastFlow", rd4ad: "RD4AD", efficientad: "EfficientAD" };
const detectors = Object.keys(titles) as (keyof typeof titles)[];

const segmentMaximum = defineFeature(
  "max",
  (pixels) => pixels.reduce((most, pixel) => Math.max(most, pixel), -Infinity),
);
const paperColumns = ["*.*.q995", "*.*.skewness", "*.*.kurtosis", "*.*.mean"];
const segments = [
  ...["background", "outer_half_circle", "piezo_border", "solder_dots", "wires", "pins", "piezo_middle"],
];
const perSegment = segments.flatMap((segment) => paperColumns.map((column) => column.replace("*", segment)));

/** The variants of a forest, by the row of the table. */
const variants = {
  "One Seg.": { columns: ["whole.*.*"] },
  "Max.": { columns: ["*.*.max"] },
  "BT": { columns: perSegment, preset: "bt" },
  "RF": { columns: perSegment, preset: "rf" },
  "SegAD": { columns: perSegment },
} as const;

export default (size: "small" | "paper") =>
  definePipeline({
    name: "ablation",
    about: "A piezo with two soldered wires; what each part of the method brings",
    data: { layout: "vad", standIn: true },
    picture: { height: 256, width: 256 },
    detectors: {
      mean_difference: {},
      patchcore: { coreset: 0.01, neighbours: 9 },
      fastflow: { preset: size },
      rd4ad: { preset: size },
      efficientad: { preset: size },
    },
    classifiers: { wrn: { preset: size } },
    smoothing: 4,
    segments: "segmaps/vad.png",
    features: featureSet("ablation", [statistics, wholePicture, segmentMaximum]),
    forest: { preset: "brf" },
    split: { kind: "vad" },
    benchmarks: { "high-shot": "all" },
    methods: {
      "An. Det.": { mean: detectors.map((name) => titles[name]) },
      ...Object.fromEntries(
        Object.keys(variants).map((row) => [row, { mean: detectors.map((name) => `${titles[name]}, ${row}`) }]),
      ),
      ...Object.fromEntries(detectors.map((name) => [titles[name], { alone: name }])),
      ...Object.fromEntries(
        Object.entries(variants).flatMap(([row, how]) =>
          detectors.map((name) => [`${titles[name]}, ${row}`, { forest: [name], ...how }])
        ),
      ),
      "WRN": { alone: "wrn" },
      "PatchCore + WRN + Ours": { forest: ["patchcore"], columns: perSegment, classifier: "wrn" },
    },
    paper: {
      "high-shot": {
        "An. Det.": { auroc: 0.873 },
        "One Seg.": { auroc: 0.886 },
        "Max.": { auroc: 0.894 },
        "BT": { auroc: 0.884 },
        "RF": { auroc: 0.898 },
        "SegAD": { auroc: 0.901 },
      },
    },
    seeds: size === "paper" ? seeds : seeds.slice(0, 3),
    decision: { benchmark: "high-shot", method: "PatchCore + WRN + Ours", recall: 0.95 },
  });
