/** What commands write lies apart from what they are given. @module */
import { readlink, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/** A place that a command writes. */
export interface Output {
  /** A file, or a folder that gets files; it need not be there. */
  readonly path: string;
  /** The option that names another place, for the message: "--out". */
  readonly option: string;
  /** All that lies in the folder is replaced. */
  readonly replaced?: boolean;
}

/**
 * Checks that a command changes nothing of what it is given: no output is an input or lies below one, wherever symbolic
 * links lead.
 *
 * @param inputs files and folders; undefined ones are not given
 * @throws {Error} that names both
 *
 * ```ts
 * import { checkApart } from "./apart.ts";
 * await checkApart([{ path: "maps", option: "--out" }], ["pictures"]);
 * ```
 */
export async function checkApart(
  outputs: readonly Output[],
  inputs: readonly (string | undefined)[],
): Promise<void> {
  const given = await Promise.all(
    [...new Set(inputs)].flatMap((path) =>
      path === undefined ? [] : [realPlace(path).then((real) => ({ path, real }))]
    ),
  );
  for (const { path, option, replaced = false } of outputs) {
    const real = await realPlace(path);
    for (const input of given) {
      const reason = real === input.real
        ? `that would take the place of "${input.path}", which is given`
        : isWithin(real, input.real)
        ? `it lies in "${input.path}", of which nothing is changed`
        : replaced && isWithin(input.real, real)
        ? `"${input.path}", which is given, lies in it and would be removed`
        : undefined;
      if (reason) throw new Error(`Cannot write "${path}" as ${reason}: name another place with ${option}`);
    }
  }
}

/** Links that lead to links, at most. */
const MOST_LINKS = 40;

/** Where a path leads without symbolic links, also where there is nothing yet. */
async function realPlace(path: string, links = 0): Promise<string> {
  const full = resolve(path);
  try {
    return await realpath(full);
  } catch {
    // What is written to a link that leads to nothing appears where it leads.
    const target = links < MOST_LINKS ? await readlink(full).catch(() => undefined) : undefined;
    if (target !== undefined) return await realPlace(resolve(dirname(full), target), links + 1);
    const parent = dirname(full);
    return parent === full ? full : join(await realPlace(parent, links), basename(full));
  }
}

/** Whether a real path is another one or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  // On another drive of Windows there is no relative way.
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
