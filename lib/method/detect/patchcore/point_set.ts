/** Many points in the memory of the WebAssembly kernel that chooses among them; held once. @module */
import { kernelOf, MOST_MEMORY, reserve } from "../../../base/io/kernel.ts";
import { wasmBytes } from "./coreset.generated.ts";

/** What the kernel (coreset.as.ts) exports; addresses and sizes are in bytes, counts in entries. */
export interface CoresetKernel {
  readonly memory: WebAssembly.Memory;
  base(): number;
  project(points: number, stride: number, count: number, lines: number, axes: number, mean: number): void;
  begin(
    points: number,
    stride: number,
    count: number,
    lines: number,
    heap: number,
    bounds: number,
    seen: number,
    centres: number,
    centreRows: number,
    centreLines: number,
    start: number,
    rounding: number,
  ): void;
  advance(until: number): void;
  /** Comparisons of lines, and of whole rows, since `begin`. */
  readonly compared: { readonly value: number };
  readonly measured: { readonly value: number };
}

/** Points of one width. */
export interface PointSet {
  /** Numbers of a point. */
  readonly width: number;
  /** Bytes from one point to the next. */
  readonly stride: number;
  /** How many points were appended. */
  count(): number;
  /**
   * Copies points to the end.
   *
   * @throws {RangeError} where the rows are not whole, one is not finite, or the memory is full
   */
  append(rows: Float32Array): void;
  /** A copy of some points, side by side. */
  take(indices: ArrayLike<number>): Float32Array<ArrayBuffer>;
  readonly kernel: CoresetKernel;
  /** Where the points begin. */
  readonly address: number;
  /**
   * Memory behind the points for `sizes` bytes each, until the next call or append.
   *
   * @throws {RangeError} where more than 4 GiB would be needed
   */
  scratch(sizes: readonly number[]): number[];
}

const instantiate = kernelOf<CoresetKernel>(wasmBytes);

/**
 * An empty set; its memory goes when the set does.
 *
 * @param capacity how many points are expected: saves growing, binds nothing
 * @throws {RangeError} where the width is not a whole number from 1
 *
 * ```ts
 * import { openPointSet } from "./point_set.ts";
 * const points = openPointSet(3);
 * points.append(new Float32Array([1, 2, 3, 4, 5, 6]));
 * console.assert(points.count() === 2 && points.take([1]).join() === "4,5,6");
 * ```
 */
export function openPointSet(width: number, capacity = 0): PointSet {
  if (!(Number.isInteger(width) && width >= 1)) {
    throw new RangeError(`Cannot hold points of ${width} numbers as at least one is needed`);
  }
  const kernel = instantiate();
  const stride = Math.ceil(width / 4) * 16;
  const address = align(kernel.base());
  let count = 0;
  grow(address + capacity * stride);

  function grow(end: number): void {
    const what = `Cannot hold ${count} points of ${width} numbers with what choosing among them needs`;
    reserve(kernel.memory, end, what, "take fewer pictures");
  }

  function append(rows: Float32Array): void {
    const more = rows.length / width;
    if (!Number.isInteger(more)) {
      throw new RangeError(`Cannot append ${rows.length} numbers to points of ${width} numbers each`);
    }
    let sum = 0;
    for (let i = 0; i < rows.length; i++) sum += rows[i];
    if (!Number.isFinite(sum)) {
      const broken = rows.findIndex((value) => !Number.isFinite(value));
      throw new RangeError(
        `Cannot append point ${Math.floor(broken / width)} as it must be finite: it has ${rows[broken]}`,
      );
    }
    const end = address + (count + more) * stride;
    if (end > kernel.memory.buffer.byteLength) grow(Math.min(MOST_MEMORY, Math.max(end, 1.5 * (end - address))));
    const memory = new Float32Array(kernel.memory.buffer, address + count * stride, more * stride / 4);
    if (stride === 4 * width) memory.set(rows);
    else {
      memory.fill(0);
      for (let i = 0; i < more; i++) memory.set(rows.subarray(i * width, (i + 1) * width), i * stride / 4);
    }
    count += more;
  }
  function take(indices: ArrayLike<number>): Float32Array<ArrayBuffer> {
    const rows = new Float32Array(indices.length * width);
    for (let i = 0; i < indices.length; i++) {
      rows.set(new Float32Array(kernel.memory.buffer, address + indices[i] * stride, width), i * width);
    }
    return rows;
  }
  function scratch(sizes: readonly number[]): number[] {
    let end = align(address + count * stride);
    const places = sizes.map((size) => {
      const place = end;
      end = align(end + size);
      return place;
    });
    grow(end);
    return places;
  }
  return { width, stride, count: () => count, append, take, kernel, address, scratch };
}

/** The next whole cache line. */
function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}
