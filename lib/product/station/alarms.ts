/** Alarms about a line: statistics that are no longer as in good training parts, each until somebody has seen it. @module */
import type { GoodParts } from "../model/good_parts.ts";
import { describeAlarm } from "../drift/describe.ts";
import { type DriftAlarm, findDrift } from "../drift/find_drift.ts";
import { addEvent } from "./events.ts";
import { countMeasured, measuredParts } from "./measured.ts";
import { MissingError, now, type Station } from "./station.ts";

/** An alarm as it is kept. */
export interface Alarm extends Omit<DriftAlarm, "parts"> {
  readonly id: number;
  readonly project: string;
  readonly version: number;
  readonly at: string;
  readonly message: string;
  /** Numbers of the parts that are most unlike good ones, the first the most. */
  readonly parts: readonly number[];
  /** Who has seen it. */
  readonly acknowledged: { readonly at: string; readonly by: string } | null;
}

interface AlarmRow {
  readonly id: number;
  readonly project: string;
  readonly version: number;
  readonly at: string;
  readonly message: string;
  readonly found: string;
  readonly seen_at: string | null;
  readonly seen_by: string | null;
}

/**
 * After so many parts there is a look at them, and at no others: no part is in two looks, so that the stated share of false
 * alarms is that of looks, and an engineer can say how many days there are between two.
 */
export const PARTS_OF_A_LOOK = 100;
/** The share of looks that raise an alarm where nothing has changed, at most. */
export const FALSE_ALARMS = 0.01;

/**
 * Looks at the parts that have come since the last look, where there are enough; keeps an alarm for each statistic that has
 * changed and of which no alarm waits to be seen.
 *
 * @returns the new alarms
 */
export function lookForDrift(
  station: Station,
  { project, version, goodParts }: {
    readonly project: string;
    readonly version: number;
    readonly goodParts: Pick<GoodParts, "columns" | "rows" | "parts">;
  },
): Alarm[] {
  const seen = station.first<{ last: number }>("SELECT last FROM drift_look WHERE version = ?", version)?.last ?? 0;
  const query = { project, version, after: seen, limit: PARTS_OF_A_LOOK, order: "first" } as const;
  if (countMeasured(station, query) < PARTS_OF_A_LOOK) return [];
  const { parts, last } = measuredParts(station, query);
  const { alarms } = findDrift(goodParts, parts, { falseAlarms: FALSE_ALARMS });
  return station.transaction(() => {
    station.run(
      "INSERT INTO drift_look VALUES (?, ?) ON CONFLICT (version) DO UPDATE SET last = excluded.last",
      ...[version, last],
    );
    const waiting = new Set(
      listAlarms(station, project).filter((one) => one.acknowledged === null && one.version === version)
        .map(({ column }) => column),
    );
    return alarms.filter(({ column }) => !waiting.has(column)).map((found) => {
      const message = describeAlarm(found);
      const { id } = station.run(
        "INSERT INTO alarm (project, version, at, message, found) VALUES (?, ?, ?, ?, ?)",
        ...[project, version, now(), message, JSON.stringify(found)],
      );
      const alarm = findAlarm(station, id);
      addEvent(station, { project, kind: "alarm", data: { alarm } });
      return alarm;
    });
  });
}

/** The newest first. */
export function listAlarms(station: Station, project: string, limit = 200): Alarm[] {
  return station.all<AlarmRow>("SELECT * FROM alarm WHERE project = ? ORDER BY id DESC LIMIT ?", project, limit)
    .map(parse);
}

/** @throws {MissingError} where there is none of that number */
export function findAlarm(station: Station, id: number): Alarm {
  const row = station.first<AlarmRow>("SELECT * FROM alarm WHERE id = ?", id);
  if (row) return parse(row);
  throw new MissingError(`Cannot find alarm ${id}`);
}

/** Says that somebody has seen an alarm; the first who does so stays on record. @throws {MissingError} as {@linkcode findAlarm} */
export function acknowledgeAlarm(station: Station, id: number, by: string): Alarm {
  const { project, acknowledged } = findAlarm(station, id);
  if (acknowledged) return findAlarm(station, id);
  return station.transaction(() => {
    station.run("UPDATE alarm SET seen_at = ?, seen_by = ? WHERE id = ?", now(), by, id);
    const alarm = findAlarm(station, id);
    addEvent(station, { project, kind: "alarm", data: { alarm } });
    return alarm;
  });
}

function parse({ found, seen_at, seen_by, id, project, version, at, message }: AlarmRow): Alarm {
  const { parts, ...alarm }: DriftAlarm = JSON.parse(found);
  return {
    ...alarm,
    ...{ id, project, version, at, message },
    parts: parts.map(Number),
    acknowledged: seen_at === null ? null : { at: seen_at, by: seen_by ?? "" },
  };
}
