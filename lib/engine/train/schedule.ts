/** Learning rates over the steps of a training. @module */

/** The learning rate of a step, counted from 0. */
export type Schedule = (step: number) => number;

/** The same rate at every step. */
export function constant(rate: number): Schedule {
  return () => rate;
}

/** `rate`, times `factor` from each of the given steps on. */
export function stepped(rate: number, at: readonly number[], factor: number): Schedule {
  return (step) => rate * factor ** at.filter((begin) => step >= begin).length;
}

/** Half a cosine from `rate` down to 0 over all steps (Loshchilov and Hutter 2017, Eq. 5 without restarts). */
export function cosine(rate: number, steps: number): Schedule {
  return (step) => 0.5 * rate * (1 + Math.cos(Math.PI * Math.min(step, steps) / steps));
}

/** Rises in a line over the first steps to what the schedule says. */
export function warmedUp(schedule: Schedule, steps: number): Schedule {
  return (step) => step < steps ? schedule(step) * (step + 1) / steps : schedule(step);
}
