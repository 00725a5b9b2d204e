/** What the maps of a fit are measured by, over pictures that were held out of the training. @module */
import type { FitContext } from "../../learn/contract.ts";
import type { TrainedWeights } from "../../learn/fitted_file.ts";
import { type TrainedEfficientAd, trainedMaps } from "./apply.ts";
import { jointMap, mapQuantiles } from "./network.ts";
import type { MapQuantiles } from "./network.ts";
import { placeStandards, smoothed } from "./places.ts";
import { answersOf } from "./some_pictures.ts";

/** The 90 % and 99.5 % quantiles of both maps over pictures that were held out of the training. */
export async function quantilesOf(
  context: FitContext,
  trained: TrainedEfficientAd,
  heldOut: readonly number[],
): Promise<readonly [MapQuantiles, MapQuantiles]> {
  const { inputs, maps: [st, ae] } = trainedMaps(trained, "N");
  const found: [number[], number[]] = [[], []];
  for await (const maps of answersOf(context, inputs, { st, ae }, heldOut)) {
    [maps.st, maps.ae].forEach(({ data }, i) => {
      for (const value of data) found[i].push(Number(value));
    });
  }
  const [student, autoencoder] = found.map((values) => {
    const quantiles = mapQuantiles(values);
    if (quantiles.high > quantiles.low) return quantiles;
    throw new RangeError("Cannot fit EfficientAD as its maps of the good pictures are the same everywhere");
  });
  return [student, autoencoder];
}

/** What each place of the joint map is measured by, over pictures that were held out of the training. */
export async function placesOf(
  context: FitContext,
  trained: TrainedEfficientAd,
  quantiles: readonly [MapQuantiles, MapQuantiles],
  heldOut: readonly number[],
): Promise<TrainedWeights> {
  const { inputs, maps } = trainedMaps(trained, "N");
  const map = smoothed(jointMap(maps, quantiles));
  const [height, width] = map.shape.slice(2).map(Number);
  const area = height * width;
  return await placeStandards(
    context,
    async function* () {
      for await (const { map: { data } } of answersOf(context, inputs, { map }, heldOut)) {
        for (let at = 0; at < data.length; at += area) yield (data as Float32Array).subarray(at, at + area);
      }
    }(),
    [height, width],
  );
}
