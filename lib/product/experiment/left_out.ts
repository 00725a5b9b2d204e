/** How methods do on kinds of defects that were left out of their training, and how two of them compare there. @module */
import { auroc } from "../../method/evaluate/auroc.ts";
import { compareAuroc } from "../../method/evaluate/delong.ts";
import type { ScoredPart } from "./scored_part.ts";

/** Bad parts of a kind that a judge has not learned from, and good ones that it has not either, with their scores. */
export interface LeftOutKind {
  readonly kind: string;
  /** Nobody has named it: it is a cluster of bad parts. */
  readonly found?: true;
  readonly parts: readonly ScoredPart[];
}

/** The AUROC of each kind, averaged over the bad parts. */
export function leftOutAuroc(kinds: readonly LeftOutKind[]): number {
  let [sum, total] = [0, 0];
  for (const { parts } of kinds) {
    const bad = badOf(parts);
    sum += bad * areaOf(parts);
    total += bad;
  }
  return sum / total;
}

/** The AUROC of a kind's bad parts against the good ones beside them. */
export function areaOf(parts: readonly ScoredPart[]): number {
  return auroc(parts.map(({ score }) => score), labelsOf(parts));
}

/**
 * How far the first of two methods is below the second on kinds left out, in standard errors of the difference (DeLong's, kind by
 * kind); 0 or less where it is not below, or where nothing tells how sure that is.
 *
 * @param first kinds with the same parts as those of `second`
 */
export function belowOnKinds(first: readonly LeftOutKind[], second: readonly LeftOutKind[]): number {
  let [difference, variance, total] = [0, 0, 0];
  first.forEach(({ parts }, k) => {
    const bad = badOf(parts);
    if (bad < 2 || parts.length - bad < 2) return;
    const scores = (some: readonly ScoredPart[]) => some.map(({ score }) => score);
    const found = compareAuroc(scores(second[k].parts), scores(parts), labelsOf(parts));
    difference += bad * found.difference;
    variance += (bad * found.error) ** 2;
    total += bad;
  });
  if (total === 0 || difference <= 0) return 0;
  return variance > 0 ? difference / Math.sqrt(variance) : Infinity;
}

function badOf(parts: readonly ScoredPart[]): number {
  return parts.filter(({ label }) => label === "bad").length;
}

function labelsOf(parts: readonly ScoredPart[]): number[] {
  return parts.map(({ label }) => Number(label === "bad"));
}
