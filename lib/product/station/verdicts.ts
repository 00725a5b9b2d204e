/** What models have said of parts. A verdict is never changed: another one follows. @module */
import { addEvent } from "./events.ts";
import { now, type Station } from "./station.ts";

/** What is decided of a part; "unread" where the picture cannot be read, "not_judged" where it is not one of this part. */
export type StoredDecision = "good" | "review" | "bad" | "unread" | "not_judged";

/** What one segment has done to a score. */
export interface SegmentShare {
  /** Null is the whole picture. */
  readonly name: string | null;
  /** To the score, in log-odds; positive is towards bad. */
  readonly contribution: number;
  /** What in it has pushed the score furthest towards bad. */
  readonly worst: {
    readonly detector: string;
    readonly statistic: string;
    /** Null where it cannot be computed. */
    readonly value: number | null;
    /** The share of good parts that it lies beyond, 0 to 1, and on which side of them. */
    readonly share?: number;
    readonly side?: "above" | "below";
  } | null;
}

/** The strangest place, in shares of the picture's sides, 0 to 1. */
export interface ShareBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly detector: string;
  readonly segment?: string;
}

/** A verdict before it is kept. */
export interface NewVerdict {
  readonly score: number | null;
  readonly decision: StoredDecision;
  /** By which it was decided. */
  readonly threshold: number;
  readonly review: number | null;
  /** For who works at the line. */
  readonly reason: string;
  /** The statistics behind it, in words. */
  readonly statistics: string;
  /** From when the picture was taken up to the verdict. */
  readonly milliseconds: number;
  readonly segments: readonly SegmentShare[];
  readonly box: ShareBox | null;
  readonly error?: string;
}

/** A verdict as it is kept. */
export interface StoredVerdict extends NewVerdict {
  readonly id: number;
  readonly part: number;
  readonly version: number;
  readonly at: string;
  /** As the file was called this time. */
  readonly name: string;
  readonly source: string;
}

export type VerdictRow = Omit<StoredVerdict, "segments" | "box" | "error" | "statistics"> & {
  readonly project: string;
  readonly more: string;
};

/** Adds a verdict, which becomes the part's latest. */
export function addVerdict(
  station: Station,
  { project, part, version, name, source, verdict }: {
    readonly project: string;
    readonly part: number;
    readonly version: number;
    readonly name: string;
    readonly source: string;
    readonly verdict: NewVerdict;
  },
): StoredVerdict {
  const { score, decision, threshold, review, reason, milliseconds, ...more } = verdict;
  return station.transaction(() => {
    const at = now();
    const { id } = station.run(
      `INSERT INTO verdict (project, part, version, at, name, source, score, decision, threshold, review, reason, milliseconds, more)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[project, part, version, at, name, source, score, decision, threshold, review, reason, milliseconds],
      JSON.stringify(more),
    );
    station.run("UPDATE part SET verdict = ? WHERE id = ?", id, part);
    const stored: StoredVerdict = { id, part, version, at, name, source, ...verdict };
    addEvent(station, { project, kind: "verdict", part, data: { part, name, source, verdict: stored } });
    return stored;
  });
}

/** How many verdicts a project has, by what was decided. */
export function countVerdicts(station: Station, project: string): Partial<Record<StoredDecision, number>> {
  const rows = station.all<{ decision: StoredDecision; count: number }>(
    "SELECT decision, count(*) AS count FROM verdict WHERE project = ? GROUP BY decision",
    project,
  );
  return Object.fromEntries(rows.map(({ decision, count }) => [decision, count]));
}

export function parseVerdict({ project: _, more, ...row }: VerdictRow): StoredVerdict {
  return { ...row, ...JSON.parse(more) };
}
