/**
 * Python's `random.Random(seed).shuffle`, so that a split that a Python script drew can be drawn again.
 *
 * The generator is the Mersenne Twister, started by an array of one word (Matsumoto and Nishimura 1998, 2002).
 * @module
 */

/** Shuffles in place, again and again from one seed, as `random.Random(seed)` does; the seed is a whole number below 2³². */
export function pythonShuffler(seed: number): <T>(items: T[]) => T[] {
  const words = wordsOf(seed);
  function below(count: number): number {
    const bits = 32 - Math.clz32(count);
    for (;;) {
      const value = words() >>> (32 - bits);
      if (value < count) return value;
    }
  }
  return (items) => {
    for (let i = items.length - 1; i > 0; i--) {
      const j = below(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  };
}

function wordsOf(seed: number): () => number {
  const N = 624;
  const state = new Uint32Array(N);
  state[0] = 19650218;
  for (let i = 1; i < N; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  let i = 1;
  for (let k = 0; k < N; k++) {
    state[i] = (state[i] ^ Math.imul(state[i - 1] ^ (state[i - 1] >>> 30), 1664525)) + seed;
    if (++i >= N) [state[0], i] = [state[N - 1], 1];
  }
  for (let k = 0; k < N - 1; k++) {
    state[i] = (state[i] ^ Math.imul(state[i - 1] ^ (state[i - 1] >>> 30), 1566083941)) - i;
    if (++i >= N) [state[0], i] = [state[N - 1], 1];
  }
  state[0] = 0x80000000;
  let at = N;
  return () => {
    if (at >= N) {
      for (let k = 0; k < N; k++) {
        const y = (state[k] & 0x80000000) | (state[(k + 1) % N] & 0x7fffffff);
        state[k] = state[(k + 397) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      at = 0;
    }
    let y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}
