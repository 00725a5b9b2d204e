/** Drawing numbers from a seeded source. @module */
import type { Random } from "../../base/tensor/random.ts";
import type { Lobe } from "./spec.ts";

/** Uniform from `from` to `to`. */
export function uniform(random: Random, from: number, to: number): number {
  return from + (to - from) * random.uniform();
}

/** Normal around 0, at most `limit` deviations away. */
export function bell(random: Random, deviation: number, limit = 2.2): number {
  const value = random.normal();
  return deviation * (Math.abs(value) <= limit ? value : uniform(random, -limit, limit));
}

/** True with a probability. */
export function chance(random: Random, probability: number): boolean {
  return random.uniform() < probability;
}

/** One of some values, each as likely. */
export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.below(values.length)];
}

/** +1 or −1. */
export function sign(random: Random): 1 | -1 {
  return random.below(2) === 0 ? 1 : -1;
}

/** A start inside a 512 × 512 tile. */
export function phase(random: Random): [number, number] {
  return [random.below(512), random.below(512)];
}

/** Waves of an outline, finer ones weaker. */
export function lobes(random: Random, amplitude: number, waves: readonly number[] = [2, 3, 4, 5, 7]): Lobe[] {
  return waves.map((k) => ({
    k,
    amplitude: amplitude * uniform(random, 0.3, 1) / Math.sqrt(k - 1),
    phase: uniform(random, 0, 2 * Math.PI),
  }));
}

/** One 32-bit seed from several numbers, so that neighbours have nothing in common. */
export function mixSeed(...values: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const value of values) {
    hash = Math.imul(hash ^ (value >>> 0), 0x85ebca6b);
    hash ^= hash >>> 13;
    hash = Math.imul(hash, 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}
