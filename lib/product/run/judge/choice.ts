/** Which of several methods a run relies on, by their scores of parts that they have not seen. @module */
import { compareAuroc } from "../../../method/evaluate/delong.ts";
import type { ScoreSet } from "../../experiment/results.ts";
import { isBelow, type Scale, scoresTogether } from "./scales.ts";

/**
 * Which of some methods to rely on: the first, unless another tells good and bad parts apart better by more than one standard
 * error of the difference (DeLong); of several such the best. None that is below one of the detectors alone on known kinds
 * that were left out, beyond chance.
 *
 * The first is what does best on other data: of few bad parts the highest figure is often chance. The rule of one standard
 * error is that of Breiman et al. (Classification and Regression Trees, 1984, section 3.4.3).
 *
 * @param sets scores of the same parts in the same order
 * @param alone which of the sets are a detector's own scores
 */
export function bestOf(
  sets: readonly ScoreSet[],
  alone: readonly boolean[],
  counts: (id: string) => boolean = () => true,
): number {
  const able = ableOf(sets, alone);
  const counted = (m: number) => sets[m].parts.filter(({ id }) => counts(id));
  const labels = counted(able[0]).map(({ label }) => Number(label === "bad"));
  const bad = labels.reduce((sum, label) => sum + label, 0);
  // Of one part of a class no error is known.
  if (Math.min(bad, labels.length - bad) < 2) return able[0];
  const scoresOf = (m: number) => counted(m).map(({ score }) => score);
  const first = scoresOf(able[0]);
  const gains = able.map((m) => compareAuroc(scoresOf(m), first, labels)).map(({ difference, error }) =>
    difference > error + 1e-12 ? difference : 0
  );
  return able[gains.indexOf(Math.max(...gains))];
}

/** Those that are not below a detector alone on known kinds that were left out, beyond chance. */
function ableOf(sets: readonly ScoreSet[], alone: readonly boolean[]): number[] {
  const detectors = sets.filter((_, m) => alone[m]);
  return [...sets.keys()].filter((m) => {
    const { leftOut } = sets[m];
    return alone[m] || !leftOut || leftOut.some(({ found }) => found) || !isBelow(leftOut, detectors);
  });
}

/**
 * Whether what a method finds of kinds that were left out has a say in the choice: not where another one is chosen whatever
 * that is, of all parts and of those of all folds but one.
 *
 * @param sets without kinds that were left out of the method
 */
export function mayBeChosen(
  sets: readonly ScoreSet[],
  alone: readonly boolean[],
  method: number,
  folds: ReadonlyMap<string, number>,
): boolean {
  // Whatever else is chosen is compared with the first.
  if (ableOf(sets, alone)[0] === method) return true;
  const chosen = [undefined, ...new Set(folds.values())].map((fold) =>
    bestOf(sets, alone, (id) => fold === undefined || folds.get(id) !== fold)
  );
  return chosen.includes(method);
}

/**
 * The scores of the best of some methods: of the parts of a fold those of the method that all other folds would choose, so
 * that a part has no say in what judges it. Methods are brought to one scale first.
 */
export function scoresOfBest(
  sets: readonly ScoreSet[],
  scales: readonly Scale[],
  folds: ReadonlyMap<string, number>,
  alone: readonly boolean[],
): number[] {
  const scaled = sets.map((set, m) => scoresTogether([set], [{ ...scales[m], weight: 1 }]));
  const chosen = new Map(
    [...new Set(folds.values())].map((fold) => [fold, bestOf(sets, alone, (id) => folds.get(id) !== fold)]),
  );
  return sets[0].parts.map(({ id }, n) => scaled[chosen.get(folds.get(id) ?? 0) ?? 0][n]);
}
