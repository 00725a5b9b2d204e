/**
 * The 1-class setup of the SPD paper (ECCV 2022): detectors fitted on the good training parts alone, AU-PR and AU-ROC of
 * parts and of pixels.
 *
 *     deno task pipeline spd_one_class.ts --data DIR --object pcb1      VisA or MVTec AD, an object at a time
 *     deno task stand-in --layout visa --out DIR                        without data: DIR for --data, piezo for --object
 *
 * Its figures beside ours are the means over all objects of VisA, with a WideResNet-50 trained on ImageNet's labels as the
 * backbone; those with SPD on top of it are 93.8, 92.5, 39.3 and 98.1 in the order of the table. On MVTec AD they are 99.2,
 * 99.8, 48.8 and 97.6, with SPD 99.0, 99.7, 49.3 and 97.5. PaDiM with a WideResNet-50 from SimSiam has 80.3, 77.7, 9.9 and
 * 93.6 on VisA, with SPD 81.9, 80.4, 10.5 and 93.7.
 */
import { definePipeline } from "../mod.ts";

const seeds = [333, 576, 725];

export default (size: "small" | "paper") =>
  definePipeline({
    name: "spd-one-class",
    about: "An object of VisA or MVTec AD; detectors see good training parts alone",
    data: { layout: "auto" },
    picture: { height: 256, width: 256 },
    detectors: { padim: {}, patchcore: { coreset: 0.1, neighbours: 9 } },
    smoothing: 4,
    pixel: true,
    segments: "none",
    features: "paper",
    forest: { preset: "brf" },
    split: { kind: "own" },
    // Defects drawn on good training parts serve the threshold of `score` alone.
    benchmarks: { "1-class": "generated" },
    methods: { "PaDiM": { alone: "padim" }, "PatchCore": { alone: "patchcore" } },
    paper: {
      "1-class": {
        "PatchCore": { aupr: 0.933, auroc: 0.924, pixelAupr: 0.384, pixelAuroc: 0.984 },
      },
    },
    seeds: size === "paper" ? seeds : seeds.slice(0, 1),
    decision: { benchmark: "1-class", method: "PatchCore", recall: 0.95 },
  });
