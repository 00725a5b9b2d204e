/** Named columns from a backbone's layers. @module */
import type { FeatureMaps } from "../backbone/backbone.ts";
import type { Features } from "../../domain.ts";
import type { Stage } from "../../stage.ts";

/** What backbone layers say of a picture, without a detector. */
export interface LayerFeatures {
  /** The names of the columns, F in number. */
  readonly columns: readonly string[];
  /** f32[N,F], each picture for itself. */
  readonly compute: Stage<FeatureMaps, Features>;
}

/** The column of one channel: `stride16.average_7`. A layer's name may hold what a column's may not. */
export function columnWord(layer: string, what: string, channel: number): string {
  return `${layer.replaceAll(/[^\p{L}\p{N}_]/gu, "_")}.${what}_${channel}`;
}
