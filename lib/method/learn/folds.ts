/** Dealing parts into folds whose scores come from models that have not seen them. @module */
import { seededRandom } from "../../base/tensor/random.ts";

/** See {@linkcode groupedFolds}. */
export interface FoldOptions {
  /** How many folds; from 2. */
  readonly count: number;
  /** For the order in which parts are dealt. */
  readonly seed: number;
  /**
   * Which pictures are of one part: the same number for them, as `groupsByName` and `joinGroups` give it. They come into one
   * fold. Each picture is a part of its own where left out.
   */
  readonly groups?: ArrayLike<number>;
}

/**
 * The fold of each picture, 0 to `count` − 1. Good and bad pictures are spread as evenly as their groups allow: without groups
 * the folds differ by one of each class at most. A group may hold both.
 *
 * @param labels 1 for bad, 0 for good
 * @throws {TypeError} where there is not one group a picture
 * @throws {RangeError} where there are fewer than 2 folds, or a class has fewer groups than 2, so that a fold's others would
 * lack it
 *
 * ```ts
 * import { groupedFolds } from "./folds.ts";
 * const folds = groupedFolds([0, 0, 0, 0, 1, 1], { count: 2, seed: 1, groups: [0, 0, 1, 2, 3, 4] });
 * console.assert(folds[0] === folds[1] && folds[4] !== folds[5]);
 * ```
 */
export function groupedFolds(
  labels: ArrayLike<number>,
  { count, seed, groups }: FoldOptions,
): Uint8Array<ArrayBuffer> {
  if (groups && groups.length !== labels.length) {
    throw new TypeError(`Cannot deal folds as there are ${groups.length} groups for ${labels.length} pictures`);
  }
  if (!(Number.isInteger(count) && count >= 2 && count <= 255)) {
    throw new RangeError(`Cannot deal ${count} folds as there must be 2 to 255`);
  }
  const members = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const group = groups ? groups[i] : i;
    const known = members.get(group);
    if (known) known.push(i);
    else members.set(group, [i]);
  }
  const all = [...members.values()];
  const parts = [0, 1].map((label) => all.filter((group) => group.some((i) => labels[i] === label)).length);
  const few = parts.findIndex((number) => number < 2);
  if (few >= 0) {
    throw new RangeError(
      `Cannot deal folds as at least 2 ${few === 1 ? "bad" : "good"} parts are needed: there ` +
        `${parts[few] === 1 ? "is 1" : `are ${parts[few]}`}`,
    );
  }
  const order = seededRandom(seed).permutation(all.length);
  // The largest first, so that the small ones even out; bad ones before good ones of the same size, as they are fewer.
  const badOf = (group: readonly number[]) => group.filter((i) => labels[i] === 1).length;
  const dealt = Array.from(order, (i) => ({ group: all[i], bad: badOf(all[i]), size: all[i].length }))
    .sort((a, b) => b.size - a.size || b.bad - a.bad);
  const totals = dealt.reduce((sum, { bad, size }) => [sum[0] + size - bad, sum[1] + bad], [0, 0]);
  const loads = Array.from({ length: count }, () => [0, 0]);
  const folds = new Uint8Array(labels.length);
  for (const { group, bad, size } of dealt) {
    const own = [size - bad, bad];
    // Where the group's classes are rarest so far, each as a share of all of its class.
    const load = loads.map((has) =>
      [0, 1].reduce((sum, label) => sum + (own[label] > 0 ? has[label] / totals[label] : 0), 0)
    );
    const ties = loads.map((has) => has[0] + has[1]);
    const fold = load.reduce(
      (best, value, k) =>
        value < load[best] - 1e-12 || Math.abs(value - load[best]) <= 1e-12 && ties[k] < ties[best] ? k : best,
      0,
    );
    loads[fold][0] += own[0];
    loads[fold][1] += own[1];
    for (const i of group) folds[i] = fold;
  }
  return folds;
}

/**
 * The fold of each of some pictures of one class, 0 to `count` − 1, or fewer where there are fewer parts: pictures of a part
 * come into one, and the folds have about as many pictures.
 *
 * @param groups which pictures are of one part: the same number for them
 *
 * ```ts
 * import { inFolds } from "./folds.ts";
 * const folds = inFolds([0, 0, 2, 2], { count: 5, seed: 0 });
 * console.assert(folds[0] === folds[1] && folds[2] === folds[3] && folds[0] !== folds[2]);
 * ```
 */
export function inFolds(
  groups: ArrayLike<number>,
  { count, seed }: { readonly count: number; readonly seed: number },
): Uint8Array<ArrayBuffer> {
  const members = Map.groupBy(Array.from(groups).keys(), (i) => groups[i]);
  const all = [...members.values()];
  const order = Array.from(seededRandom(seed).permutation(all.length), (i) => all[i])
    .sort((a, b) => b.length - a.length);
  const sizes = new Array<number>(Math.min(count, all.length)).fill(0);
  const folds = new Uint8Array(groups.length);
  for (const group of order) {
    const fold = sizes.indexOf(Math.min(...sizes));
    sizes[fold] += group.length;
    for (const i of group) folds[i] = fold;
  }
  return folds;
}

/** What one fold trains on and is judged by: numbers of pictures. */
export interface HeldOut {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** A kind of bad part that is left out of training. */
export interface HeldOutKind extends HeldOut {
  readonly kind: string;
}

/**
 * For each kind of bad part a fold that has none of it to train on: judged are the bad parts of the kind and a share of the good
 * ones, trained is on the bad parts of all other kinds and the other good ones. What a method finds there it would find of a
 * kind that nobody has seen.
 *
 * Pictures of a part that is judged are not trained on, whatever their kind.
 *
 * @param labels 1 for bad, 0 for good
 * @param kinds of each picture; of bad ones without a kind there is none to leave out, and they are always trained on
 * @param options.count of the folds that good parts are dealt into; kinds take turns with them
 * @returns none where fewer than two kinds are known, in the order of their names
 * @throws as {@linkcode groupedFolds}
 *
 * ```ts
 * import { kindsLeftOut } from "./folds.ts";
 * const labels = [0, 0, 0, 0, 1, 1, 1];
 * const kinds = [undefined, undefined, undefined, undefined, "dent", "dent", "scratch"];
 * const [dent] = kindsLeftOut(labels, kinds, { count: 2, seed: 1 });
 * console.assert(dent.kind === "dent" && dent.test.includes(4) && dent.train.includes(6) && !dent.train.includes(5));
 * ```
 */
export function kindsLeftOut(
  labels: ArrayLike<number>,
  kinds: readonly (string | undefined)[],
  options: FoldOptions,
): HeldOutKind[] {
  const all = Array.from(labels).keys().toArray();
  const names = [...new Set(all.filter((i) => labels[i] === 1).map((i) => kinds[i]))]
    .filter((kind) => kind !== undefined).sort();
  if (names.length < 2) return [];
  const folds = groupedFolds(labels, options);
  const groupOf = (i: number) => options.groups ? options.groups[i] : i;
  return names.map((kind, turn) => {
    const test = all.filter((i) => labels[i] === 1 ? kinds[i] === kind : folds[i] === turn % options.count);
    const judged = new Set(test.map(groupOf));
    const train = all.filter((i) => !judged.has(groupOf(i)) && !(labels[i] === 1 && kinds[i] === kind));
    return { kind, train, test };
  });
}
