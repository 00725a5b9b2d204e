/** Anomaly maps that were computed elsewhere, as a detector: one file a picture. @module */
import type { Detector } from "../contract.ts";
import { parseConfig } from "../../learn/config.ts";
import { fittedMaps, type MapsConfig, mapsSchema } from "./apply.ts";

/**
 * Maps from files as a detector: `.npy` of floats, [H,W] or [1,H,W], or grey PNG of 8 or 16 bits; all of one size. There
 * is nothing to fit, and the score is the maximum of the map. Pictures that are scored later need their maps there too.
 *
 * ```ts
 * import { maps } from "./maps.ts";
 * console.assert((maps.parse({ folder: "maps" }) as { scale: number }).scale === 1);
 * ```
 */
export const maps: Detector<MapsConfig, MapsConfig> = {
  ...fittedMaps,
  parse: (config) => parseConfig("Maps", mapsSchema, config),
  layers: () => [],
  files: ({ folder }) => [folder],
  fit: (_, config) => Promise.resolve(config),
  // No picture was learned from here; whether the maps' maker did is not known.
  leftOut: (context, config) => fittedMaps.apply(context, config),
};
