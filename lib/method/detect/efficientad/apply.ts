/** A fitted EfficientAD: from its file to a network that makes maps and scores. @module */
import { type } from "arktype";
import type { Dim } from "../../../base/tensor/tensor.ts";
import { buildModel } from "../../../engine/graph/model.ts";
import { reduceMax, resizeBilinear } from "../../../engine/graph/ops.ts";
import { input } from "../../../engine/graph/value.ts";
import type { Value } from "../../../engine/graph/value.ts";
import { storedWeights } from "../../../engine/graph/weights.ts";
import type { PdnShape } from "../../backbone/pdn.ts";
import { type ConfigSchema, whole } from "../../learn/config.ts";
import type { Network } from "../../learn/contract.ts";
import { packFitted, type TrainedWeights, unpackFitted } from "../../learn/fitted_file.ts";
import type { FittedDetector, Grid } from "../contract.ts";
import { applyDetector } from "../detection.ts";
import { joinedLayers, layerInputs, standardised } from "../layer_grids.ts";
import { jointMap, rawMaps } from "./network.ts";
import type { MapQuantiles } from "./network.ts";
import { byPlace } from "./places.ts";

/** A fitted EfficientAD: plain data. */
export interface EfficientAdFitted {
  readonly shape: PdnShape;
  /** Of the pictures. */
  readonly picture: { readonly height: number; readonly width: number };
  /** Those of the backbone that are its teacher; absent where a patch description network among the weights is. */
  readonly layers?: readonly Grid[];
  /** Of the networks, and `places.offset` and `places.scale` where the map is measured by its places. */
  readonly weights: TrainedWeights;
  /** Of the map of student and teacher, and of that of student and autoencoder. */
  readonly quantiles: readonly [MapQuantiles, MapQuantiles];
  /** See {@linkcode scoreFields}. */
  readonly scored?: "picture";
}

/** Where the maximum of the map is taken: at the size of the picture, as its authors do, or on its grid where left out. */
export const scoreFields = { "scored?": "'picture'" } as const;

/** The settings of the networks, as the pipeline and the file of a fit say them. */
export const networkFields = {
  size: "'small' | 'medium' | 'far'",
  width: "0 < number <= 4",
  padding: "boolean",
} as const;

const quantiles = type({ "+": "reject", low: "number", high: "number" });
type Settings = PdnShape & {
  readonly pictureHeight: number;
  readonly pictureWidth: number;
  readonly layers?: readonly Grid[];
  readonly quantiles: readonly [MapQuantiles, MapQuantiles];
  readonly scored?: "picture";
};
const settingsSchema: ConfigSchema<Settings> = type({
  "+": "reject",
  ...networkFields,
  channels: whole,
  pictureHeight: whole,
  pictureWidth: whole,
  "layers?": type({ "+": "reject", name: "string", channels: whole, height: whole, width: whole }).array(),
  quantiles: type([quantiles, quantiles]),
  ...scoreFields,
});

/** What EfficientAD has fitted, as a file and as a detector. */
export const fittedEfficientAd: FittedDetector<EfficientAdFitted> = {
  name: "efficientad",
  title: "EfficientAD",
  apply: (context, fitted) => applyDetector("EfficientAD", context, toNetwork(fitted)),
  network: toNetwork,
  pack: ({ shape, picture: { height, width }, layers, weights, quantiles, scored }) =>
    packFitted("efficientad", {
      settings: {
        ...{ ...shape, pictureHeight: height, pictureWidth: width, quantiles },
        ...layers && { layers },
        ...scored && { scored },
      },
      tensors: weights,
    }),
  unpack(bytes) {
    const { settings, tensors } = unpackFitted("efficientad", bytes, settingsSchema, {});
    const { pictureHeight, pictureWidth, layers, quantiles, scored, ...shape } = settings;
    const fitted = {
      shape,
      picture: { height: pictureHeight, width: pictureWidth },
      quantiles,
      ...layers && { layers },
      ...scored && { scored },
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

/** What is fitted before the quantiles, which are taken of its maps. */
export type TrainedEfficientAd = Pick<EfficientAdFitted, "shape" | "picture" | "layers" | "weights">;

/** The maps before normalisation as values of a picture. */
export function trainedMaps(
  { shape, picture, layers, weights }: TrainedEfficientAd,
  count: Dim,
): { inputs: readonly Value<"f32">[]; maps: readonly [Value<"f32">, Value<"f32">] } {
  const image = input("image", "f32", [count, 3, picture.height, picture.width]);
  const stored = storedWeights(weights, "fitted efficientad");
  if (!layers) return { inputs: [image], maps: rawMaps(image, stored, shape) };
  const features = layerInputs(layers, count);
  const answer = joinedLayers(standardised(features, stored), [picture.height / 4, picture.width / 4]);
  return { inputs: [image, ...features], maps: rawMaps(image, stored, shape, answer) };
}

function toNetwork(fitted: EfficientAdFitted): Network {
  const { inputs, maps: raw } = trainedMaps(fitted, "N");
  const joint = jointMap(raw, fitted.quantiles);
  const map = Object.hasOwn(fitted.weights, "places.scale")
    ? byPlace(joint, storedWeights(fitted.weights, "fitted efficientad"))
    : joint;
  const { height, width } = fitted.picture;
  const scored = fitted.scored === "picture" ? resizeBilinear(map, { size: [height, width] }) : map;
  const score = reduceMax(scored, { axes: [1, 2, 3] });
  return {
    model: buildModel({ inputs, outputs: { map, score }, name: "efficientad" }),
    outputs: ["map", "score"],
  };
}
