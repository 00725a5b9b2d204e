/** Connected parts of a plane of labels. @module */
import type { LabelPlane } from "./plane.ts";

/** The connected parts of a plane, in the order of their first pixels. */
export interface Components {
  /** The part of each pixel, row-major. */
  readonly ids: Int32Array;
  /** The label of each part. */
  readonly labels: readonly number[];
  /** Pixels of each part. */
  readonly sizes: readonly number[];
}

/**
 * Parts of equal labels whose pixels touch by an edge (4 neighbours). Every pixel is in exactly one.
 *
 * @param corners whether pixels that touch by a corner are connected too (8 neighbours)
 *
 * ```ts
 * import { connectedComponents } from "./components.ts";
 * const { sizes } = connectedComponents({ height: 1, width: 4, labels: new Uint8Array([0, 1, 1, 0]) });
 * console.assert(sizes.join() === "1,2,1");
 * ```
 */
export function connectedComponents({ height, width, labels }: LabelPlane, corners = false): Components {
  const ids = new Int32Array(labels.length).fill(-1);
  const waiting = new Int32Array(labels.length);
  const kinds: number[] = [];
  const sizes: number[] = [];
  for (let first = 0; first < labels.length; first++) {
    if (ids[first] >= 0) continue;
    const id = kinds.length;
    const label = labels[first];
    let count = 0;
    let size = 1;
    ids[first] = id;
    waiting[count++] = first;
    while (count > 0) {
      const at = waiting[--count];
      const x = at % width;
      const visit = (next: number): void => {
        if (ids[next] >= 0 || labels[next] !== label) return;
        ids[next] = id;
        waiting[count++] = next;
        size++;
      };
      const [left, right] = [x > 0, x + 1 < width];
      if (left) visit(at - 1);
      if (right) visit(at + 1);
      for (const row of [at - width, at + width]) {
        if (row < 0 || row >= height * width) continue;
        visit(row);
        if (corners && left) visit(row - 1);
        if (corners && right) visit(row + 1);
      }
    }
    kinds.push(label);
    sizes.push(size);
  }
  return { ids, labels: kinds, sizes };
}

/** The largest part with a label other than 0, as 1, and all else as 0; of several, that which comes first. */
export function largestComponent(plane: LabelPlane): LabelPlane {
  const { ids, labels, sizes } = connectedComponents(plane);
  let largest = -1;
  labels.forEach((label, id) => {
    if (label !== 0 && (largest < 0 || sizes[id] > sizes[largest])) largest = id;
  });
  return { ...plane, labels: Uint8Array.from(ids, (id) => id === largest ? 1 : 0) };
}

/** Turns every part of 0 that does not reach the edge of the plane into 1. */
export function fillHoles(plane: LabelPlane): LabelPlane {
  const { height, width } = plane;
  const { ids, labels } = connectedComponents(plane);
  const outside = new Set<number>();
  for (let x = 0; x < width; x++) outside.add(ids[x]).add(ids[(height - 1) * width + x]);
  for (let y = 0; y < height; y++) outside.add(ids[y * width]).add(ids[(y + 1) * width - 1]);
  return { ...plane, labels: Uint8Array.from(ids, (id) => labels[id] === 0 && outside.has(id) ? 0 : 1) };
}
