/** What has happened, in order and without gaps: each change is a row that is written with it. @module */
import { now, type Station } from "./station.ts";

/** Something that has happened. */
export interface StationEvent {
  /** Grows; what follows `after` is new. */
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly project: string;
  /** verdict, label, part, version, operating, watch, control, alarm. */
  readonly kind: string;
  /** What it is about, as its kind has it. */
  readonly data: Readonly<Record<string, unknown>>;
}

interface Row {
  readonly id: number;
  readonly at: string;
  readonly project: string;
  readonly kind: string;
  readonly data: string;
}

/** Adds an event to the transaction in hand, and gives its number. */
export function addEvent(
  station: Station,
  { project, kind, part, data }: Omit<StationEvent, "id" | "at"> & { readonly part?: number },
): number {
  station.marked();
  return station.run(
    "INSERT INTO event (at, project, kind, part, data) VALUES (?, ?, ?, ?, ?)",
    now(),
    project,
    kind,
    part ?? null,
    JSON.stringify(data),
  ).id;
}

/** Events after a number, the oldest first. */
export function eventsAfter(
  station: Station,
  after: number,
  { project, limit = 500 }: { readonly project?: string; readonly limit?: number } = {},
): StationEvent[] {
  const rows = project === undefined
    ? station.all<Row>("SELECT * FROM event WHERE id > ? ORDER BY id LIMIT ?", after, limit)
    : station.all<Row>("SELECT * FROM event WHERE id > ? AND project = ? ORDER BY id LIMIT ?", after, project, limit);
  return rows.map(parse);
}

/** All that has happened to a part, the oldest first. */
export function eventsOfPart(station: Station, part: number): StationEvent[] {
  return station.all<Row>("SELECT * FROM event WHERE part = ? ORDER BY id", part).map(parse);
}

/** The number of the newest event; 0 where there is none. */
export function lastEvent(station: Station): number {
  return station.first<{ id: number | null }>("SELECT max(id) AS id FROM event")?.id ?? 0;
}

/** Up to which event a reader of that name has come; 0 where it has not begun. */
export function cursorOf(station: Station, name: string): number {
  return station.first<{ event: number }>("SELECT event FROM cursor WHERE name = ?", name)?.event ?? 0;
}

/** Keeps up to which event a reader has come, so that after a kill it goes on from there. */
export function setCursor(station: Station, name: string, event: number): void {
  station.run("INSERT INTO cursor VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET event = excluded.event", name, event);
}

function parse({ data, id, at, project, kind }: Row): StationEvent {
  return { id, at, project, kind, data: JSON.parse(data) };
}
