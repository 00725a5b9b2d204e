/** The profile of a map's largest values: how strange its strangest place is, its two strangest, and so on. @module */

/**
 * How many of the largest values each mean is of: powers of two up to 256, as far as a map of P places has them.
 *
 * ```ts
 * import { profileSizes } from "./profile.ts";
 * console.assert(profileSizes(9).join() === "1,2,4,8");
 * ```
 */
export function profileSizes(P: number): number[] {
  return Array.from({ length: 9 }, (_, power) => 2 ** power).filter((size) => size <= P);
}

/**
 * The mean of the largest values of a map, for each of {@linkcode profileSizes}.
 *
 * ```ts
 * import { profileOf } from "./profile.ts";
 * console.assert(profileOf(new Float64Array([1, 4, 2])).join() === "4,3");
 * ```
 */
export function profileOf(map: Float64Array): number[] {
  const sorted = map.slice().sort();
  let sum = 0;
  let taken = 0;
  return profileSizes(map.length).map((size) => {
    while (taken < size) sum += sorted[sorted.length - ++taken];
    return sum / size;
  });
}
