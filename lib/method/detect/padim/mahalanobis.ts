/** Mahalanobis distances at each position of a grid: the memory around `mahalanobis.as.ts`. @module */
import { kernelOf, reserve } from "../../../base/io/kernel.ts";
import type { PatchFeatures } from "../patch_features.ts";
import type { Gaussians } from "./gaussian.ts";
import { wasmBytes } from "./mahalanobis.generated.ts";

interface Kernel {
  readonly memory: WebAssembly.Memory;
  distances(...numbers: number[]): void;
}

const instantiate = kernelOf<Kernel>(wasmBytes);

/**
 * A function that gives ‖W(x − mean)‖ at each of P positions for each of N pictures: f32[N·P]. Its arrays are made anew for
 * each call. A picture's distances do not depend on those beside it, bit for bit.
 *
 * @param gaussians a copy of them is held
 * @param dims which of a patch's channels are used: i32[C]
 * @throws {RangeError} where the matrices, 2·P·C² bytes, need more than 4 GiB
 *
 * ```ts
 * import { patchFeatures } from "../patch_features.ts";
 * import { openMahalanobis } from "./mahalanobis.ts";
 * const gaussians = { mean: new Float32Array([1]), whitening: new Float32Array([2]) };
 * const distances = openMahalanobis(gaussians, new Int32Array([1]));
 * console.assert(distances(patchFeatures([1, 1, 2], new Float32Array([9, 4])))[0] === 6);
 * ```
 */
export function openMahalanobis(
  { mean, whitening }: Gaussians,
  dims: Int32Array,
): (patches: PatchFeatures) => Float32Array<ArrayBuffer> {
  const C = dims.length;
  const P = mean.length / C;
  const { memory, distances } = instantiate();
  let end = 0;
  const [dimsAt, meanAt, whiteningAt, centredAt] = [dims, mean, whitening, { byteLength: 8 * C }].map(room);
  const patchesAt = Math.ceil(end / 16) * 16;
  grow(patchesAt);
  new Int32Array(memory.buffer, dimsAt, C).set(dims);
  new Float32Array(memory.buffer, meanAt, mean.length).set(mean);
  new Float32Array(memory.buffer, whiteningAt, whitening.length).set(whitening);

  /** Each array begins at a multiple of 16. */
  function room({ byteLength }: { readonly byteLength: number }): number {
    const at = Math.ceil(end / 16) * 16;
    end = at + byteLength;
    return at;
  }
  function grow(bytes: number): void {
    reserve(memory, bytes, `Cannot apply ${P} Gaussians of ${C} dimensions`, "use fewer dimensions");
  }

  return ({ shape: [N, , width], data }) => {
    const outAt = patchesAt + data.byteLength;
    grow(outAt + 4 * N * P);
    new Float32Array(memory.buffer, patchesAt, data.length).set(data);
    distances(patchesAt, N, P, width, dimsAt, C, meanAt, whiteningAt, centredAt, outAt);
    return new Float32Array(memory.buffer, outAt, N * P).slice();
  };
}
