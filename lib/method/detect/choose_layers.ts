/** Which layers of a backbone a detector looks at, and on which grid. @module */
import type { BackboneLayer } from "../backbone/backbone.ts";

/** Layers to join and the one on whose grid they are joined. */
export interface LayerChoice {
  readonly layers: readonly string[];
  readonly grid: string;
}

/** See {@linkcode chooseLayers}. */
export interface LayerWish {
  /** Names; where left out, all with one of the `strides`, or simply all where no stride fits. */
  readonly layers?: readonly string[];
  readonly strides: readonly number[];
  /** Name of the layer whose grid is used; where left out, the finest chosen one of stride 8 or more. */
  readonly grid?: string;
}

/**
 * @param detector the title of the detector, for messages
 * @throws {RangeError} for a layer that the backbone does not have, none at all, or a grid that is not of the chosen
 *
 * ```ts
 * import { chooseLayers } from "./choose_layers.ts";
 * const available = [4, 8, 16].map((stride) => ({ name: `stride${stride}`, channels: 8, stride }));
 * const { layers, grid } = chooseLayers("PatchCore", available, { strides: [8, 16] });
 * console.assert(layers.join() === "stride8,stride16" && grid === "stride8");
 * ```
 */
export function chooseLayers(detector: string, available: readonly BackboneLayer[], wish: LayerWish): LayerChoice {
  const known = available.map(({ name }) => `"${name}"`).join(", ") || "none";
  const fitting = available.filter(({ stride }) => wish.strides.includes(stride));
  const names = wish.layers ?? (fitting.length > 0 ? fitting : available).map(({ name }) => name);
  const chosen = names.map((wanted) => {
    const layer = available.find(({ name }) => name === wanted);
    if (layer) return layer;
    throw new RangeError(`Cannot use layer "${wanted}" for ${detector} as the layers of the backbone are ${known}`);
  });
  if (chosen.length === 0) {
    throw new RangeError(`Cannot use ${detector} without a layer: those of the backbone are ${known}`);
  }
  const byStride = chosen.toSorted((a, b) => a.stride - b.stride);
  const grid = wish.grid ?? (byStride.find(({ stride }) => stride >= 8) ?? byStride[byStride.length - 1]).name;
  if (!names.includes(grid)) {
    throw new RangeError(`Cannot use the grid of "${grid}" for ${detector} as its layers are ${names.join(", ")}`);
  }
  return { layers: names, grid };
}
