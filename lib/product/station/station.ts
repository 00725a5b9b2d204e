/**
 * A station: a folder with everything that a line has been taught and has decided, so that it survives a kill at any moment.
 *
 * | entry            | content                                                                        |
 * | ---------------- | ------------------------------------------------------------------------------ |
 * | `station.sqlite` | projects, parts, labels, verdicts, versions, and an event for each change      |
 * | `pictures/`      | the files of pictures, named by the SHA-256 of their content, never changed    |
 * | `projects/NAME/` | segment map, run folders and finished steps of a project: what trainings write |
 *
 * Of the functions of this room each that changes something does so in one transaction, with the event that tells of it.
 * @module
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { STEPS } from "./schema.ts";

/** An open station. */
export interface Station {
  readonly folder: string;
  /** The rows of a query. */
  all<Row>(sql: string, ...values: SQLInputValue[]): Row[];
  /** Its first row. */
  first<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined;
  /** Changes something; gives the number of the row that was added and how many were changed. */
  run(sql: string, ...values: SQLInputValue[]): { readonly id: number; readonly changed: number };
  /** All or nothing of some changes; within another one it is a part of that. Then those who wait are told of its events. */
  transaction<T>(work: () => T): T;
  /** Calls back after each transaction that has added events, until the returned function is called. */
  onEvents(told: () => void): () => void;
  /** Says that the transaction adds an event. */
  marked(): void;
  close(): void;
}

/** A part, project, version or job that is not there. */
export class MissingError extends Error {}

/** Something that cannot be done in the state that things are in. */
export class ConflictError extends Error {}

/**
 * Opens a station, made where there is none.
 *
 * @throws {Error} where the folder cannot be written, another process has the station, or a later release has written it
 */
export function openStation(folder: string): Station {
  const path = join(folder, "station.sqlite");
  let database: DatabaseSync;
  try {
    mkdirSync(join(folder, "pictures"), { recursive: true });
    database = new DatabaseSync(path, { timeout: 2000 });
    // Whole after a kill and after the power is cut; one process alone, which a lock held to the end sees to.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    database.exec("PRAGMA foreign_keys = ON");
    migrate(database);
  } catch (cause) {
    throw new Error(`Cannot open the station "${folder}" as ${told(cause)}`, { cause });
  }
  const statements = new Map<string, StatementSync>();
  const listeners = new Set<() => void>();
  let depth = 0;
  let marked = false;

  function prepare(sql: string): StatementSync {
    let statement = statements.get(sql);
    if (!statement) statements.set(sql, statement = database.prepare(sql));
    return statement;
  }
  function transaction<T>(work: () => T): T {
    if (depth > 0) return work();
    database.exec("BEGIN IMMEDIATE");
    depth++;
    let result: T;
    try {
      result = work();
      database.exec("COMMIT");
    } catch (error) {
      marked = false;
      database.exec("ROLLBACK");
      throw error;
    } finally {
      depth--;
    }
    if (marked) {
      marked = false;
      for (const listener of [...listeners]) listener();
    }
    return result;
  }
  return {
    folder,
    all: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).all(...values) as Row[],
    first: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).get(...values) as Row | undefined,
    run(sql, ...values) {
      const { lastInsertRowid, changes } = prepare(sql).run(...values);
      return { id: Number(lastInsertRowid), changed: Number(changes) };
    },
    transaction,
    onEvents(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    marked() {
      marked = true;
    },
    close: () => database.close(),
  };
}

function migrate(database: DatabaseSync): void {
  const { user_version: taken } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (taken > STEPS.length) throw new Error("a later release has written it: update, or name another folder");
  for (let step = taken; step < STEPS.length; step++) {
    database.exec(`BEGIN EXCLUSIVE; ${STEPS[step]}; PRAGMA user_version = ${step + 1}; COMMIT`);
  }
}

/** The library tells no more of an error than its words: of two processes that want one station the second has a lock refused. */
function told(cause: unknown): string {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const sqlite = cause instanceof Error && "code" in cause && cause.code === "ERR_SQLITE_ERROR";
  return sqlite ? `${reason}: is another process using it?` : reason;
}

/** Now, as rows have it. */
export function now(): string {
  return new Date().toISOString();
}
