/** Intervals of the rows by resamples of the parts. @module */
import { bootstrapSeeds } from "../../method/evaluate/bootstrap_seeds.ts";
import type { ResultRow, ScoreSet } from "./results.ts";
import { judgedParts } from "./judged_parts.ts";

/** The seed of the resamples. */
const RESAMPLING_SEED = 0;

/** The bootstrap intervals of the rows, by the benchmark and method as JSON. */
export function bootstrapIntervals(sets: readonly ScoreSet[]): Map<string, Pick<ResultRow, "bootstrap">> {
  const found = new Map<string, Pick<ResultRow, "bootstrap">>();
  for (const [benchmark, all] of Map.groupBy(sets, (set) => set.benchmark)) {
    const classes = Map.groupBy(all.flatMap(({ parts }) => parts), ({ label }) => label);
    if ([...classes.values()].some((parts) => new Set(parts.map(({ id }) => id)).size < 2)) continue;
    const methods = Map.groupBy(all, ({ method }) => method);
    const intervals = bootstrapSeeds([...methods.values()].map((own) => own.map(judgedParts)), {
      seed: RESAMPLING_SEED,
    });
    for (const [i, method] of [...methods.keys()].entries()) {
      found.set(JSON.stringify([benchmark, method]), { bootstrap: intervals[i] });
    }
  }
  return found;
}
