/** Connected parts of a grid by what is seen in them. @module */
import { bindAxes, type Tensor } from "../../base/tensor/tensor.ts";
import type { LabelPlane } from "./plane.ts";

/**
 * Merges the cells of a grid into connected parts: ever the two neighbours whose union adds least to the sum of squared
 * distances from the parts' means (J. H. Ward, J. Am. Stat. Assoc. 58, 1963), until `count` are left. A small part that
 * looks like nothing beside it so outlasts halves of a large one. Of equal pairs, the one in reading order goes first.
 *
 * @param points f32[P,C], a row a cell in reading order
 * @param count from 1 to 255
 * @returns labels 0 to count−1, each one connected part, the largest first; equal ones in reading order
 * @throws {RangeError} where the grid has fewer cells, or `count` is not from 1 to 255
 * @throws {TypeError} where there is not one point a cell
 *
 * ```ts
 * import { shaped } from "../../base/tensor/tensor.ts";
 * import { wardParts } from "./ward_parts.ts";
 * const points = shaped<Parameters<typeof wardParts>[0]>("f32", ["P", "C"], [6, 1], new Float32Array([0, 1, 9, 0, 1, 8]));
 * console.assert(wardParts(points, { height: 2, width: 3 }, 2).labels.join("") === "001001");
 * ```
 */
export function wardParts(
  points: Tensor<"f32", readonly ["P", "C"], "activation">,
  { height, width }: { readonly height: number; readonly width: number },
  count: number,
): LabelPlane {
  const cells = height * width;
  const { C } = bindAxes(points, [cells, "C"], "merge the cells of a grid");
  if (!(Number.isInteger(count) && count >= 1 && count <= 255)) {
    throw new RangeError(`Cannot merge cells as the number of parts must be from 1 to 255: current value is ${count}`);
  }
  if (cells < count) {
    throw new RangeError(`Cannot make ${count} connected parts as there are only ${cells}: ask for at most ${cells}`);
  }
  // A part is called by its first cell; the others of its cells point towards it.
  const into = Int32Array.from({ length: cells }, (_, cell) => cell);
  const sizes = new Uint32Array(cells).fill(1);
  const means = Float64Array.from(points.data);
  const changes = new Uint32Array(cells);
  const neighbours = Array.from({ length: cells }, () => new Set<number>());
  const queue = openQueue();
  const offer = (a: number, b: number): void => {
    let far = 0;
    for (let c = 0; c < C; c++) far += (means[a * C + c] - means[b * C + c]) ** 2;
    const cost = far * sizes[a] * sizes[b] / (sizes[a] + sizes[b]);
    const [first, second] = a < b ? [a, b] : [b, a];
    queue.push({ cost, first, second, changes: [changes[first], changes[second]] });
  };
  const touch = (a: number, b: number): void => {
    neighbours[a].add(b);
    neighbours[b].add(a);
    offer(a, b);
  };
  for (let cell = 0; cell < cells; cell++) {
    if ((cell + 1) % width !== 0) touch(cell, cell + 1);
    if (cell + width < cells) touch(cell, cell + width);
  }
  for (let left = cells; left > count;) {
    const { first, second, changes: then } = queue.pop();
    // One of them has grown, or is gone, since the pair was offered.
    if (changes[first] !== then[0] || changes[second] !== then[1]) continue;
    const size = sizes[first] + sizes[second];
    for (let c = 0; c < C; c++) {
      const at = first * C + c;
      means[at] += (means[second * C + c] - means[at]) * sizes[second] / size;
    }
    sizes[first] = size;
    into[second] = first;
    changes[first]++;
    changes[second]++;
    neighbours[first].delete(second);
    for (const other of neighbours[second]) {
      neighbours[other].delete(second);
      if (other === first) continue;
      neighbours[other].add(first);
      neighbours[first].add(other);
    }
    for (const other of neighbours[first]) offer(first, other);
    left--;
  }
  // A part is called by a cell before all its others, so that one pass finds them.
  for (let cell = 0; cell < cells; cell++) into[cell] = into[into[cell]];
  const order = [...new Set(into)].sort((a, b) => sizes[b] - sizes[a] || a - b);
  const label = new Map(order.map((part, i) => [part, i]));
  return { height, width, labels: Uint8Array.from(into, (part) => label.get(part)!) };
}

/** Two neighbours, and how often each had changed when they were offered. */
interface Pair {
  readonly cost: number;
  readonly first: number;
  readonly second: number;
  readonly changes: readonly [number, number];
}

/** A binary heap: `pop` gives the least. */
function openQueue(): { push(pair: Pair): void; pop(): Pair } {
  const heap: Pair[] = [];
  const before = (a: Pair, b: Pair) => (a.cost - b.cost || a.first - b.first || a.second - b.second) < 0;
  return {
    push(pair) {
      let at = heap.length;
      for (; at > 0 && before(pair, heap[(at - 1) >> 1]); at = (at - 1) >> 1) heap[at] = heap[(at - 1) >> 1];
      heap[at] = pair;
    },
    pop() {
      const least = heap[0];
      const last = heap.pop()!;
      if (heap.length === 0) return least;
      let at = 0;
      for (;;) {
        let next = 2 * at + 1;
        if (next + 1 < heap.length && before(heap[next + 1], heap[next])) next++;
        if (next >= heap.length || !before(heap[next], last)) break;
        heap[at] = heap[next];
        at = next;
      }
      heap[at] = last;
      return least;
    },
  };
}
