/**
 * The 2-class few-shot setups of the SPD paper (ECCV 2022) on VisA: as many good as bad parts train a classifier, with masks
 * a U-Net; AU-PR and AU-ROC of parts and of pixels over all test parts.
 *
 *     deno task pipeline spd_few_shot.ts --data DIR --object pcb1
 *     deno task stand-in --layout visa --out DIR                  without data: DIR for --data, piezo for --object
 *
 * Its figures are means over the objects of VisA and stand beside ours over all of them (--object all), with a ResNet-50
 * trained on ImageNet's labels as the backbone: classification in the rows of the classifiers, segmentation in that of the
 * U-Net. With SPD it has, in the order of the table, 59.8, 85.9, 18.7 and 75.9 for 5 shots, and 71.2, 92.1, 30.6 and 81.8 for
 * 10. How it trains is not published.
 */
import { definePipeline } from "../mod.ts";

const seeds = [333, 576, 725, 823, 831];

export default (size: "small" | "paper") => {
  const few = size === "paper" ? { epochs: 60, rate: 0.01 } : { epochs: 20 };
  return definePipeline({
    name: "spd-few-shot",
    about: "An object of VisA; 5 or 10 good and as many bad parts to learn from",
    data: { layout: "visa", split: "2cls_fewshot" },
    picture: { height: 256, width: 256 },
    // What the good training parts alone give, on the same test parts.
    detectors: { padim: {} },
    classifiers: {
      linear: { preset: size },
      finetuned: { type: "wrn", preset: size, ...few },
      unet: { preset: size },
    },
    smoothing: 4,
    pixel: true,
    segments: "none",
    features: "paper",
    forest: { preset: "brf" },
    split: { kind: "own" },
    benchmarks: { "5-shot": { kind: "shots", shots: 5 }, "10-shot": { kind: "shots", shots: 10 } },
    methods: {
      "Linear": { alone: "linear" },
      "Fine-tuned": { alone: "finetuned" },
      "U-Net": { alone: "unet" },
      "PaDiM, 1-class": { alone: "padim" },
    },
    paper: {
      "mean of all objects, 5-shot": {
        "Fine-tuned": { aupr: 0.592, auroc: 0.855 },
        "U-Net": { pixelAupr: 0.178, pixelAuroc: 0.746 },
      },
      "mean of all objects, 10-shot": {
        "Fine-tuned": { aupr: 0.704, auroc: 0.917 },
        "U-Net": { pixelAupr: 0.283, pixelAuroc: 0.818 },
      },
    },
    seeds: size === "paper" ? seeds : seeds.slice(0, 2),
    decision: { benchmark: "10-shot", method: "PaDiM, 1-class", recall: 0.95 },
  });
};
