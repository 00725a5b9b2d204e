/** Pictures that are there twice. @module */
import { plural } from "./listing.ts";
import type { Item } from "./dataset.ts";

/** A picture, and what is in it. */
export interface Content extends Pick<Item, "id" | "label" | "split"> {
  /** The same for copies; undefined of what has none. */
  readonly content?: string;
}

/** Pictures by id, each with the first that it is a copy of. */
export type Copies = ReadonlyMap<string, string>;

/**
 * Finds copies. Those of a training part come behind it.
 *
 * @throws {Error} where a picture is there as a good and as a bad one; all such pairs are named
 *
 * ```ts
 * import { findCopies } from "./copies.ts";
 * const part = (id: string, content: string) => ({ id, content, label: "good", split: "train" } as const);
 * console.assert(findCopies([part("a", "1"), part("b", "2"), part("c", "1")]).get("c") === "a");
 * ```
 */
export function findCopies(pictures: readonly Content[]): Copies {
  const first = new Map<string, Content>();
  const copies = new Map<string, string>();
  const contrary: string[] = [];
  const ordered = pictures.toSorted((a, b) => Number(a.split === "test") - Number(b.split === "test"));
  for (const picture of ordered) {
    if (picture.content === undefined) continue;
    const other = first.get(picture.content);
    if (!other) first.set(picture.content, picture);
    else {
      copies.set(picture.id, other.id);
      if (other.label !== picture.label) contrary.push(`"${other.id}" and "${picture.id}"`);
    }
  }
  if (contrary.length === 0) return copies;
  throw new Error(
    `Cannot use the data set as ${
      contrary.join(", ")
    } are the same picture, once good and once bad: remove one of each`,
  );
}

/**
 * Which copies must be left out so that nothing is judged that was learned from: of a data set with a split of its own the
 * test parts that are training parts too; of one that is yet to be split all.
 */
export function copiesToLeaveOut(items: readonly Item[], copies: Copies): Set<string> {
  const splitOf = new Map(items.map(({ id, split }) => [id, split]));
  const isSplit = new Set(splitOf.values()).size > 1;
  const ids = [...copies].filter(([id, first]) => !isSplit || splitOf.get(id) !== splitOf.get(first)).map(([id]) => id);
  return new Set(ids);
}

/** Copies in a sentence; nothing where there are none. */
export function describeCopies(copies: Copies, leftOut: ReadonlySet<string> = new Set()): string[] {
  const tell = (some: readonly (readonly [string, string])[], what: string): string[] => {
    if (some.length === 0) return [];
    const pairs = some.slice(0, 3).map(([id, first]) => `"${id}" of "${first}"`).join(", ");
    const more = some.length > 3 ? ` and ${some.length - 3} more` : "";
    return [
      `${plural(some.length, "picture")} ${
        some.length === 1 ? "is a copy" : "are copies"
      } of others${what}: ${pairs}${more}`,
    ];
  };
  const all = [...copies];
  return [
    ...tell(all.filter(([id]) => leftOut.has(id)), " and left out"),
    ...tell(all.filter(([id]) => !leftOut.has(id)), ""),
  ];
}
