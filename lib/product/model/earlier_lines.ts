/** Going on where scoring was stopped: which lines that were written before still stand. @module */
import { stat } from "node:fs/promises";

/** A line that was written before. */
export interface WrittenLine {
  /** What was scored, as `nameInLine` has it. */
  readonly name: string;
  readonly unread: boolean;
  /** Where among the bytes it ends, its line feed included. */
  readonly end: number;
}

/** What is to be scored. */
export interface Wanted {
  /** In their order, as lines call them. */
  readonly names: readonly string[];
  /** The files that a line depends on, by its name: the picture, and its segment map where it has one. */
  readonly filesOf: (name: string) => readonly string[];
}

/** What stands of the earlier lines. */
export interface Standing {
  /** So many from the first on. */
  readonly lines: number;
  /** The file for whose sake no more do: it has changed since. */
  readonly changed?: string;
}

/**
 * How many of the earlier lines stand: those from the first on whose files have not changed since scoring began.
 *
 * @param since when the earliest process began, by the clock of the disk, in milliseconds
 * @throws {Error} where a line is of a picture that is not asked for: then they are of something else
 */
export async function standingLines(
  lines: readonly WrittenLine[],
  { names, filesOf }: Wanted,
  since: number,
): Promise<Standing> {
  const left = countNames(names);
  for (const [i, { name, unread }] of lines.entries()) {
    const count = left.get(name) ?? 0;
    if (count === 0) {
      // What could not be read then may be another name's now: a folder that can be listed again.
      if (unread) return { lines: i, changed: name };
      throw new Error(
        `Cannot go on with earlier lines as one is of "${name}", which is not asked for: ` +
          "move the file away to begin anew, or name another one with --out",
      );
    }
    left.set(name, count - 1);
    for (const file of filesOf(name)) if (await changedSince(file, since)) return { lines: i, changed: file };
  }
  return { lines: lines.length };
}

/** Names without those that some lines have, each as often as they do; the order stays. */
export function withoutLines<T>(
  all: readonly T[],
  lines: readonly WrittenLine[],
  nameOf: (one: T) => string,
): T[] {
  const done = countNames(lines.map(({ name }) => name));
  return all.filter((one) => {
    const count = done.get(nameOf(one)) ?? 0;
    if (count > 0) done.set(nameOf(one), count - 1);
    return count === 0;
  });
}

function countNames(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** What is not there has not changed: its line says that it was not. */
async function changedSince(file: string, since: number): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Math.max(found.mtimeMs, found.ctimeMs || 0) > since;
}
