/** Two versions side by side: which past decisions would be others, and how each does on the frozen control set. @module */
import { decide } from "../../method/evaluate/decide.ts";
import { openRejudge } from "../model/rejudge.ts";
import { listParts, type Part } from "./parts.ts";
import { rescoredParts, seenParts } from "./seen.ts";
import type { Station } from "./station.ts";
import type { StoredDecision } from "./verdicts.ts";
import type { Version } from "./versions.ts";

/** What a version says of a part. */
export interface Said {
  readonly score: number;
  readonly decision: StoredDecision;
}

/** A part of which two versions say something else. */
export interface Flip {
  readonly part: Part;
  readonly before: Said;
  readonly after: Said;
  /** Which of them a person agrees with; null where nobody has said what the part is. */
  readonly right: "before" | "after" | null;
}

/** What a version does to labelled parts. */
export interface ControlFigures {
  readonly good: number;
  readonly bad: number;
  /** Bad parts that are not called good. */
  readonly caught: number;
  /** Good parts that are called bad. */
  readonly alarms: number;
  /** Parts that are to be looked at. */
  readonly looked: number;
}

/** See {@linkcode compareVersions}. */
export interface Comparison {
  /** Parts that both have judged. */
  readonly judged: number;
  /** Past parts that one of them has not. */
  readonly missing: number;
  /** Those that a person has labelled first, then the newest. */
  readonly flips: readonly Flip[];
  readonly counts: {
    /** Good before and not good after … */
    readonly toBad: number;
    /** … and the other way. */
    readonly toGood: number;
    /** Flips by which a labelled part is decided rightly, and no more so. */
    readonly right: number;
    readonly wrong: number;
  };
  /** Over the control set; null where it has no part that both have judged. */
  readonly control: { readonly parts: number; readonly before: ControlFigures; readonly after: ControlFigures } | null;
}

/** Parts that are compared, the newest. */
export const MOST_COMPARED = 20_000;

/** The parts of a project that models are compared on: those that were judged, and the control set. */
export function comparedParts(station: Station, project: string): Part[] {
  const judged = listParts(station, project, { role: "judged", limit: MOST_COMPARED }).parts;
  const control = listParts(station, project, { role: "training", control: true, limit: MOST_COMPARED }).parts;
  return [...judged, ...control].filter(({ verdict }) => verdict === null || verdict.score !== null);
}

/**
 * What a version says of parts: by its own verdict, by what was seen of a part in the same way, or by what was kept of a
 * comparison. Parts of which nothing of these is known are left out.
 */
export async function saidBy(
  station: Station,
  version: Version,
  parts: readonly Part[],
): Promise<Map<number, Said>> {
  // The judge of an exported model is not to be had without the rest of it.
  const rejudge = version.facts.exported ? undefined : await openRejudge(version.run);
  try {
    const { threshold, review } = rejudge?.model.decision ?? version.facts.decision;
    const scores = rescoredParts(station, version.id);
    for (const { id, verdict } of parts) {
      if (verdict?.version === version.id && verdict.score !== null) scores.set(id, verdict.score);
    }
    const open = parts.filter(({ id }) => !scores.has(id)).map(({ id }) => id);
    const seen = rejudge ? [...seenParts(station, open, rejudge.sight, rejudge.columns)] : [];
    for (let at = 0; rejudge && at < seen.length; at += BATCH) {
      const some = seen.slice(at, at + BATCH);
      const found = await rejudge.judge(some.map(([, one]) => one));
      some.forEach(([part], n) => scores.set(part, found[n]));
    }
    return new Map(
      parts.flatMap(({ id }): [number, Said][] => {
        const score = scores.get(id);
        return score === undefined ? [] : [[id, { score, decision: decide(score, threshold, review) }]];
      }),
    );
  } finally {
    await rejudge?.close();
  }
}

/** Parts that are judged again at once. */
const BATCH = 512;

/** Compares what two versions say of past parts, each by its threshold as it is now. */
export async function compareVersions(
  station: Station,
  { before, after }: { readonly before: Version; readonly after: Version },
): Promise<Comparison> {
  const parts = comparedParts(station, after.project);
  const [was, is] = [await saidBy(station, before, parts), await saidBy(station, after, parts)];
  const both = parts.filter(({ id }) => was.has(id) && is.has(id));
  const flips = both.filter(({ id }) => was.get(id)!.decision !== is.get(id)!.decision).map((part): Flip => {
    const [before, after] = [was.get(part.id)!, is.get(part.id)!];
    return { part, before, after, right: whoIsRight(part, before, after) };
  }).sort((a, b) => Number(b.right !== null) - Number(a.right !== null) || b.part.id - a.part.id);
  const control = both.filter((part) => part.control && part.label !== null);
  const count = (which: (flip: Flip) => boolean) => flips.filter(which).length;
  return {
    judged: both.length,
    missing: parts.length - both.length,
    flips,
    counts: {
      toBad: count(({ before, after }) => before.decision === "good" && after.decision !== "good"),
      toGood: count(({ before, after }) => before.decision !== "good" && after.decision === "good"),
      right: count(({ right }) => right === "after"),
      wrong: count(({ right }) => right === "before"),
    },
    control: control.length === 0 ? null : {
      parts: control.length,
      before: figures(control, was),
      after: figures(control, is),
    },
  };
}

/** "review" is neither right nor wrong against the right decision, and better than the wrong one. */
function whoIsRight({ label }: Part, before: Said, after: Said): Flip["right"] {
  if (label === null) return null;
  const rank = ({ decision }: Said) => decision === label ? 2 : decision === "review" ? 1 : 0;
  return rank(after) > rank(before) ? "after" : rank(after) < rank(before) ? "before" : null;
}

function figures(parts: readonly Part[], said: ReadonlyMap<number, Said>): ControlFigures {
  const count = (label: Part["label"], which: (decision: StoredDecision) => boolean) =>
    parts.filter((part) => part.label === label && which(said.get(part.id)!.decision)).length;
  return {
    good: count("good", () => true),
    bad: count("bad", () => true),
    caught: count("bad", (decision) => decision !== "good"),
    alarms: count("good", (decision) => decision === "bad"),
    looked: count("good", (decision) => decision === "review") + count("bad", (decision) => decision === "review"),
  };
}
