/** Versions of a project's model: each a run folder; one of them judges, and every step between them stays on record. @module */
import { addEvent } from "./events.ts";
import { findProject } from "./projects.ts";
import type { RunFacts } from "./run_facts.ts";
import { ConflictError, MissingError, now, type Station } from "./station.ts";

/** A model of a project. */
export interface Version {
  readonly id: number;
  readonly project: string;
  /** 1, 2, 3 … in the project. */
  readonly number: number;
  /** Taken as it was, trained anew, or learned from corrections. */
  readonly kind: "run" | "train" | "learn";
  /** "accepted" has judged and was replaced since. */
  readonly state: "candidate" | "active" | "accepted" | "discarded";
  /** Which was active when it was made. */
  readonly parent: number | null;
  readonly created: string;
  readonly decided: { readonly at: string; readonly by: string } | null;
  /** The run folder. */
  readonly run: string;
  readonly facts: RunFacts;
}

type VersionRow = Omit<Version, "facts" | "decided"> & {
  readonly facts: string;
  readonly decided_at: string | null;
  readonly decided_by: string | null;
};

/** @throws {MissingError} where there is none of that number */
export function findVersion(station: Station, id: number): Version {
  const row = station.first<VersionRow>("SELECT * FROM version WHERE id = ?", id);
  if (row) return parse(row);
  throw new MissingError(`Cannot find version ${id}`);
}

/** The newest first. */
export function listVersions(station: Station, project: string): Version[] {
  return station.all<VersionRow>("SELECT * FROM version WHERE project = ? ORDER BY number DESC", project).map(parse);
}

/** Adds a candidate. */
export function addVersion(
  station: Station,
  { project, kind, run, facts }: Pick<Version, "project" | "kind" | "run" | "facts">,
): Version {
  return station.transaction(() => {
    const { active } = findProject(station, project);
    const { number } = station.first<{ number: number }>(
      "SELECT ifnull(max(number), 0) + 1 AS number FROM version WHERE project = ?",
      project,
    )!;
    const { id } = station.run(
      "INSERT INTO version (project, number, kind, state, parent, created, run, facts) VALUES (?, ?, ?, 'candidate', ?, ?, ?, ?)",
      ...[project, number, kind, active, now(), run, JSON.stringify(facts)],
    );
    addEvent(station, { project, kind: "version", data: { version: id, number, state: "candidate" } });
    return findVersion(station, id);
  });
}

/** Changes what is told of a version. */
export function setFacts(station: Station, id: number, facts: RunFacts): void {
  station.run("UPDATE version SET facts = ? WHERE id = ?", JSON.stringify(facts), id);
}

/** Makes a version the one that judges; that which did so until now has been accepted once and can come back. */
export function acceptVersion(station: Station, id: number, by: string): Version {
  return station.transaction(() => {
    const { project, number, state } = findVersion(station, id);
    if (state === "active") return findVersion(station, id);
    const { active } = findProject(station, project);
    if (active !== null) station.run("UPDATE version SET state = 'accepted' WHERE id = ?", active);
    decide(station, id, "active", by);
    station.run("UPDATE project SET active = ? WHERE name = ?", id, project);
    addEvent(station, { project, kind: "version", data: { version: id, number, state: "active", was: active, by } });
    return findVersion(station, id);
  });
}

/** @throws {ConflictError} where it judges */
export function discardVersion(station: Station, id: number, by: string): Version {
  return station.transaction(() => {
    const { project, number, state } = findVersion(station, id);
    if (state === "active") {
      throw new ConflictError(`Cannot discard version ${number} as it judges: accept another one, or roll back, first`);
    }
    decide(station, id, "discarded", by);
    addEvent(station, { project, kind: "version", data: { version: id, number, state: "discarded", by } });
    return findVersion(station, id);
  });
}

/**
 * Lets the version judge again that did so before, or one that is named; that which is left is discarded.
 *
 * @throws {ConflictError} where there is none
 */
export function rollBack(station: Station, project: string, { to, by }: { to?: number; by: string }): Version {
  return station.transaction(() => {
    const { active } = findProject(station, project);
    const row = station.first<VersionRow>(
      `SELECT * FROM version WHERE project = ?1 AND state = 'accepted' AND (id = ?2 OR ?2 IS NULL)
       ORDER BY decided_at DESC, id DESC LIMIT 1`,
      project,
      to ?? null,
    );
    if (!row) throw new ConflictError(`Cannot roll "${project}" back as no such version has judged before`);
    acceptVersion(station, row.id, by);
    if (active !== null) discardVersion(station, active, by);
    return findVersion(station, row.id);
  });
}

function decide(station: Station, id: number, state: Version["state"], by: string): void {
  station.run("UPDATE version SET state = ?, decided_at = ?, decided_by = ? WHERE id = ?", state, now(), by, id);
}

function parse({ facts, decided_at, decided_by, ...row }: VersionRow): Version {
  return {
    ...row,
    decided: decided_at === null ? null : { at: decided_at, by: decided_by ?? "" },
    facts: JSON.parse(facts),
  };
}
