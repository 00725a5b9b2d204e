/** Projects: a kind of part that is inspected, with its pictures and models. @module */
import { join } from "node:path";
import { addEvent } from "./events.ts";
import { ConflictError, MissingError, now, type Station } from "./station.ts";

/** A project as it is kept. */
export interface Project {
  /** Letters, digits, `_` and `-`: it names a folder. */
  readonly name: string;
  readonly about: string;
  readonly created: string;
  /** The version that judges; null where none has been trained. */
  readonly active: number | null;
}

/** How many parts of which sort a project has. */
export interface Counts {
  readonly good: number;
  readonly bad: number;
  readonly unlabelled: number;
  /** Of the parts that came to be judged. */
  readonly judged: number;
}

/** What a project may be called. */
export const PROJECT_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

export function listProjects(station: Station): Project[] {
  return station.all<Project>("SELECT * FROM project ORDER BY name");
}

/** @throws {MissingError} where there is none of that name */
export function findProject(station: Station, name: string): Project {
  const project = station.first<Project>("SELECT * FROM project WHERE name = ?", name);
  if (project) return project;
  throw new MissingError(`Cannot find the project "${name}"`);
}

/**
 * @throws {RangeError} where the name is none
 * @throws {ConflictError} where there is one of that name
 */
export function addProject(station: Station, { name, about = "" }: { name: string; about?: string }): Project {
  if (!PROJECT_NAME.test(name)) {
    throw new RangeError(
      `Cannot name a project ${
        JSON.stringify(name)
      } as names are 1 to 64 of a-z, 0-9, "_" and "-", and begin with one ` +
        "of the first two",
    );
  }
  return station.transaction(() => {
    if (station.first("SELECT 1 FROM project WHERE name = ?", name)) {
      throw new ConflictError(`Cannot add the project "${name}" as there is one of that name`);
    }
    station.run("INSERT INTO project (name, about, created) VALUES (?, ?, ?)", name, about, now());
    addEvent(station, { project: name, kind: "project", data: { added: true } });
    return findProject(station, name);
  });
}

/** Removes a project from the record; its folder and the pictures stay. */
export function removeProject(station: Station, name: string): void {
  station.transaction(() => {
    findProject(station, name);
    station.run("UPDATE project SET active = NULL WHERE name = ?", name);
    station.run("UPDATE part SET verdict = NULL WHERE project = ?", name);
    for (const table of ["watched", "watch", "verdict", "job", "part"]) {
      station.run(`DELETE FROM ${table} WHERE project = ?`, name);
    }
    station.run("UPDATE version SET parent = NULL WHERE project = ?", name);
    station.run("DELETE FROM version WHERE project = ?", name);
    station.run("DELETE FROM project WHERE name = ?", name);
    addEvent(station, { project: name, kind: "project", data: { added: false } });
  });
}

export function countParts(station: Station, name: string): Counts {
  const { good, bad, unlabelled, judged } = station.first<Record<keyof Counts, number | null>>(
    `SELECT sum(role = 'training' AND label = 'good') AS good, sum(role = 'training' AND label = 'bad') AS bad,
       sum(role = 'training' AND label IS NULL) AS unlabelled, sum(role = 'judged') AS judged
     FROM part WHERE project = ?`,
    name,
  )!;
  return { good: good ?? 0, bad: bad ?? 0, unlabelled: unlabelled ?? 0, judged: judged ?? 0 };
}

/** The folder of what a project's trainings write. */
export function projectFolder({ folder }: Station, name: string): string {
  return join(folder, "projects", name);
}
