/** What PaDiM keeps of the good pictures. @module */
import type { PatchGrid } from "../patch_features.ts";
import type { Gaussians } from "./gaussian.ts";

/** A fitted PaDiM: plain data. */
export interface PaDiMFitted extends PatchGrid, Gaussians {
  /** Whose features are joined, in this order. */
  readonly layers: readonly string[];
  /** The layer whose grid the map has. */
  readonly grid: string;
  /** Side of the window that features are averaged over. */
  readonly pool: number;
  /** Which of the joined channels are used, in ascending order: i32[C]. */
  readonly dims: Int32Array;
}
