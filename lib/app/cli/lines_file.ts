/** A file of lines that grows while work goes on, and takes its place when it is whole. @module */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** Lines on their way to a file. */
export interface LinesFile {
  /** Throws where the file cannot be written, so that it is known before the work; changes nothing. */
  check(): void;
  /** Appends text; it is on its way to the disk when this returns, whatever happens to the process. */
  line(text: string): void;
  /** Puts the file in its place. */
  finish(): void;
}

/**
 * Writes to `<path>.part` until it is finished: a reader of `path` never sees half of it, and what was done before a kill
 * is not lost.
 *
 * @throws {Error} with the path and the reason where it cannot be written
 */
export function openLines(path: string): LinesFile {
  const beside = `${path}.part`;
  function attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Cannot write "${path}" as ${reason}; lines that were written are in "${beside}"`, { cause });
    }
  }
  let file: number | undefined;
  const open = (): number => {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(beside, "w");
  };
  return {
    check() {
      try {
        if (existsSync(path) && statSync(path).isDirectory()) throw new Error("it is a folder");
        mkdirSync(dirname(path), { recursive: true });
        const there = existsSync(beside);
        closeSync(openSync(beside, "a"));
        if (!there) rmSync(beside);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`Cannot write "${path}" as ${reason}: name another file with --out`, { cause });
      }
    },
    line: (text) =>
      attempt(() => {
        const bytes = new TextEncoder().encode(text);
        for (let at = 0; at < bytes.length;) at += writeSync(file ??= open(), bytes, at);
      }),
    finish: () =>
      attempt(() => {
        file ??= open();
        fsyncSync(file);
        closeSync(file);
        renameSync(beside, path);
      }),
  };
}
