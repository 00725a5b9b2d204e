/**
 * EfficientAD (Batzner et al., "EfficientAD: Accurate Visual Anomaly Detection at Millisecond-Level Latencies", WACV
 * 2024): a student follows a small teacher on good pictures and fails on strange ones; an autoencoder that sees the whole
 * picture finds what is in the wrong place.
 * @module
 */
import { type } from "arktype";
import type { Detector } from "../contract.ts";
import { type EfficientAdFitted, fittedEfficientAd, networkFields, scoreFields } from "./apply.ts";
import { distilledLayers } from "./distil.ts";
import { fitEfficientAd } from "./fit.ts";
import type { EfficientAdConfig } from "./settings.ts";
import { teacherFile } from "./teacher.ts";
import { type ConfigSchema, parseOverPreset, whole } from "../../learn/config.ts";

/**
 * `paper` is what SegAD used (its appendix B: PDN-M, 70,000 steps, padding); the other settings are Batzner et al.'s. It is
 * for graphics cards. `small` fits in a quarter of an hour on two cores: the backbone is the teacher, the student a patch
 * description network of a quarter of the channels, and the map is measured by its places. All squared distances count there: in few steps the hardest alone teach the student's half that follows
 * the autoencoder too little, which finds most of what is found then.
 */
export const EFFICIENTAD_PRESETS: Readonly<Record<"paper" | "small", EfficientAdConfig>> = {
  paper: {
    size: "medium",
    width: 1,
    padding: true,
    distillation: { steps: 60_000, batch: 16, rate: 1e-4, start: "pytorch" },
    hard: 0.999,
    steps: 70_000,
    batch: 1,
    rate: 1e-4,
    weightDecay: 1e-5,
    start: "pytorch",
    scored: "picture",
    penaltyCrop: true,
  },
  small: {
    size: "small",
    width: 0.25,
    padding: true,
    teacher: "backbone",
    distillation: { steps: 600, batch: 4, rate: 1e-3 },
    hard: 0,
    steps: 2000,
    batch: 1,
    rate: 1e-3,
    weightDecay: 1e-5,
    places: true,
  },
};

const schema: ConfigSchema<EfficientAdConfig> = type({
  "+": "reject",
  ...networkFields,
  "teacher?": "string",
  distillation: type({ "+": "reject", steps: whole, batch: whole, rate: "number > 0", "start?": "'pytorch'" }),
  "penalty?": "string",
  "penaltyCrop?": "true",
  hard: "0 <= number < 1",
  steps: whole,
  batch: whole,
  rate: "number > 0",
  weightDecay: "number >= 0",
  "start?": "'pytorch'",
  "places?": "boolean",
  ...scoreFields,
});

/**
 * EfficientAD as a detector. Its map lies on a grid of stride 4: 0 and 0.1 are the 90 % and the 99.5 % quantile of good
 * pictures that it was not trained on, or, measured by its places, 0 and 1 their mean and one deviation; its score is the
 * maximum of the map, on that grid or enlarged bilinearly.
 *
 * ```ts
 * import { efficientAd } from "./efficientad.ts";
 * console.assert(efficientAd.parse({ preset: "paper" }).steps === 70_000);
 * ```
 */
export const efficientAd: Detector<EfficientAdConfig, EfficientAdFitted> = {
  ...fittedEfficientAd,
  parse: (config) => parseOverPreset("EfficientAD", EFFICIENTAD_PRESETS, schema, config),
  layers: (config, available) => teacherFile(config) === undefined ? distilledLayers(available) : [],
  files: (config) => [teacherFile(config), config.penalty].filter((path) => path !== undefined),
  fit: fitEfficientAd,
};
