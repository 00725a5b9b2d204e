/** Few connected parts out of many: small ones become a piece of the neighbour that they touch most. @module */
import { connectedComponents } from "./components.ts";
import type { LabelPlane } from "./plane.ts";

/**
 * Merges the connected parts of a plane until `count` are left. The smallest part goes first, into the neighbour with
 * which it shares the most edges of pixels; of equal ones, the one that comes first in reading order.
 *
 * @returns labels 0 to count−1, each one connected part, the largest first; equal ones in reading order
 * @throws {RangeError} where the plane has fewer parts, or `count` is not from 1 to 255
 *
 * ```ts
 * import { mergeParts } from "./merge_parts.ts";
 * const noisy = { height: 2, width: 4, labels: new Uint8Array([0, 0, 1, 1, 0, 2, 1, 1]) };
 * console.assert(mergeParts(noisy, 2).labels.join("") === "11001000"); // the dot touches 0 and 1 alike but 0 twice
 * ```
 */
export function mergeParts(plane: LabelPlane, count: number): LabelPlane {
  if (!(Number.isInteger(count) && count >= 1 && count <= 255)) {
    throw new RangeError(`Cannot merge parts as their number must be from 1 to 255: current value is ${count}`);
  }
  const { ids, sizes: counted } = connectedComponents(plane);
  if (counted.length < count) {
    throw new RangeError(
      `Cannot make ${count} connected parts as there are only ${counted.length}: ask for at most ${counted.length}`,
    );
  }
  const sizes = [...counted];
  const borders = countBorders(plane, ids, sizes.length);
  const into = sizes.map((_, id) => id);
  const queue = openQueue((a, b) => a.size - b.size || a.id - b.id);
  sizes.forEach((size, id) => queue.push({ size, id }));
  for (let left = sizes.length; left > count;) {
    const { size, id } = queue.pop();
    if (into[id] !== id || sizes[id] !== size) continue; // It was merged, or has grown since.
    const target = widestBorder(borders[id]);
    into[id] = target;
    sizes[target] += size;
    for (const [neighbour, edges] of borders[id]) {
      borders[neighbour].delete(id);
      if (neighbour === target) continue;
      borders[neighbour].set(target, (borders[neighbour].get(target) ?? 0) + edges);
      borders[target].set(neighbour, (borders[target].get(neighbour) ?? 0) + edges);
    }
    queue.push({ size: sizes[target], id: target });
    left--;
  }
  const root = (id: number): number => into[id] === id ? id : (into[id] = root(into[id]));
  const first = new Map<number, number>();
  ids.forEach((id, at) => first.has(root(id)) || first.set(root(id), at));
  const order = [...first.keys()].sort((a, b) => sizes[b] - sizes[a] || first.get(a)! - first.get(b)!);
  const label = new Map(order.map((id, i) => [id, i]));
  return { ...plane, labels: Uint8Array.from(ids, (id) => label.get(root(id))!) };
}

/** For each part, its neighbours and the edges of pixels that both share. */
function countBorders({ height, width }: LabelPlane, ids: Int32Array, parts: number): Map<number, number>[] {
  const borders = Array.from({ length: parts }, () => new Map<number, number>());
  const touch = (a: number, b: number): void => {
    if (a === b) return;
    borders[a].set(b, (borders[a].get(b) ?? 0) + 1);
    borders[b].set(a, (borders[b].get(a) ?? 0) + 1);
  };
  for (let at = 0; at < height * width; at++) {
    if ((at + 1) % width !== 0) touch(ids[at], ids[at + 1]);
    if (at + width < height * width) touch(ids[at], ids[at + width]);
  }
  return borders;
}

function widestBorder(neighbours: ReadonlyMap<number, number>): number {
  let [best, most] = [-1, 0];
  for (const [id, edges] of neighbours) {
    if (edges > most || (edges === most && id < best)) [best, most] = [id, edges];
  }
  return best;
}

interface Waiting {
  readonly size: number;
  readonly id: number;
}

/** A binary heap: `pop` gives the least. */
function openQueue(compare: (a: Waiting, b: Waiting) => number): { push(item: Waiting): void; pop(): Waiting } {
  const heap: Waiting[] = [];
  const swap = (a: number, b: number): void => void ([heap[a], heap[b]] = [heap[b], heap[a]]);
  return {
    push(item) {
      let at = heap.push(item) - 1;
      for (; at > 0 && compare(heap[at], heap[(at - 1) >> 1]) < 0; at = (at - 1) >> 1) swap(at, (at - 1) >> 1);
    },
    pop() {
      const least = heap[0];
      const last = heap.pop()!;
      if (heap.length === 0) return least;
      heap[0] = last;
      for (let at = 0;;) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        let next = at;
        if (left < heap.length && compare(heap[left], heap[next]) < 0) next = left;
        if (right < heap.length && compare(heap[right], heap[next]) < 0) next = right;
        if (next === at) return least;
        swap(at, next);
        at = next;
      }
    },
  };
}
