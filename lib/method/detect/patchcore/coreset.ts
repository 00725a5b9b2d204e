/**
 * Choosing a coreset: the exact greedy k-center of PatchCore (Roth et al., 2022, Algorithm 1), lazily.
 * Why it is fast is in docs/decisions/coreset.md.
 * @module
 */
import type { PointSet } from "./point_set.ts";
import { principalAxes } from "./principal_axes.ts";

/** See {@linkcode selectCoreset}. */
export interface CoresetOptions {
  /** How many points to choose. */
  readonly count: number;
  /** Index of the first one. */
  readonly start: number;
  /** Told how many are chosen, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** How much work a choice was. */
export interface CoresetWork {
  /** Point–centre pairs of which 16 numbers were compared. */
  readonly compared: number;
  /** Pairs of which the whole distance was computed, after the first centre's. */
  readonly measured: number;
}

/** Coordinates on the principal axes; with the length of the rest they fill one cache line. */
const AXES = 15;
const LINE = 64;
const SAMPLE = 4096;
const STEP = 64;

/**
 * Starts with one point and goes on with the one that is farthest from all chosen, until `count` are chosen; the lowest
 * index among equally far ones, and none twice. Distances are Euclidean, squared, summed in single precision.
 *
 * @returns indices in the order of choice, u32[count]
 * @throws {RangeError} where count is not from 1 to the number of points, or start is none of them
 * @throws the signal's reason where it is aborted
 *
 * ```ts
 * import { selectCoreset } from "./coreset.ts";
 * import { openPointSet } from "./point_set.ts";
 * const points = openPointSet(1);
 * points.append(new Float32Array([0, 1, 5, 9]));
 * const { indices } = await selectCoreset(points, { count: 3, start: 0 });
 * console.assert(indices.join() === "0,3,2");
 * ```
 */
export async function selectCoreset(
  points: PointSet,
  options: CoresetOptions,
): Promise<{ indices: Uint32Array<ArrayBuffer>; work: CoresetWork }> {
  const { count, start, onProgress, signal } = options;
  const { kernel, stride, width, address } = points;
  const size = points.count();
  if (!(Number.isInteger(count) && count >= 1 && count <= size)) {
    throw new RangeError(`Cannot choose ${count} of ${size} points as the number must be from 1 to ${size}`);
  }
  if (!(Number.isInteger(start) && start >= 0 && start < size)) {
    throw new RangeError(`Cannot choose points from ${start} on as the start must be from 0 to ${size - 1}`);
  }
  signal?.throwIfAborted();
  const sizes = [
    size * LINE,
    size * 8,
    size * 4,
    size * 4,
    count * 4,
    count * stride,
    count * LINE,
    stride * 32,
    stride * 2,
  ];
  const [lines, heap, bounds, seen, centres, centreRows, centreLines, axesAt, meanAt] = points.scratch(sizes);

  const every = Math.max(1, Math.floor(size / SAMPLE));
  const sample = points.take(Array.from({ length: Math.ceil(size / every) }, (_, i) => i * every));
  const { axes, mean } = principalAxes(sample, width, AXES);
  const stored = new Float64Array(kernel.memory.buffer, axesAt, stride / 4 * 16).fill(0);
  axes.forEach((axis, a) => axis.forEach((value, j) => stored[j * 16 + a] = value));
  new Float64Array(kernel.memory.buffer, meanAt, stride / 4).fill(0).set(mean);
  kernel.project(address, stride, size, lines, axesAt, meanAt);

  const reach = longest(new Float32Array(kernel.memory.buffer, lines, size * LINE / 4));
  // Twice the error of a line: rounding to single precision, and the root of what cancels in the length of the rest.
  const rounding = reach * (2 ** -21 + Math.sqrt(width) * 2 ** -24);
  const places = [lines, heap, bounds, seen, centres, centreRows, centreLines] as const;
  kernel.begin(address, stride, size, ...places, start, rounding);
  for (let done = 1; done < count;) {
    done = Math.min(count, done + STEP);
    kernel.advance(done);
    onProgress?.(done, count);
    // Lets other work of this thread go on, an abort among it.
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
  }
  return {
    indices: new Uint32Array(kernel.memory.buffer, centres, count).slice(),
    work: { compared: kernel.compared.value, measured: kernel.measured.value },
  };
}

/** The largest length of a line. */
function longest(lines: Float32Array): number {
  let most = 0;
  for (let i = 0; i < lines.length; i += LINE / 4) {
    let sum = 0;
    for (let j = i; j < i + LINE / 4; j++) sum += lines[j] * lines[j];
    if (sum > most) most = sum;
  }
  return Math.sqrt(most);
}
