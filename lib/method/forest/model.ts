/** A trained forest as plain data. @module */
import type { StoredModel } from "../../../packages/xgboost-wasm/mod.ts";
import type { ForestSettings } from "./presets.ts";
import type { GoodQuantiles } from "./good_quantiles.ts";

/** How a forest was trained; unknown for a model that came from elsewhere. */
export interface Training {
  /** What it was trained with. */
  readonly settings: ForestSettings;
  /** Of its draws of rows and columns. */
  readonly seed: number;
  /** The weight of a bad part; of a good one it is 1. */
  readonly scalePosWeight: number;
}

/** A trained forest. */
export interface ForestModel {
  /** For error messages: a file, a fold. */
  readonly name: string;
  /** The names of the columns, in order. */
  readonly columns: readonly string[];
  /** XGBoost's own JSON; a Python XGBoost reads it as it is. */
  readonly json: Uint8Array<ArrayBuffer>;
  /** Absent where the model is of another program. */
  readonly training?: Training;
  /** What good parts look like, for reasons in words. */
  readonly goodQuantiles?: GoodQuantiles;
}

const stored = new WeakMap<Uint8Array, StoredModel>();
let nextKey = 1;

/** The model under a key of its own, in memory that workers share, so that it is sent and loaded once a worker. */
export function toStored({ json, name }: Pick<ForestModel, "json" | "name">): StoredModel {
  const known = stored.get(json);
  if (known) return known;
  const bytes = new Uint8Array(new SharedArrayBuffer(json.length));
  bytes.set(json);
  const made = { key: nextKey++, name, bytes };
  stored.set(json, made);
  return made;
}
