/** Tasks that are done in a row by one process, as they share what is dear. @module */
import { MOST_LOADED } from "./resources.ts";
import type { AnyTask } from "./steps.ts";
import type { Kind } from "./task.ts";

/** Tasks that look at the same pictures, and how many things they count for in progress. */
export interface Round {
  readonly tasks: readonly AnyTask[];
  readonly count: number;
}

/**
 * Maps of one chunk of pictures are made one after the other, so that the backbone sees it once for all detectors of all
 * seeds, and no more detectors at a time than are loaded.
 */
export function roundsOf(kind: Kind, tasks: readonly AnyTask[]): Round[] {
  const maps = tasks.flatMap((task) => task.kind === "map" ? [task] : []);
  if (kind !== "map") return tasks.map((task) => ({ tasks: [task], count: 1 }));
  const fits = [...new Set(maps.map(({ spec }) => spec.fit))];
  const groups = Map.groupBy(maps, ({ spec }) => Math.floor(fits.indexOf(spec.fit) / MOST_LOADED));
  return [...groups.values()].flatMap((group) =>
    [...Map.groupBy(group, ({ spec }) => spec.chunk).values()].map((some) => ({
      tasks: some,
      count: new Set(some.flatMap(({ spec }) => spec.pictures.map(({ id }) => id))).size,
    }))
  );
}
