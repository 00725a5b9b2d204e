/** What a line has brought, hour by hour: decisions, scores, and what the pictures were like. @module */
import type { Station } from "./station.ts";
import type { StoredDecision } from "./verdicts.ts";

/** One hour. */
export interface LineHour {
  /** Its beginning. */
  readonly at: string;
  readonly counts: Readonly<Record<StoredDecision, number>>;
  /** Scored parts in each bin. */
  readonly scores: readonly number[];
  /** The mean grey value of its pictures, 0 to 255; null where that was not measured. */
  readonly light: number | null;
  /** How far they lie from the mean good picture, in shares of its sides; null where that was not measured. */
  readonly shift: { readonly right: number; readonly down: number } | null;
}

/** Hours up to now. */
export interface LineHours {
  /** From the lowest to the highest score; all bins are as wide. */
  readonly bins: { readonly low: number; readonly high: number; readonly count: number };
  /** The oldest first; an hour without parts has no counts. */
  readonly hours: readonly LineHour[];
}

/** Bins of a histogram of scores. */
const BINS = 24;
const HOUR = 3_600_000;
const NONE = { good: 0, review: 0, bad: 0, unread: 0, not_judged: 0 };

/**
 * The verdicts of a project by hours.
 *
 * @param until in the last hour
 * @param count hours; 1 or more
 */
export function lineHours(station: Station, project: string, until: Date, count: number): LineHours {
  const last = Math.floor(until.getTime() / HOUR) * HOUR;
  const begins = Array.from({ length: count }, (_, i) => new Date(last - (count - 1 - i) * HOUR).toISOString());
  const within = [project, begins[0], new Date(last + HOUR).toISOString()] as const;
  const where = "FROM verdict WHERE project = ? AND at >= ? AND at < ?";
  const range = station.first<{ low: number | null; high: number | null }>(
    `SELECT min(score) AS low, max(score) AS high ${where}`,
    ...within,
  );
  const [low, high] = [range?.low ?? 0, range?.high ?? 1];
  const width = (high - low) / BINS || 1;
  const decided = station.all<{ hour: string; decision: StoredDecision; count: number }>(
    `SELECT substr(at, 1, 13) AS hour, decision, count(*) AS count ${where} GROUP BY hour, decision`,
    ...within,
  );
  const scored = station.all<{ hour: string; bin: number; count: number }>(
    `SELECT substr(at, 1, 13) AS hour, min(${BINS - 1}, CAST((score - ?) / ? AS INTEGER)) AS bin, count(*) AS count
     ${where} AND score IS NOT NULL GROUP BY hour, bin`,
    ...[low, width, ...within],
  );
  const measured = station.all<{ hour: string; light: number | null; right: number | null; down: number | null }>(
    `SELECT substr(at, 1, 13) AS hour, avg(measures ->> '$."picture.light"') AS light,
       avg(measures ->> '$."picture.right"') AS right, avg(measures ->> '$."picture.down"') AS down
     FROM verdict JOIN measured ON measured.verdict = verdict.id
     WHERE project = ? AND at >= ? AND at < ? GROUP BY hour`,
    ...within,
  );
  const hours = begins.map((at): LineHour => {
    const own = <Row extends { readonly hour: string }>(rows: readonly Row[]) =>
      rows.filter(({ hour }) => hour === at.slice(0, 13));
    const scores = new Array<number>(BINS).fill(0);
    for (const { bin, count } of own(scored)) scores[bin] = count;
    const [{ light, right, down } = { light: null, right: null, down: null }] = own(measured);
    return {
      at,
      counts: { ...NONE, ...Object.fromEntries(own(decided).map(({ decision, count }) => [decision, count])) },
      scores,
      light,
      shift: right === null || down === null ? null : { right, down },
    };
  });
  return { bins: { low, high: low + BINS * width, count: BINS }, hours };
}
