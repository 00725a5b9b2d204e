/**
 * The 1-class setup of the SPD paper (ECCV 2022) on VisA: detectors fitted on the good training parts alone, AU-PR and
 * AU-ROC of parts and of pixels. spd_one_class_mvtec.ts is the same on MVTec AD.
 *
 *     deno task pipeline spd_one_class.ts --data DIR --object pcb1      an object at a time
 *     deno task stand-in --layout visa --out DIR                        without data: DIR for --data, piezo for --object
 *
 * Its figures are means over the 12 objects and stand beside ours over all of them (--object all), with a WideResNet-50
 * trained on ImageNet's labels as the backbone; with SPD on top of it PatchCore has 93.8, 92.5, 39.3 and 98.1 in the order of the table. PaDiM with a
 * WideResNet-50 from SimSiam has 80.3, 77.7, 9.9 and 93.6, with SPD 81.9, 80.4, 10.5 and 93.7.
 */
import { definePipeline } from "../mod.ts";

const seeds = [333, 576, 725];

export default (size: "small" | "paper") =>
  definePipeline({
    name: "spd-one-class",
    about: "An object of VisA; detectors see good training parts alone",
    data: { layout: "visa" },
    picture: { height: 256, width: 256 },
    detectors: { padim: {}, patchcore: { coreset: 0.1, neighbours: 9 } },
    smoothing: 4,
    pixel: true,
    segments: "none",
    features: "paper",
    forest: { preset: "brf" },
    // The paper fits on all good training parts. The small size holds a tenth back: defects drawn on those, which serve the
    // threshold of `score` alone, would on parts that detectors remember be too weak, and the threshold too low.
    split: { kind: "own", held: size === "paper" ? 0 : 0.1 },
    benchmarks: { "1-class": "generated" },
    methods: { "PaDiM": { alone: "padim" }, "PatchCore": { alone: "patchcore" } },
    paper: {
      "mean of all objects": {
        "PatchCore": { aupr: 0.933, auroc: 0.924, pixelAupr: 0.384, pixelAuroc: 0.984 },
      },
    },
    seeds: size === "paper" ? seeds : seeds.slice(0, 1),
    decision: { benchmark: "1-class", method: "PatchCore", recall: 0.95 },
  });
