/** What EfficientAD is told. @module */
import type { PdnShape } from "../../backbone/pdn.ts";
import type { Distillation } from "./distil.ts";

/** Settings of EfficientAD. */
export interface EfficientAdConfig extends Omit<PdnShape, "channels"> {
  /**
   * `backbone` for the backbone's own layers, `distilled` for a network that is distilled from it on the good pictures first,
   * as where left out; else a file of `deno task distil`, or a published teacher as safetensors.
   */
  readonly teacher?: string;
  /** How that is done. */
  readonly distillation: Distillation;
  /** Folder of any pictures of something else; without it, negatives of the good ones. */
  readonly penalty?: string;
  /** Of the pictures of that folder the middle is taken, and some are grey, as in the authors' code; whole where left out. */
  readonly penaltyCrop?: true;
  /** Quantile of the squared distances from which on they count; 0 counts all and learns faster. */
  readonly hard: number;
  readonly steps: number;
  readonly batch: number;
  /** Learning rate of Adam; a tenth of it for the last twentieth of the steps. */
  readonly rate: number;
  readonly weightDecay: number;
  /** Weights begin as PyTorch's do, and its authors'; as He's where left out. */
  readonly start?: "pytorch";
  /**
   * Measures the map by what good pictures have at the same place (`places.ts`), for parts that lie alike in all pictures, as
   * PaDiM does; with fewer than 16 good pictures it is left as it is. Up to 20 pictures, a quarter of them at most, are held out.
   */
  readonly places?: boolean;
  /** Takes the score from the map at the size of the picture, as its authors do; from the map's grid where left out. */
  readonly scored?: "picture";
}
