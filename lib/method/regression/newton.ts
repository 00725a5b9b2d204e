/** Newton's method for a convex function. @module */

/** A strictly convex function of some numbers. */
export interface Convex {
  /** Its value. */
  loss(point: Float64Array): number;
  /** The minimum of its second-order approximation at a point. */
  aim(point: Float64Array): Float64Array;
}

const MOST_STEPS = 100;
/** A step that lowers the loss by no more than this share of it is the last. */
const TOLERANCE = 1e-14;

/**
 * Where the function is least: whole Newton steps, halved as often as they do not lower the loss.
 *
 * @throws {RangeError} where it does not converge, as with numbers beyond double precision
 *
 * ```ts
 * import { minimise } from "./newton.ts";
 * const cosh = {
 *   loss: ([x]: Float64Array) => Math.cosh(x - 1),
 *   aim: ([x]: Float64Array) => Float64Array.of(x - Math.tanh(x - 1)),
 * };
 * console.assert(Math.abs(minimise(cosh, Float64Array.of(5))[0] - 1) < 1e-9);
 * ```
 */
export function minimise({ loss, aim }: Convex, start: Float64Array): Float64Array {
  let point = start;
  let value = loss(point);
  for (let step = 0; step < MOST_STEPS; step++) {
    const target = aim(point);
    let share = 1;
    let next = target;
    let found = loss(next);
    while (!(found <= value) && share > 1e-12) {
      share /= 2;
      next = point.map((from, i) => from + share * (target[i] - from));
      found = loss(next);
    }
    const gain = value - found;
    if (gain >= 0) [point, value] = [next, found];
    // Not a number where the loss has left double precision: that is no minimum.
    if (gain <= TOLERANCE * Math.abs(value)) return point;
  }
  throw new RangeError(`Cannot minimise a loss as ${MOST_STEPS} Newton steps do not converge: it is ${value}`);
}
