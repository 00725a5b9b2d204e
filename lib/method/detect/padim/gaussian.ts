/** A Gaussian for each position of a grid, estimated from pictures as they come. @module */
import { kernelOf, reserve } from "../../../base/io/kernel.ts";
import { wasmBytes } from "./gaussian.generated.ts";
import type { PatchFeatures } from "../patch_features.ts";

/** P Gaussians of C dimensions, ready to measure Mahalanobis distances. */
export interface Gaussians {
  /** f32[P, C] */
  readonly mean: Float32Array<ArrayBuffer>;
  /**
   * f32[P, C(C+1)/2]: the inverse of the covariance's lower Cholesky factor, packed by rows: entry (i, j ≤ i) at
   * i(i+1)/2 + j. The Mahalanobis distance of x is the length of this matrix times (x − mean).
   */
  readonly whitening: Float32Array<ArrayBuffer>;
}

/** Sums over the pictures seen so far. */
export interface GaussianSums {
  /** @param patches f32[N, P, all channels] */
  add(patches: PatchFeatures): void;
  /** How many pictures were added. */
  count(): number;
  /**
   * The Gaussians, with `epsilon` added to the diagonal of each unbiased covariance. Uses the sums up.
   *
   * @throws {RangeError} where fewer than 2 pictures were added, or a covariance is not positive definite
   */
  finish(epsilon: number, onProgress?: (done: number, total: number) => void, signal?: AbortSignal): Promise<Gaussians>;
}

interface Kernel {
  readonly memory: WebAssembly.Memory;
  base(): number;
  accumulate(rows: number, count: number, stride: number, channels: number, products: number, sums: number): void;
  cholesky(matrix: number, channels: number): number;
  invert(factor: number, inverse: number, channels: number): void;
}

const instantiate = kernelOf<Kernel>(wasmBytes);

/**
 * @param positions P
 * @param channels which of the patches' channels are used: i32[C]
 * @throws {RangeError} where the sums, 8·P·C²/2 bytes, need more than 4 GiB
 *
 * ```ts
 * import { patchFeatures } from "../patch_features.ts";
 * import { openGaussianSums } from "./gaussian.ts";
 * const sums = openGaussianSums(1, new Int32Array([0]));
 * sums.add(patchFeatures([2, 1, 1], new Float32Array([1, 3])));
 * const { mean, whitening } = await sums.finish(2); // the variance is 2
 * console.assert(mean[0] === 2 && whitening[0] === 0.5);
 * ```
 */
export function openGaussianSums(positions: number, channels: Int32Array): GaussianSums {
  const kernel = instantiate();
  const C = channels.length;
  const packed = C * (C + 1) / 2;
  const stride = C + C % 2;
  const products = Math.ceil(kernel.base() / 64) * 64;
  const sums = products + positions * packed * 8;
  const rows = sums + positions * C * 8;
  let count = 0;
  /** Sums are taken relative to the first batch's mean, so that they stay small and lose no digits. */
  let origin: Float64Array | undefined;
  grow(rows);

  function grow(end: number): void {
    reserve(kernel.memory, end, `Cannot estimate ${positions} Gaussians of ${C} dimensions`, "use fewer dimensions");
  }

  function add(patches: PatchFeatures): void {
    const [N, , width] = patches.shape;
    const { data } = patches;
    origin ??= meanOf(patches, channels);
    grow(rows + N * stride * 8);
    const centred = new Float64Array(kernel.memory.buffer, rows, N * stride);
    centred.fill(0);
    for (let p = 0; p < positions; p++) {
      for (let n = 0; n < N; n++) {
        const from = (n * positions + p) * width;
        for (let j = 0; j < C; j++) centred[n * stride + j] = data[from + channels[j]] - origin[p * C + j];
      }
      kernel.accumulate(rows, N, stride, C, products + p * packed * 8, sums + p * C * 8);
    }
    count += N;
  }

  async function finish(
    epsilon: number,
    onProgress?: (done: number, total: number) => void,
    signal?: AbortSignal,
  ): Promise<Gaussians> {
    if (count < 2) {
      throw new RangeError(`Cannot estimate a covariance from ${count} pictures as at least 2 are needed`);
    }
    grow(rows + packed * 8);
    const mean = new Float32Array(positions * C);
    const whitening = new Float32Array(positions * packed);
    const inverse = new Float64Array(kernel.memory.buffer, rows, packed);
    for (let p = 0; p < positions; p++) {
      if (p % 64 === 0) {
        onProgress?.(p, positions);
        // Lets other work of this thread go on, an abort among it.
        await new Promise((resolve) => setTimeout(resolve, 0));
        signal?.throwIfAborted();
      }
      const matrix = new Float64Array(kernel.memory.buffer, products + p * packed * 8, packed);
      const sum = new Float64Array(kernel.memory.buffer, sums + p * C * 8, C);
      for (let i = 0, at = 0; i < C; i++) {
        mean[p * C + i] = origin![p * C + i] + sum[i] / count;
        for (let j = 0; j <= i; j++, at++) matrix[at] = (matrix[at] - sum[i] * sum[j] / count) / (count - 1);
        matrix[at - 1] += epsilon;
      }
      if (kernel.cholesky(matrix.byteOffset, C) >= 0) {
        throw new RangeError(`Cannot invert the covariance at position ${p} as it is not positive definite`);
      }
      kernel.invert(matrix.byteOffset, rows, C);
      whitening.set(inverse, p * packed);
    }
    onProgress?.(positions, positions);
    return { mean, whitening };
  }
  return { add, count: () => count, finish };
}

/** f64[P, C] */
function meanOf({ data, shape }: PatchFeatures, channels: Int32Array): Float64Array {
  const [N, P, width] = shape;
  const mean = new Float64Array(P * channels.length);
  for (let n = 0; n < N; n++) {
    for (let p = 0; p < P; p++) {
      const from = (n * P + p) * width;
      for (let j = 0; j < channels.length; j++) mean[p * channels.length + j] += data[from + channels[j]] / N;
    }
  }
  return mean;
}
