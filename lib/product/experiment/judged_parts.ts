/** Scores of parts as arrays, and whether several can be compared. @module */
import type { ScoredPart } from "./scored_part.ts";
import type { ScoreSet } from "./results.ts";

/** The scores of parts. */
export function scoresOf(parts: readonly ScoredPart[]): Float64Array {
  return Float64Array.from(parts, (part) => part.score);
}

/** The labels of parts: 1 for bad, 0 for good. */
export function labelsOf(parts: readonly ScoredPart[]): Uint8Array {
  return Uint8Array.from(parts, (part) => part.label === "bad" ? 1 : 0);
}

/** The parts that a set judges, as comparisons and resamples take them. */
export function judgedParts({ parts }: ScoreSet) {
  return { ids: parts.map(({ id }) => id), labels: labelsOf(parts), scores: scoresOf(parts) };
}

/** Whether all sets judge the same parts, at least two of a class. */
export function comparable(sets: readonly ScoreSet[]): boolean {
  const [{ parts }] = sets;
  const bad = parts.filter((part) => part.label === "bad").length;
  return bad >= 2 && parts.length - bad >= 2 &&
    sets.every((set) => set.parts.length === parts.length && set.parts.every((part, i) => part.id === parts[i].id));
}
