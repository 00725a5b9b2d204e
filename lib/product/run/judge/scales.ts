/**
 * How methods are put together: what trained judges and detectors alone count beside each other, by their scores of parts
 * that they have not seen.
 * @module
 */
import { auroc } from "../../../method/evaluate/auroc.ts";
import type { Member } from "../../../method/judge/contract.ts";
import { logOf, sumScores } from "../../../method/judge/together.ts";
import { belowOnKinds, leftOutAuroc, type LeftOutKind } from "../../experiment/left_out.ts";
import type { ScoreSet } from "../../experiment/results.ts";
import type { ScoredPart } from "../../experiment/scored_part.ts";

/** How a method's scores count among others. */
export type Scale = Omit<Member, "judge">;

/** From so many standard errors on a method is below another one beyond chance: 95 %, one-sided; less than half a point never. */
const BEYOND = 1.645;
const POINT = 0.005;
/** What a detector may count beside what is trained, where kinds that are left out want it … */
const WEIGHTS = [0.5, 1, 2, 4, 8];
/** … and what that may cost in AUROC where the kinds are found and not known: clusters may be kinds of parts, good ones too. */
const FREE = 0.002;

/**
 * The scales of methods that are put together, by their scores of the same parts.
 *
 * What is trained counts once. A detector, which learns from no bad part, helps where there are few of them, and where a kind
 * is new: it counts the more, until the sum is not below the best detector on kinds that were left out, beyond chance.
 *
 * @param alone which of the sets are a detector's own scores, which are distances
 */
export function scalesOf(sets: readonly ScoreSet[], alone: readonly boolean[]): Scale[] {
  const bad = sets[0].parts.filter(({ label }) => label === "bad").length;
  const usual = 10 / (20 + bad);
  const detectors = sets.filter((_, m) => alone[m]);
  const weights = [usual, ...WEIGHTS.filter((weight) => weight > usual)];
  const found = sets.some(({ leftOut = [] }) => leftOut.some((kind) => kind.found));
  const area = (weight: number) => aurocOf(sets[0].parts, scoresTogether(sets, scalesBy(sets, alone, weight)));
  const allowed = found ? weights.filter((weight) => area(weight) >= area(usual) - FREE) : weights;
  const enough = allowed.findIndex((weight) => {
    const kinds = kindsTogether(sets, scalesBy(sets, alone, weight));
    return kinds === undefined || !isBelow(kinds, detectors);
  });
  return scalesBy(sets, alone, allowed.at(enough)!);
}

/** Whether something is below the best of some detectors on kinds that were left out, beyond chance. */
export function isBelow(kinds: readonly LeftOutKind[], detectors: readonly ScoreSet[]): boolean {
  return detectors.some(({ leftOut }) =>
    leftOut && leftOutAuroc(leftOut) - leftOutAuroc(kinds) > POINT && belowOnKinds(kinds, leftOut) > BEYOND
  );
}

/** Kinds that were left out, as methods together score them; undefined where there are none. */
export function kindsTogether(sets: readonly ScoreSet[], scales: readonly Scale[]): LeftOutKind[] | undefined {
  if (sets.some(({ leftOut }) => leftOut === undefined)) return undefined;
  return sets[0].leftOut!.map((own, k) => {
    const each = sets.map(({ leftOut }) => leftOut![k].parts.map(({ score }) => score));
    const sums = sumScores(scales, each);
    return { ...own, parts: own.parts.map((part, n) => ({ ...part, score: sums[n] })) };
  });
}

function scalesBy(sets: readonly ScoreSet[], alone: readonly boolean[], detector: number): Scale[] {
  return sets.map(({ parts }, m) => {
    const log = alone[m];
    const good = parts.filter(({ label }) => label === "good").map(({ score }) => log ? logOf(score) : score);
    const mean = good.reduce((sum, value) => sum + value, 0) / good.length;
    const variance = good.reduce((sum, value) => sum + (value - mean) ** 2, 0) / good.length;
    return {
      ...log && { log: true as const },
      mean,
      deviation: variance > 0 ? Math.sqrt(variance) : 1,
      // What gives all good parts one score has no scale, and says nothing.
      weight: variance > 0 ? log ? detector : 1 : 0,
    };
  });
}

function aurocOf(parts: readonly ScoredPart[], scores: readonly number[]): number {
  return auroc(scores, parts.map(({ label }) => Number(label === "bad")));
}

/** The scores of methods together, part by part. */
export function scoresTogether(sets: readonly ScoreSet[], scales: readonly Scale[]): number[] {
  return [...sumScores(scales, sets.map(({ parts }) => parts.map(({ score }) => score)))];
}
