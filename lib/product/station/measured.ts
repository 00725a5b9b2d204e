/** What parts that were judged are like, by what a model watches. @module */
import type { Watched } from "../drift/watched.ts";
import type { WatchedPart } from "../drift/find_drift.ts";
import type { Station } from "./station.ts";

/** Keeps what was watched of a part when it was judged. */
export function keepMeasured(station: Station, verdict: number, watched: Watched): void {
  station.run("INSERT INTO measured VALUES (?, ?)", verdict, JSON.stringify(watched));
}

/** Which verdicts of a version. */
export interface MeasuredQuery {
  readonly project: string;
  readonly version: number;
  /** Those that came after this one. */
  readonly after?: number;
  readonly limit: number;
  /** The first of them, or the last, which is the default. */
  readonly order?: "first" | "last";
}

/** How many there are, counted up to the limit. */
export function countMeasured(station: Station, { project, version, after = 0, limit }: MeasuredQuery): number {
  const { count } = station.first<{ count: number }>(
    `SELECT count(*) AS count FROM (
       SELECT 1 FROM verdict JOIN measured ON measured.verdict = verdict.id
       WHERE project = ? AND verdict.id > ? AND version = ? AND decision IN ('good', 'review', 'bad') LIMIT ?)`,
    ...[project, after, version, limit],
  )!;
  return count;
}

/**
 * What was watched of parts that a version has judged, the oldest first, each called by the number of its part; with the
 * numbers of the first verdict and the last. Pictures that were not judged tell nothing of the parts.
 */
export function measuredParts(
  station: Station,
  { project, version, after = 0, limit, order = "last" }: MeasuredQuery,
): { readonly parts: WatchedPart[]; readonly last: number } {
  const rows = station.all<{ id: number; part: number; measures: string }>(
    `SELECT verdict.id AS id, part, measures FROM verdict JOIN measured ON measured.verdict = verdict.id
     WHERE project = ? AND verdict.id > ? AND version = ? AND decision IN ('good', 'review', 'bad')
     ORDER BY verdict.id ${order === "last" ? "DESC" : ""} LIMIT ?`,
    ...[project, after, version, limit],
  );
  if (order === "last") rows.reverse();
  return {
    parts: rows.map(({ part, measures }) => ({ id: `${part}`, watched: JSON.parse(measures) })),
    last: rows.at(-1)?.id ?? after,
  };
}
