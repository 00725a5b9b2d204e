/**
 * The 1-class setup of the SPD paper (ECCV 2022) on MVTec AD.
 *
 *     deno task pipeline spd_one_class_mvtec.ts --data DIR --object bottle      a class at a time
 *     deno task stand-in --layout mvtec --out DIR                               without data: DIR for --data, piezo for --object
 *
 * Its figures are means over the 15 classes and stand beside ours over all of them, as in spd_one_class.ts; with SPD PatchCore has 99.0, 99.7, 49.3
 * and 97.5 in the order of the table. PaDiM with a WideResNet-50 from SimSiam has 93.0, 84.7, 31.3 and 92.2, with SPD 93.4,
 * 85.4, 32.5 and 92.8.
 */
import { definePipeline } from "../mod.ts";
import visa from "./spd_one_class.ts";

export default (size: "small" | "paper") =>
  definePipeline({
    ...visa(size),
    name: "spd-one-class-mvtec",
    about: "A class of MVTec AD; detectors see good training parts alone",
    data: { layout: "mvtec" },
    paper: {
      "mean of all objects": {
        "PatchCore": { aupr: 0.992, auroc: 0.998, pixelAupr: 0.488, pixelAuroc: 0.976 },
      },
    },
  });
