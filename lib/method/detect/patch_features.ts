/**
 * From feature maps to one vector a patch, as PatchCore (Roth et al., 2022, Sec. 3.1) has it: each layer is averaged
 * over neighbouring positions, brought to one grid, and joined.
 * @module
 */
import type { FeatureMaps } from "../backbone/backbone.ts";
import { allFinite } from "../../base/tensor/all_finite.ts";
import { buildModel } from "../../engine/graph/model.ts";
import { averagePool, concat, reshape, resizeBilinear, transpose } from "../../engine/graph/ops.ts";
import { input, type Value } from "../../engine/graph/value.ts";
import type { Runtime } from "../../engine/session/runtime.ts";
import { bindAxes, shaped } from "../../base/tensor/tensor.ts";
import type { Dim, Tensor } from "../../base/tensor/tensor.ts";
import type { LayerChoice } from "./choose_layers.ts";

/** The vectors of P patches in row-major order of the grid, for each of N pictures. */
export type PatchFeatures = Tensor<"f32", readonly ["N", "P", "C"], "activation">;

/** {@linkcode PatchFeatures}: f32[N,P,C]. Throws a TypeError for another shape, a RangeError for another number of elements. */
export function patchFeatures(shape: PatchFeatures["shape"], data?: Float32Array): PatchFeatures {
  return shaped("f32", ["N", "P", "C"], shape, data);
}

/** The size of the grid and of a vector. */
export interface PatchGrid {
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** Numbers a patch. */
  readonly channels: number;
}

/** A loaded graph from feature maps to patch features. */
export interface PatchExtractor {
  /**
   * @throws {TypeError} where a layer is missing or has another size than the first batch had
   * @throws {RangeError} where a vector is not finite; the message names the picture by its place in the batch
   */
  extract(maps: FeatureMaps): Promise<PatchFeatures>;
  /** The grid, once a batch was seen. */
  grid(): PatchGrid | undefined;
  release(): Promise<void>;
}

/** See {@linkcode openPatchFeatures}. */
export interface PatchOptions extends LayerChoice {
  /** The title of the detector, for messages. */
  readonly detector: string;
  /** Side of the window that is averaged: odd, 1 for none; positions outside count as zeros (`AvgPool2d(pool, 1, pool // 2)`). */
  readonly pool: number;
  /** Brings coarser layers to the grid by the nearest place, as anomalib does for PatchCore; bilinearly where left out. */
  readonly enlarge?: "nearest";
  /** The grid that the detector was fitted on. */
  readonly expected?: PatchGrid;
}

/** What a fitted detector says of the patches that it was fitted on. */
type FittedPatches = PatchGrid & Omit<PatchOptions, "detector" | "expected">;

/** The patches of a fitted detector, on the grid that it was fitted on. */
export function openFittedPatches(runtime: Runtime, detector: string, fitted: FittedPatches): PatchExtractor {
  const { height, width, channels, layers, grid, pool, enlarge } = fitted;
  return openPatchFeatures(runtime, {
    ...{ detector, layers, grid, pool, enlarge },
    expected: { height, width, channels },
  });
}

/** Loads the graph when the first batch tells the sizes. */
export function openPatchFeatures(runtime: Runtime, options: PatchOptions): PatchExtractor {
  const { detector, layers, grid: gridLayer, pool, enlarge, expected } = options;
  let opened: ReturnType<typeof open> | undefined;
  let seen = 0;

  /** Maps of a wrong size leave nothing behind, so that those of the right one find it as it was. */
  function open(shapes: readonly (readonly number[])[]) {
    const [, , height, width] = shapes[layers.indexOf(gridLayer)];
    const channels = shapes.reduce((sum, shape) => sum + shape[1], 0);
    const grid: PatchGrid = { height, width, channels };
    if (expected && (expected.height !== height || expected.width !== width || expected.channels !== channels)) {
      throw new TypeError(
        `Cannot apply ${detector} to feature maps of ${show(grid)} as it was fitted on ${show(expected)}`,
      );
    }
    const session = runtime.open(patchModel(shapes, { layers, grid: gridLayer, pool, enlarge }), `${detector} patches`);
    session.catch(() => opened = undefined);
    return { shapes, grid, session };
  }

  async function extract(maps: FeatureMaps): Promise<PatchFeatures> {
    const chosen = layers.map((layer) => {
      if (Object.hasOwn(maps, layer)) return maps[layer];
      const known = Object.keys(maps).map((name) => `"${name}"`).join(", ") || "none";
      throw new TypeError(`Cannot apply ${detector} without layer "${layer}": current layers are ${known}`);
    });
    const { N } = bindAxes(chosen[0], ["N", "C", "H", "W"], `take patches of "${layers[0]}" for ${detector}`);
    const { shapes, grid, session } = opened ??= open(chosen.map((map) => map.shape));
    chosen.forEach((map, i) => {
      bindAxes(map, [N, ...shapes[i].slice(1)], `take patches of layer "${layers[i]}" for ${detector}`);
    });
    const { patches } = await (await session).run(Object.fromEntries(layers.map((layer, i) => [layer, chosen[i]])));
    const data = patches.data as Float32Array;
    const { height, width, channels } = grid;
    const size = height * width * channels;
    for (let n = 0; n < N; n++) {
      if (allFinite(data.subarray(n * size, (n + 1) * size))) continue;
      throw new RangeError(
        `Cannot use the features of picture ${seen + n} for ${detector} as they are not all finite numbers`,
      );
    }
    if (!expected) seen += N;
    return patchFeatures([N, height * width, channels], data);
  }

  return {
    extract,
    grid: () => opened?.grid,
    async release() {
      const loaded = await opened?.session.catch(() => undefined);
      await loaded?.release();
    },
  };
}

/** The graph for layers of these shapes; the number of pictures is free. */
function patchModel(shapes: readonly (readonly number[])[], options: PatchChoice): Uint8Array {
  const { inputs, patches } = patchValues(shapes, options);
  return buildModel({ inputs, outputs: { patches }, name: "patches" });
}

type PatchChoice = Pick<PatchOptions, "layers" | "grid" | "pool" | "enlarge">;

/**
 * Patches as values of layers.
 *
 * @param shapes [N,C,h,w] of each layer; N is free whatever it says
 * @returns the layers as inputs, and f32[N,P,C]
 */
export function patchValues(
  shapes: readonly (readonly Dim[])[],
  { layers, grid, pool, enlarge: mode }: PatchChoice,
): { readonly inputs: Value<"f32">[]; readonly patches: Value<"f32"> } {
  const [, , height, width] = shapes[layers.indexOf(grid)].map(Number);
  const inputs = layers.map((layer, i) => input(layer, "f32", ["N", ...shapes[i].slice(1)]));
  const parts = inputs.map((map, i) => {
    const edge = (pool - 1) / 2;
    const pooled = pool === 1
      ? map
      : averagePool(map, { kernel: [pool, pool], pads: [edge, edge, edge, edge], countPads: true });
    const [, , h, w] = shapes[i];
    return h === height && w === width ? pooled : resizeBilinear(pooled, { size: [height, width] }, { mode });
  });
  const joined = parts.length === 1 ? parts[0] : concat(parts, { axis: 1 });
  return { inputs, patches: reshape(transpose(joined, [0, 2, 3, 1]), ["N", height * width, joined.shape[1]]) };
}

function show({ height, width, channels }: PatchGrid): string {
  return `${height}×${width} patches of ${channels} channels`;
}
