/** What PatchCore keeps of the good pictures. @module */
import type { PatchGrid } from "../patch_features.ts";

/** A fitted PatchCore: plain data. */
export interface PatchCoreFitted extends PatchGrid {
  /** Whose features are joined, in this order. */
  readonly layers: readonly string[];
  /** The layer whose grid the map has. */
  readonly grid: string;
  /** Side of the window that features are averaged over. */
  readonly pool: number;
  /** How coarser layers were brought to the grid; bilinearly where left out. */
  readonly enlarge?: "nearest";
  /** The memory bank, f32[M, channels], in the order of choice. */
  readonly bank: Float32Array;
  /** How many neighbours weigh the score. */
  readonly neighbours: number;
  /** For each entry of the bank the nearest entries, itself first: i32[M, neighbours]. */
  readonly support: Int32Array;
  /** For each entry of the bank the number of the picture it is of, in the order of the fit: i32[M]; not in older files. */
  readonly pictures?: Int32Array;
}
