/**
 * Seeded random numbers that follow numpy's `RandomState` (MT19937) word for word, so that splits by seed are those of
 * the papers' Python code.
 * @module
 */
import { mersenne } from "pure-rand/generator/mersenne";

/** A seeded source. It holds state: make one where it is needed, and never share it between stages. */
export interface Random {
  /** The next 32-bit word. */
  u32(): number;
  /** Uniform in [0, 1) with 53 bits, numpy's `random_sample`. */
  uniform(): number;
  /** A whole number in 0 … n−1, numpy's `random_interval` (mask and reject). */
  below(n: number): number;
  /** Normal with mean 0 and deviation 1, numpy's legacy `standard_normal` (Marsaglia's polar method). */
  normal(): number;
  /** 0 … n−1 in random order, numpy's `permutation`. */
  permutation(n: number): Int32Array;
}

/**
 * Random numbers that are numpy's `RandomState` for the same seed: a run that is done again draws them again.
 *
 * @param seed a whole number from 0 to 2³²−1
 * @throws {RangeError} for any other seed
 *
 * ```ts
 * import { seededRandom } from "./random.ts";
 * console.assert(seededRandom(333).u32() === 2333417452); // numpy.random.RandomState(333).randint(2**32, dtype="u8")
 * ```
 */
export function seededRandom(seed: number): Random {
  if (!(Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff)) {
    throw new RangeError(`Cannot seed random numbers with ${seed} as a seed is a whole number from 0 to 4294967295`);
  }
  const words = mersenne(seed | 0);
  let spare: number | undefined;

  function u32(): number {
    return words.next() >>> 0;
  }
  function uniform(): number {
    const high = u32() >>> 5;
    const low = u32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }
  function below(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= 0x100000000)) {
      throw new RangeError(`Cannot draw a number below ${n} as the bound is a whole number from 1 to 4294967296`);
    }
    const mask = n === 1 ? 0 : 0xffffffff >>> Math.clz32(n - 1);
    if (mask === 0) return 0;
    for (;;) {
      const value = (u32() & mask) >>> 0;
      if (value < n) return value;
    }
  }
  function normal(): number {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const r2 = x * x + y * y;
      if (r2 >= 1 || r2 === 0) continue;
      const f = Math.sqrt(-2 * Math.log(r2) / r2);
      spare = f * x;
      return f * y;
    }
  }
  function permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = below(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
  return { u32, uniform, below, normal, permutation };
}
