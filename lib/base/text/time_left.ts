/** How far the fits and trainings of a run are, and how long the others will take. @module */

/** Counts the cells of a grid and learns how long each kind takes. */
export interface GridClock {
  /** A cell of a kind took so many seconds; gives a line for the reader, or nothing where no cell is left. */
  done(kind: string, seconds: number): string | undefined;
}

/**
 * A clock for cells in their order, each called by its kind: a detector or classifier. A kind that has not been seen yet
 * is taken to last as long as the mean of those that have.
 *
 * ```ts
 * import { gridClock } from "./time_left.ts";
 * const clock = gridClock(["padim", "rd4ad", "padim"]);
 * console.assert(clock.done("padim", 60) === "1 of 3 fits and trainings done, about 2 min left for the others");
 * ```
 */
export function gridClock(kinds: readonly string[]): GridClock {
  const left = [...kinds];
  const taken = new Map<string, number[]>();
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    done(kind, seconds) {
      left.splice(left.indexOf(kind), 1);
      taken.set(kind, [...taken.get(kind) ?? [], seconds]);
      if (left.length === 0) return undefined;
      const known = new Map([...taken].map(([name, times]) => [name, mean(times)]));
      const other = mean([...known.values()]);
      const ahead = left.reduce((sum, name) => sum + (known.get(name) ?? other), 0);
      return `${kinds.length - left.length} of ${kinds.length} fits and trainings done, about ${inWords(ahead)} left ` +
        "for the others";
    },
  };
}

function inWords(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** How long work takes that several do at once. */
export interface FleetClock {
  /** A piece of a kind took so many seconds. */
  done(kind: string, seconds: number): void;
  /** Seconds that so many workers will take for the others; undefined before the first is done. */
  left(workers: number): number | undefined;
}

/**
 * A clock for pieces of work, each called by its kind; a kind that has not been seen yet is taken to last as long as the
 * mean of those that have.
 *
 * ```ts
 * import { fleetClock } from "./time_left.ts";
 * const clock = fleetClock(["fit", "map", "map", "map"]);
 * clock.done("map", 10);
 * clock.done("fit", 60);
 * console.assert(clock.left(2) === 10);
 * ```
 */
export function fleetClock(kinds: readonly string[]): FleetClock {
  const left = new Map<string, number>();
  for (const kind of kinds) left.set(kind, (left.get(kind) ?? 0) + 1);
  const taken = new Map<string, { count: number; seconds: number }>();
  return {
    done(kind, seconds) {
      left.set(kind, (left.get(kind) ?? 0) - 1);
      const before = taken.get(kind) ?? { count: 0, seconds: 0 };
      taken.set(kind, { count: before.count + 1, seconds: before.seconds + seconds });
    },
    left(workers) {
      const means = new Map([...taken].map(([kind, { count, seconds }]) => [kind, seconds / count]));
      if (means.size === 0) return undefined;
      const other = [...means.values()].reduce((sum, mean) => sum + mean) / means.size;
      const ahead = [...left].reduce((sum, [kind, count]) => sum + count * (means.get(kind) ?? other), 0);
      return ahead / workers;
    },
  };
}
