/** Watched folders, and which of their files have been judged: each once, whatever ends the process. @module */
import { addEvent } from "./events.ts";
import { findProject } from "./projects.ts";
import type { Station } from "./station.ts";
import type { StoredDecision, StoredVerdict } from "./verdicts.ts";

/** A folder whose files are judged as they come. */
export interface Watch {
  readonly project: string;
  readonly path: string;
  /** What becomes of a file that was judged: moved below `done/`, marked by a file beside it, or left. */
  readonly after: "move" | "mark" | "leave";
  /** A file that has not changed for so many milliseconds is whole. */
  readonly settle: number;
}

/** A file as it was found; another size or time is another file. */
export interface FoundFile {
  /** Below the folder. */
  readonly path: string;
  readonly size: number;
  /** Milliseconds. */
  readonly modified: number;
}

/** A file that was judged. */
export interface WatchedFile extends FoundFile {
  readonly verdict: number | null;
  readonly decision: StoredDecision;
  readonly error: string | null;
}

export function listWatches(station: Station): Watch[] {
  return station.all<Watch>("SELECT * FROM watch ORDER BY project");
}

/** The folder that a project watches. */
export function watchOf(station: Station, project: string): Watch | undefined {
  return station.first<Watch>("SELECT * FROM watch WHERE project = ?", project);
}

/** Watches a folder, in place of another one of the project. */
export function setWatch(station: Station, { project, path, after, settle }: Watch): void {
  station.transaction(() => {
    findProject(station, project);
    station.run(
      `INSERT INTO watch VALUES (?, ?, ?, ?)
       ON CONFLICT (project) DO UPDATE SET path = excluded.path, after = excluded.after, settle = excluded.settle`,
      ...[project, path, after, settle],
    );
    addEvent(station, { project, kind: "watch", data: { path, then: after } });
  });
}

/** Watches no more; what was judged stays known. */
export function endWatch(station: Station, project: string): void {
  station.transaction(() => {
    station.run("DELETE FROM watch WHERE project = ?", project);
    addEvent(station, { project, kind: "watch", data: { path: null } });
  });
}

/** What is known of a file; undefined of one that was not judged. */
export function watchedFile(
  station: Station,
  project: string,
  folder: string,
  { path, size, modified }: FoundFile,
): WatchedFile | undefined {
  return station.first<WatchedFile>(
    "SELECT * FROM watched WHERE project = ? AND path = ? AND size = ? AND modified = ?",
    ...[project, join(folder, path), size, modified],
  );
}

/** Adds to the transaction of a verdict that it is the one of a file. */
export function addWatched(
  station: Station,
  { project, folder, file: { path, size, modified }, verdict, error = null }: {
    readonly project: string;
    readonly folder: string;
    readonly file: FoundFile;
    readonly verdict: Pick<StoredVerdict, "id" | "decision"> | { readonly id: null; readonly decision: "unread" };
    readonly error?: string | null;
  },
): void {
  station.run(
    "INSERT INTO watched (project, path, size, modified, verdict, decision, error) VALUES (?, ?, ?, ?, ?, ?, ?)",
    ...[project, join(folder, path), size, modified, verdict.id, verdict.decision, error],
  );
}

/** Keeps that a file is no picture that can be read. */
export function addUnread(
  station: Station,
  { project, folder, file, error }: {
    readonly project: string;
    readonly folder: string;
    readonly file: FoundFile;
    readonly error: string;
  },
): void {
  station.transaction(() => {
    addWatched(station, { project, folder, file, verdict: { id: null, decision: "unread" }, error });
    const verdict = { score: null, decision: "unread", reason: error, error };
    addEvent(station, { project, kind: "verdict", data: { part: null, name: file.path, source: "watch", verdict } });
  });
}

/** Files that were judged and have not been put away. */
export function leftToPutAway(station: Station, project: string, folder: string): WatchedFile[] {
  const rows = station.all<WatchedFile>(
    "SELECT * FROM watched WHERE project = ? AND put_away = 0 AND substr(path, 1, ?) = ?",
    ...[project, folder.length + 1, join(folder, "")],
  );
  return rows.map((row) => ({ ...row, path: row.path.slice(folder.length + 1) }));
}

/** Keeps that a file has been put away. */
export function setPutAway(station: Station, project: string, folder: string, file: FoundFile): void {
  station.run(
    "UPDATE watched SET put_away = 1 WHERE project = ? AND path = ? AND size = ? AND modified = ?",
    ...[project, join(folder, file.path), file.size, file.modified],
  );
}

/** How many files of a folder were judged, and how many could not be read. */
export function countWatched(
  station: Station,
  project: string,
  folder: string,
): { readonly judged: number; readonly unread: number } {
  const { judged, unread } = station.first<{ judged: number | null; unread: number | null }>(
    `SELECT sum(decision <> 'unread') AS judged, sum(decision = 'unread') AS unread FROM watched
     WHERE project = ? AND substr(path, 1, ?) = ?`,
    ...[project, folder.length + 1, join(folder, "")],
  )!;
  return { judged: judged ?? 0, unread: unread ?? 0 };
}

/** Paths of rows have `/` between, whatever the system. */
function join(folder: string, path: string): string {
  return `${folder}/${path}`;
}
