/**
 * Which pictures of a test set are worth a look: the most wrong and the most typical.
 * @module
 */
import type { ScoreSet } from "../experiment/results.ts";
import type { ScoredPart } from "../experiment/scored_part.ts";
import { decisionThreshold } from "./threshold.ts";

/** Why a picture is shown. The "nearly" ones stand in where nothing was wrong. */
export type Why =
  | "missed defect"
  | "nearly missed"
  | "false alarm"
  | "nearly a false alarm"
  | "clear defect"
  | "typical good";

/** A part and why it was chosen. */
export interface Selected {
  id: string;
  why: Why;
}

/**
 * Chooses parts in four groups of equal size: the bad parts with the lowest scores, the good parts with the highest, the bad
 * parts with the highest, and the good parts nearest to the median of good parts. What one group cannot fill, the groups
 * of wrong parts may use first. A part is chosen once; equal scores are ordered by id, so the order of the parts changes
 * nothing.
 *
 * @param count how many in all
 * @returns at most `count` parts, group by group, the most telling first
 * @throws {RangeError} where the count is not a whole number from 0, or a score is not a number
 *
 * ```ts
 * import { selectPictures } from "./select.ts";
 * const part = (id: string, label: "good" | "bad", score: number) => ({ id, label, unseen: false, score });
 * const parts = [part("a", "bad", 1), part("b", "good", 3), part("c", "bad", 9), part("d", "good", 0)];
 * const chosen = selectPictures({ benchmark: "", method: "", seed: 0, threshold: 2, parts }, 2);
 * console.assert(chosen[0].id === "a" && chosen[1].why === "false alarm");
 * ```
 */
export function selectPictures(scores: ScoreSet, count: number): Selected[] {
  if (!(Number.isInteger(count) && count >= 0)) {
    throw new RangeError(`Cannot select ${count} pictures as the count is a whole number from 0`);
  }
  const odd = scores.parts.find((part) => Number.isNaN(part.score));
  if (odd) throw new RangeError(`Cannot select pictures by score as the score of "${odd.id}" is not a number`);

  const threshold = decisionThreshold(scores);
  const good = ordered(scores.parts.filter((part) => part.label === "good"));
  const bad = ordered(scores.parts.filter((part) => part.label === "bad"));
  const middle = good[Math.floor((good.length - 1) / 2)]?.score;
  const byDistance = good.map((part) => ({ part, distance: distance(part.score, middle) }))
    .sort((a, b) => a.distance - b.distance || compareIds(a.part, b.part))
    .map(({ part }) => part);

  const groups: { parts: ScoredPart[]; why: (part: ScoredPart) => Why }[] = [
    { parts: bad, why: (part) => part.score < threshold ? "missed defect" : "nearly missed" },
    { parts: good.toReversed(), why: (part) => part.score >= threshold ? "false alarm" : "nearly a false alarm" },
    { parts: bad.toReversed(), why: () => "clear defect" },
    { parts: byDistance, why: () => "typical good" },
  ];
  const chosen = groups.map(() => [] as Selected[]);
  const taken = new Set<string>();
  // Round by round, so that each group has its share before another may have more.
  for (let left = count, progress = true; left > 0 && progress;) {
    progress = false;
    groups.forEach(({ parts, why }, g) => {
      const next = left > 0 ? parts.find((part) => !taken.has(part.id)) : undefined;
      if (!next) return;
      taken.add(next.id);
      chosen[g].push({ id: next.id, why: why(next) });
      left--;
      progress = true;
    });
  }
  return chosen.flat();
}

function distance(score: number, middle: number): number {
  return score === middle ? 0 : Math.abs(score - middle);
}

function ordered(parts: readonly ScoredPart[]): ScoredPart[] {
  return parts.toSorted((a, b) => (a.score < b.score ? -1 : a.score > b.score ? 1 : compareIds(a, b)));
}

function compareIds(a: ScoredPart, b: ScoredPart): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
