/**
 * The 2-class high-shot setup of the SPD paper (ECCV 2022) on VisA: 60 % of the good and of the bad parts train.
 *
 *     deno task pipeline spd_high_shot.ts --data DIR --object pcb1
 *     deno task stand-in --layout visa --out DIR                   without data: DIR for --data, piezo for --object
 *
 * The poster has no table of this setup; the abstract says that SPD raises the AU-PR of segmentation by 5.9 points over
 * SimSiam and by 6.8 over supervised pre-training.
 */
import { definePipeline } from "../mod.ts";
import fewShot from "./spd_few_shot.ts";

export default (size: "small" | "paper") => {
  const { paper: _, ...base } = fewShot(size);
  return definePipeline({
    ...base,
    name: "spd-high-shot",
    about: "An object of VisA; 60 % of its good and bad parts to learn from",
    data: { layout: "visa", split: "2cls_highshot" },
    classifiers: {
      ...base.classifiers,
      finetuned: { type: "wrn", preset: size },
    },
    benchmarks: { "high-shot": "all" },
    decision: { ...base.decision, benchmark: "high-shot" },
  });
};
