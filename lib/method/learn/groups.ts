/** Which pictures are of one part: they must not be on both sides of a split. @module */

/**
 * Groups by name: pictures whose names match a pattern with the same captured text are of one part. A name that does not match
 * is a part of its own.
 *
 * @param pattern with one or more captures: `/^(part\d+)_view\d+/`
 * @returns the group of each name: the number of its first
 * @throws {TypeError} where the pattern captures nothing
 *
 * ```ts
 * import { groupsByName } from "./groups.ts";
 * console.assert(groupsByName(["a_1.png", "b_1.png", "a_2.png"], /^(.)_/).join() === "0,1,0");
 * ```
 */
export function groupsByName(names: readonly string[], pattern: RegExp): Int32Array<ArrayBuffer> {
  const plain = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ""));
  const captures = new RegExp(`${plain.source}|`, plain.flags).exec("")!.length - 1;
  if (captures === 0) throw new TypeError(`Cannot group pictures by ${plain} as it must capture what names the part`);
  return groupsByText(names, (name) => {
    const found = plain.exec(name);
    return found ? JSON.stringify(found.slice(1).map((text) => text ?? null)) : undefined;
  });
}

/**
 * Groups of what has the same text; what has none is a group of its own.
 *
 * @returns the group of each: the number of its first
 */
export function groupsByText<T>(all: readonly T[], textOf: (one: T) => string | undefined): Int32Array<ArrayBuffer> {
  const first = new Map<string, number>();
  return Int32Array.from(all, (one, i) => {
    const text = textOf(one);
    if (text === undefined) return i;
    if (!first.has(text)) first.set(text, i);
    return first.get(text)!;
  });
}

/**
 * Groups that are one where any of the groupings has them as one: a part photographed twice and a copy of one of the two are
 * three of one part.
 *
 * @returns the group of each picture: the number of its first
 * @throws {TypeError} where groupings are of different lengths
 *
 * ```ts
 * import { joinGroups } from "./groups.ts";
 * console.assert(joinGroups([[0, 0, 2, 3], [0, 1, 1, 3]]).join() === "0,0,0,3");
 * ```
 */
export function joinGroups(groupings: readonly ArrayLike<number>[]): Int32Array<ArrayBuffer> {
  const length = groupings[0]?.length ?? 0;
  const union = openUnion(length);
  for (const groups of groupings) {
    if (groups.length !== length) {
      throw new TypeError(`Cannot join groups of ${length} and ${groups.length} pictures`);
    }
    const first = new Map<number, number>();
    for (let i = 0; i < length; i++) {
      if (first.has(groups[i])) union.join(first.get(groups[i])!, i);
      else first.set(groups[i], i);
    }
  }
  return union.groups();
}

/** Root mean square distance of thumbnails of deviation 1, up to which pictures are of one part … */
const NEAR = 0.05;
/** … where it is at most this share of what pictures of different parts have: of products that all look the same. */
const SHARE = 0.25;
/**
 * Nobody photographs a part more often; what has more that are alike is a product, or a variant of it, that all looks the
 * same. Of such only what is equal is one part.
 */
const MOST_OF_A_PART = 8;

/**
 * Near-duplicates: pictures of which one is a copy of the other, or another photograph of the part in the same place. Another
 * exposure, noise and compression move a thumbnail by 0.03 at most; parts of ELPV are 0.06 and more from each other, of the
 * stand-in 0.29. More than eight that are alike are no photographs of one part.
 *
 * @param thumbnails as `thumbnailsOf` gives them, all of one length
 * @returns the group of each picture: the number of its first
 * @throws {TypeError} where thumbnails are of different lengths
 *
 * ```ts
 * import { nearDuplicates } from "./groups.ts";
 * const thumbnails = [[-1, 1], [1, -1], [-1.01, 0.99]].map((values) => Float32Array.from(values));
 * console.assert(nearDuplicates(thumbnails).join() === "0,1,0");
 * ```
 */
export function nearDuplicates(thumbnails: readonly Float32Array[]): Int32Array<ArrayBuffer> {
  const count = thumbnails.length;
  const odd = thumbnails.find(({ length }) => length !== thumbnails[0].length);
  if (odd) throw new TypeError(`Cannot compare thumbnails of ${thumbnails[0].length} and ${odd.length} numbers`);
  const union = openUnion(count);
  if (count < 2) return union.groups();
  const { length } = thumbnails[0];
  // Most of these pairs are of different parts, however the list is ordered.
  const apart = [0.29, 0.38, 0.45].flatMap((share) => {
    const step = Math.max(1, Math.round(share * count));
    return thumbnails.map((one, i) => squaredDistance(one, thumbnails[(i + step) % count], Infinity));
  }).sort((a, b) => a - b);
  const limit = Math.min(NEAR ** 2 * length, SHARE ** 2 * apart[apart.length >> 1]);
  const equal = openUnion(count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const distance = squaredDistance(thumbnails[i], thumbnails[j], limit);
      if (distance <= limit) union.join(i, j);
      if (distance === 0) equal.join(i, j);
    }
  }
  const [groups, copies] = [union.groups(), equal.groups()];
  const members = new Map<number, number[]>();
  for (const [i, group] of groups.entries()) {
    const own = members.get(group);
    if (own) own.push(i);
    else members.set(group, [i]);
  }
  return groups.map((group, i) => {
    const different = new Set(members.get(group)!.map((member) => copies[member]));
    return different.size > MOST_OF_A_PART ? copies[i] : group;
  });
}

/** The squared distance, or a number above `most` where it is more than that. */
function squaredDistance(a: Float32Array, b: Float32Array, most: number): number {
  let sum = 0;
  for (let from = 0; from < a.length && sum <= most; from += 64) {
    const to = Math.min(from + 64, a.length);
    for (let k = from; k < to; k++) sum += (a[k] - b[k]) ** 2;
  }
  return sum;
}

/** Sets that are joined, each named by its lowest member. */
function openUnion(length: number) {
  const parent = Int32Array.from({ length }, (_, i) => i);
  function find(i: number): number {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  }
  return {
    join(i: number, j: number): void {
      const [a, b] = [find(i), find(j)];
      parent[Math.max(a, b)] = Math.min(a, b);
    },
    groups: () => Int32Array.from(parent, (_, i) => find(i)),
  };
}
