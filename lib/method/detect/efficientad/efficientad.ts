/**
 * EfficientAD (Batzner et al., "EfficientAD: Accurate Visual Anomaly Detection at Millisecond-Level Latencies", WACV
 * 2024): a student follows a small teacher on good pictures and fails on strange ones; an autoencoder that sees the whole
 * picture finds what is in the wrong place.
 * @module
 */
import { type } from "arktype";
import type { PdnShape } from "../../backbone/pdn.ts";
import { buildModel } from "../../../engine/graph/model.ts";
import { reduceMax } from "../../../engine/graph/ops.ts";
import type { Detector } from "../contract.ts";
import type { Network } from "../../learn/contract.ts";
import { applyDetector } from "../detection.ts";
import { distilledLayers } from "./distil.ts";
import { fitEfficientAd, trainedMaps } from "./fit.ts";
import type { EfficientAdConfig, EfficientAdFitted } from "./fit.ts";
import { jointMap } from "./network.ts";
import type { MapQuantiles } from "./network.ts";
import { packFitted, unpackFitted } from "../../learn/fitted_file.ts";
import { parseOverPreset } from "../../learn/train_on_pictures.ts";
import type { TrainedWeights } from "../../learn/train_on_pictures.ts";
import { type ConfigSchema, whole } from "../../learn/config.ts";

/**
 * `paper` is what SegAD used (its appendix B: PDN-M, 70,000 steps, padding); the other settings are Batzner et al.'s. It is
 * for graphics cards. `small` fits in some twelve minutes on two cores, with patch description networks of a quarter of
 * the channels. All squared distances count there: in few steps the hardest alone teach the student's half that follows
 * the autoencoder too little, which finds most of what is found then.
 */
export const EFFICIENTAD_PRESETS: Readonly<Record<"paper" | "small", EfficientAdConfig>> = {
  paper: {
    size: "medium",
    width: 1,
    padding: true,
    distillation: { steps: 60_000, batch: 16, rate: 1e-4 },
    hard: 0.999,
    steps: 70_000,
    batch: 1,
    rate: 1e-4,
    weightDecay: 1e-5,
  },
  small: {
    size: "small",
    width: 0.25,
    padding: true,
    distillation: { steps: 600, batch: 4, rate: 1e-3 },
    hard: 0,
    steps: 1500,
    batch: 1,
    rate: 1e-3,
    weightDecay: 1e-5,
  },
};

const network = { size: "'small' | 'medium'", width: "0 < number <= 4", padding: "boolean" } as const;

const schema: ConfigSchema<EfficientAdConfig> = type({
  "+": "reject",
  ...network,
  "teacher?": "string",
  distillation: type({ "+": "reject", steps: whole, batch: whole, rate: "number > 0" }),
  "penalty?": "string",
  hard: "0 <= number < 1",
  steps: whole,
  batch: whole,
  rate: "number > 0",
  weightDecay: "number >= 0",
});

const quantiles = type({ "+": "reject", low: "number", high: "number" });
type Settings = PdnShape & {
  readonly pictureHeight: number;
  readonly pictureWidth: number;
  readonly quantiles: readonly [MapQuantiles, MapQuantiles];
};
const settingsSchema: ConfigSchema<Settings> = type({
  "+": "reject",
  ...network,
  channels: whole,
  pictureHeight: whole,
  pictureWidth: whole,
  quantiles: type([quantiles, quantiles]),
});

/**
 * EfficientAD as a detector. Its map lies on a grid of stride 4: 0 and 0.1 are the 90 % and the 99.5 % quantile of good
 * pictures that it was not trained on; its score is the maximum of the map.
 *
 * ```ts
 * import { efficientAd } from "./efficientad.ts";
 * console.assert(efficientAd.parse({ preset: "paper" }).steps === 70_000);
 * ```
 */
export const efficientAd: Detector<EfficientAdConfig, EfficientAdFitted> = {
  name: "efficientad",
  title: "EfficientAD",
  parse: (config) => parseOverPreset("EfficientAD", EFFICIENTAD_PRESETS, schema, config),
  layers: ({ teacher }, available) => teacher === undefined ? distilledLayers(available) : [],
  files: ({ teacher, penalty }) => [teacher, penalty].filter((path) => path !== undefined),
  fit: fitEfficientAd,
  apply: (context, fitted) => applyDetector("EfficientAD", context, toNetwork(fitted)),
  network: toNetwork,
  pack: ({ shape, picture, weights, quantiles }) =>
    packFitted("efficientad", {
      settings: { ...shape, pictureHeight: picture.height, pictureWidth: picture.width, quantiles },
      tensors: weights,
    }),
  unpack(bytes) {
    const { settings, tensors } = unpackFitted("efficientad", bytes, settingsSchema, {});
    const { pictureHeight, pictureWidth, quantiles, ...shape } = settings;
    const fitted = {
      shape,
      picture: { height: pictureHeight, width: pictureWidth },
      quantiles,
      weights: tensors as TrainedWeights,
    };
    try {
      trainedMaps(fitted, "N");
    } catch (cause) {
      throw new SyntaxError("Cannot read a fitted efficientad as its arrays do not fit its settings", { cause });
    }
    return fitted;
  },
};

function toNetwork(fitted: EfficientAdFitted): Network {
  const { image, maps: raw } = trainedMaps(fitted, "N");
  const map = jointMap(raw, fitted.quantiles);
  const score = reduceMax(map, { axes: [1, 2, 3] });
  return {
    model: buildModel({ inputs: [image], outputs: { map, score }, name: "efficientad" }),
    outputs: ["map", "score"],
  };
}
