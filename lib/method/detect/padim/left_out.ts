/**
 * PaDiM's maps of the pictures that it was fitted on, each as if it had been fitted without that picture.
 *
 * Let S be the covariance of n vectors at a position, u = x − mean for one of them. Without x the deviation from the mean is
 * u·n/(n−1) and the covariance ((n−1)/(n−2))·S − n/((n−1)(n−2))·uuᵀ. With ε on its diagonal that is
 *
 *     ((n−1)/(n−2)) · [ B − n/(n−1)²·uuᵀ ],   B = S + ε·(n−2)/(n−1)·I,
 *
 * so that by Sherman and Morrison, with q = uᵀB⁻¹u, the squared distance of x is
 *
 *     h² = (n/(n−1))² · (n−2)/(n−1) · q / (1 − n·q/(n−1)²).
 *
 * B differs from the fitted S + ε·I =: A by δ = ε/(n−1) on the diagonal: q = uᵀ(A − δI)⁻¹u = Σ δᵏ·uᵀA⁻⁽ᵏ⁺¹⁾u. As no
 * eigenvalue of A is below ε, each term is at most 1/(n−1) of the one before it, and what follows after K terms is at most
 * (n−1)⁻ᴷ·(n−1)/(n−2) of the first. With A⁻¹ = WᵀW the terms are the squared lengths of Wu, √δ·WᵀWu, δ·WWᵀWu, …
 *
 * The denominator is 1 minus the leverage of x. With few parts and many channels it is small, down to about ε·n/‖u‖², and
 * magnifies what single precision loses: the distances are exact to about 1e-6 over it. They never exceed what the
 * regularisation allows, ‖u‖·n/(n−1)/√ε.
 * @module
 */
import { distance, gridMap } from "../../../domain.ts";
import { rows } from "../../../base/tensor/tensor.ts";
import { buildModel } from "../../../engine/graph/model.ts";
import { gather, matMul, mul, reduceSum, sub, transpose } from "../../../engine/graph/ops.ts";
import { input, literal } from "../../../engine/graph/value.ts";
import type { Value } from "../../../engine/graph/value.ts";
import type { Observation } from "../../learn/contract.ts";
import type { Detection, LeftOutContext, LeftOutDetector } from "../contract.ts";
import { openFittedPatches, patchFeatures } from "../patch_features.ts";
import type { PaDiMFitted } from "./fitted.ts";

/** Pictures of one matrix product, filled up where there are fewer; the matrices are read once for all of them. */
const ROWS = 16;
/** What may be left out of q, relative to it. */
const REST = 1e-8;

/**
 * Loads the Gaussians into the runtime.
 *
 * @throws {RangeError} where fewer than 2 pictures would remain
 */
export async function leaveOutPaDiM(
  { runtime, pictures: n }: LeftOutContext,
  { epsilon }: { readonly epsilon: number },
  fitted: PaDiMFitted,
): Promise<LeftOutDetector> {
  if (n < 3) throw new RangeError(`Cannot leave a picture out of PaDiM's ${n} as at least 2 must remain`);
  const { height, width, channels } = fitted;
  const extractor = openFittedPatches(runtime, "PaDiM", fitted);
  const terms = Math.max(2, Math.ceil(Math.log(REST) / -Math.log(n - 1)));
  const session = await runtime.open(termsModel(fitted, terms, epsilon / (n - 1)), "PaDiM without a picture");

  async function detect({ features: maps }: Observation): Promise<Detection> {
    const patches = await extractor.extract(maps);
    const [N, P] = patches.shape;
    const map = gridMap([N, 1, height, width]);
    const score = distance([N]);
    for (let from = 0; from < N; from += ROWS) {
      const to = Math.min(from + ROWS, N);
      const some = patchFeatures([ROWS, P, channels]);
      some.data.set(rows(patches, from, to).data);
      const found = await session.run({ patches: some });
      const squares = Array.from({ length: terms }, (_, k) => found[`term${k}`].data);
      for (let i = 0; i < to - from; i++) {
        let most = 0;
        for (let p = 0; p < P; p++) {
          const at = p * ROWS + i;
          let q = 0;
          for (let k = terms - 1; k >= 0; k--) q += squares[k][at];
          const distance = leftOutDistance(q, found.squared.data[at], n, epsilon);
          map.data[(from + i) * P + p] = distance;
          most = Math.max(most, distance);
        }
        score.data[from + i] = most;
      }
    }
    return { map, score };
  }
  return {
    detect,
    async release() {
      await Promise.all([extractor.release(), session.release()]);
    },
  };
}

/** h of the formula above, where `squared` is ‖u‖². */
function leftOutDistance(q: number, squared: number, n: number, epsilon: number): number {
  const most = squared / epsilon;
  const rest = 1 - n * q / (n - 1) ** 2;
  const found = rest > 0 ? (n - 2) / (n - 1) * q / rest : most;
  return n / (n - 1) * Math.sqrt(Math.min(found, most));
}

/** ‖u‖² and the terms of q, each f32[P, ROWS]. */
function termsModel(fitted: PaDiMFitted, terms: number, delta: number): Uint8Array {
  const { height, width, channels, dims, mean, whitening } = fitted;
  const P = height * width;
  const C = dims.length;
  const patches = input("patches", "f32", [ROWS, P, channels]);
  const used = C === channels ? patches : gather(patches, literal({ dtype: "i32", shape: [C], data: dims }, "dims"), {
    axis: 2,
  });
  const centred = sub(used, literal({ dtype: "f32", shape: [P, C], data: mean }, "mean"));
  const matrix = literal({ dtype: "f32", shape: [P, C, C], data: unpacked(whitening, P, C) }, "whitening");
  const u = transpose(centred, [1, 2, 0]);
  const outputs: Record<string, Value<"f32">> = { squared: reduceSum(mul(u, u), { axes: [1] }) };
  // Scaled at each step, so that no term leaves single precision.
  const scale = literal({ dtype: "f32", shape: [], data: Float32Array.of(Math.sqrt(delta)) }, "scale");
  let vectors = u;
  for (let k = 0; k < terms; k++) {
    const from = k === 0 ? u : mul(vectors, scale);
    // (vᵀW)ᵀ is Wᵀv without a transposed copy of W.
    vectors = k % 2 === 0 ? matMul(matrix, from) : transpose(matMul(transpose(from, [0, 2, 1]), matrix), [0, 2, 1]);
    outputs[`term${k}`] = reduceSum(mul(vectors, vectors), { axes: [1] });
  }
  return buildModel({ inputs: [patches], outputs, name: "padim_left_out" });
}

/** Packed lower triangular matrices as whole ones: f32[P, C, C]. */
function unpacked(packed: Float32Array, positions: number, channels: number): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(positions * channels * channels);
  for (let p = 0, at = 0; p < positions; p++) {
    for (let i = 0; i < channels; i++) {
      whole.set(packed.subarray(at, at + i + 1), (p * channels + i) * channels);
      at += i + 1;
    }
  }
  return whole;
}
