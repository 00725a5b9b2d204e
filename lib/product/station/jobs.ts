/** Long work: trainings, learning, imports. What was running when the process ended is found interrupted, and can go on. @module */
import { findProject } from "./projects.ts";
import { ConflictError, MissingError, now, type Station } from "./station.ts";

/** A piece of long work. */
export interface Job<Spec = unknown> {
  readonly id: number;
  readonly project: string;
  readonly kind: "train" | "learn" | "import" | "compare";
  /** "interrupted" where the process ended in it. */
  readonly state: "running" | "stopped" | "done" | "failed" | "interrupted";
  /** What is to be done. */
  readonly spec: Spec;
  readonly begun: string;
  readonly ended: string | null;
  readonly error: string | null;
  /** The version that it has made. */
  readonly version: number | null;
  /** What it has said. */
  readonly lines: readonly string[];
}

type JobRow = Omit<Job, "spec" | "lines"> & { readonly spec: string; readonly lines: string };

/** Lines that are kept of a job. */
const MOST_LINES = 500;

/** Begins a job. @throws {ConflictError} where one of the project runs */
export function addJob(station: Station, { project, kind, spec }: Pick<Job, "project" | "kind" | "spec">): Job {
  return station.transaction(() => {
    findProject(station, project);
    refuseSecond(station, project);
    const { id } = station.run(
      "INSERT INTO job (project, kind, state, spec, begun, lines) VALUES (?, ?, 'running', ?, ?, '[]')",
      ...[project, kind, JSON.stringify(spec), now()],
    );
    return findJob(station, id);
  });
}

/** @throws {MissingError} where there is none of that number */
export function findJob(station: Station, id: number): Job {
  const row = station.first<JobRow>("SELECT * FROM job WHERE id = ?", id);
  if (row) return parse(row);
  throw new MissingError(`Cannot find job ${id}`);
}

/** The newest first. */
export function listJobs(station: Station, project: string, limit = 50): Job[] {
  return station.all<JobRow>("SELECT * FROM job WHERE project = ? ORDER BY id DESC LIMIT ?", project, limit).map(parse);
}

/** The job of a project that runs. */
export function runningJob(station: Station, project: string): Job | undefined {
  const row = station.first<JobRow>("SELECT * FROM job WHERE project = ? AND state = 'running'", project);
  return row && parse(row);
}

/** Goes on with a job that was stopped, interrupted or has failed. @throws {ConflictError} where it cannot */
export function resumeJob(station: Station, id: number): Job {
  return station.transaction(() => {
    const { project, state } = findJob(station, id);
    if (state === "done" || state === "running") {
      throw new ConflictError(`Cannot go on with job ${id} as it is ${state}`);
    }
    refuseSecond(station, project);
    station.run("UPDATE job SET state = 'running', ended = NULL, error = NULL WHERE id = ?", id);
    return findJob(station, id);
  });
}

/** Ends a job. */
export function endJob(
  station: Station,
  id: number,
  { state, error = null, version = null }: {
    readonly state: Exclude<Job["state"], "running">;
    readonly error?: string | null;
    readonly version?: number | null;
  },
): Job {
  station.run(
    "UPDATE job SET state = ?, ended = ?, error = ?, version = ? WHERE id = ?",
    ...[state, now(), error, version, id],
  );
  return findJob(station, id);
}

/** Keeps a line that a job has said. */
export function addLine(station: Station, id: number, line: string): void {
  const { lines } = findJob(station, id);
  station.run("UPDATE job SET lines = ? WHERE id = ?", JSON.stringify([...lines, line].slice(-MOST_LINES)), id);
}

/** Jobs that ran when the process ended are interrupted. */
export function interruptJobs(station: Station): void {
  station.run("UPDATE job SET state = 'interrupted', ended = ? WHERE state = 'running'", now());
}

function refuseSecond(station: Station, project: string): void {
  const other = runningJob(station, project);
  if (other) throw new ConflictError(`Cannot begin as "${project}" has a job that runs: number ${other.id}`);
}

function parse({ spec, lines, ...row }: JobRow): Job {
  return { ...row, spec: JSON.parse(spec), lines: JSON.parse(lines) };
}
