/**
 * The power of two single-precision numbers, as the C library of GNU systems computes it.
 *
 * numpy's scalar power is C's `powf`, which glibc (since 2.28) computes through log₂ and 2ˣ with short polynomials over
 * small tables. It is not correctly rounded: about one result in 1,500 is the neighbour. Where an ulp of a feature must
 * be that of numpy on Linux, so must these constants.
 * @module
 */

/** log₂: 1/c and log₂ c for the middle c of each sixteenth of an octave. */
const INVERSE = Float64Array.of(
  1.398907162146528,
  1.3403141896637998,
  1.286432210124115,
  1.2367150214269895,
  1.1906977166711752,
  1.1479821020556429,
  1.1082251448272158,
  1.0711297413057381,
  1.036437278977283,
  1,
  0.9492859795739057,
  0.8951049428609004,
  0.8476821620351103,
  0.8050314851692001,
  0.7664671008843108,
  0.731428603316328,
);
const LOG = Float64Array.of(
  -0.48430022186289673,
  -0.42257122959194704,
  -0.3633754347673556,
  -0.30651309567405577,
  -0.25180720160537634,
  -0.19910014943794563,
  -0.14825100623281615,
  -0.09913323807318392,
  -0.051632812977629436,
  0,
  0.07508531937943004,
  0.15987125980713107,
  0.2384046664317681,
  0.31288288605863257,
  0.38370422656453185,
  0.451211048935815,
);
/** log₂(1 + r) ≈ r·(((A₀r + A₁)r + A₂)r + A₃)r + A₄), summed in the order below. */
const A = [0.288457581109214, -0.36092606229713164, 0.480898481472577, -0.7213474675006291, 1.4426950408774342];
/** 2ʳ ≈ 1 + C₂r + C₁r² + C₀r³ for |r| ≤ 1/64. */
const C = [0.05550361559341535, 0.2402284522445722, 0.6931471806916203];
const ROOTS = Float64Array.from({ length: 32 }, (_, i) => 2 ** (i / 32));

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/**
 * x to the power y in single precision.
 *
 * @param x a positive normal single-precision number
 * @param y such that the result is a normal number, too; else the result is rounded from double precision
 *
 * ```ts
 * import { powf } from "./powf.ts";
 * console.assert(powf(4, 1.5) === 8);
 * ```
 */
export function powf(x: number, y: number): number {
  const exact = Math.pow(x, y);
  if (!(x >= 2 ** -126 && exact >= 2 ** -126 && exact < 2 ** 127)) return Math.fround(exact);
  float[0] = x;
  const offset = bits[0] - 0x3f330000;
  const i = (offset >> 19) & 15;
  const octave = offset >> 23;
  bits[0] -= octave << 23;
  const r = float[0] * INVERSE[i] - 1;
  const r2 = r * r;
  const low = A[4] * r + (LOG[i] + octave);
  const log = (A[0] * r + A[1]) * (r2 * r2) + ((A[2] * r + A[3]) * r2 + low);
  const power = y * log;
  // Adding and taking away 1.5·2⁴⁷ rounds to a multiple of 1/32, ties to even.
  const near = power + 1.5 * 2 ** 47 - 1.5 * 2 ** 47;
  const rest = power - near;
  const step = near * 32;
  const scale = ROOTS[((step % 32) + 32) % 32] * 2 ** Math.floor(step / 32);
  const value = (C[0] * rest + C[1]) * (rest * rest) + (C[2] * rest + 1);
  return Math.fround(value * scale);
}
