/**
 * The nearest entry of a bank, found without most of the distances: the memory around `bounded.as.ts`.
 * Why it is fast, and why it is exact, is in docs/decisions/nearest.md.
 * @module
 */
import { kernelOf, reserve } from "../../../base/io/kernel.ts";
import { wasmBytes } from "./bounded.generated.ts";
import { kdOrder } from "./kd_order.ts";
import type { Bank, Nearest } from "./nearest.ts";
import { principalAxes } from "./principal_axes.ts";

interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly measured: { readonly value: number };
  scratchOf(stride: number, levels: number): number;
  open(...numbers: number[]): void;
  project(from: number, count: number, to: number): void;
  search(...numbers: number[]): number;
  distancesTo(queries: number, count: number, entries: number, distances: number): void;
}

/** What was found of some queries. */
export interface Found extends Nearest {
  /** So many queries were found, from the first on; of the others too many entries would have to be looked at. */
  readonly found: number;
  /** How many distances were computed. */
  readonly measured: number;
}

/** A bank in the memory of the kernel. */
export interface BoundedSearch {
  /**
   * The nearest entry of each query, the one of the least index among equally near ones, and its distance in single precision.
   *
   * @param queries f32[R, C]
   * @param width the queries are rows of so many patches of a picture, where near ones have near entries; any number is right
   */
  search(queries: Float32Array, width: number): Found;
  /** The distances of queries from entries by the same sums: f32[R]. */
  distancesTo(queries: Float32Array, entries: Int32Array): Float32Array<ArrayBuffer>;
}

/** Entries of a block, and coordinates of a level. */
const EIGHT = 8;
/** Levels at most: coordinates of the first 64 axes. */
const LEVELS = 8;
/** Bytes of a level of a block: halves of squared lengths, and coordinates. */
const LINE = 160;
/** The length of the longest entry in whole numbers, and the most of a query: sums of products fit into 32 bits. */
const LONGEST = 8192, MOST = 30_000;
/** Entries whose principal axes are taken, and rounds: axes need not be exact. */
const SAMPLE = 256, ROUNDS = 2;
/** So many distances a query pay at most, and so large a part of the bank; as many as two banks before that is asked. */
const FEW = 32, SHARE = 1 / 64;
const instantiate = kernelOf<Kernel>(wasmBytes);

/**
 * Lays a bank into the memory of a kernel; a copy of it is held.
 *
 * @throws {RangeError} where that needs more than 4 GiB
 *
 * ```ts
 * import { openBounded } from "./bounded.ts";
 * const { search } = openBounded({ rows: new Float32Array([0, 0, 3, 4]), channels: 2 });
 * const { indices, distances } = search(new Float32Array([0, 1]), 1);
 * console.assert(indices[0] === 0 && distances[0] === 1);
 * ```
 */
export function openBounded({ rows, channels }: Bank): BoundedSearch {
  const kernel = instantiate();
  const { memory } = kernel;
  const count = rows.length / channels;
  const blocks = Math.ceil(count / EIGHT);
  const levels = Math.min(LEVELS, Math.ceil(channels / EIGHT));
  const rank = levels * EIGHT;
  /** Numbers of a row, with zeros behind. */
  const width = Math.ceil(channels / EIGHT) * EIGHT;
  const stride = 4 * width;
  let end = 0;
  const rowsAt = room(blocks * EIGHT * stride);
  const namesAt = room(blocks * EIGHT * 4);
  const linesAt = room(blocks * levels * LINE);
  const axesAt = room(2 * width * rank);
  const meanAt = room(stride);
  const scratchAt = room(kernel.scratchOf(stride, levels));
  const behind = end;

  grow(behind + 2 * blocks * EIGHT * rank);
  const { axes, mean } = principalAxes(someOf(rows, channels), channels, Math.min(rank, channels), ROUNDS);
  new Float32Array(memory.buffer, meanAt, channels).set(mean);
  layAxes(new Int16Array(memory.buffer, axesAt, width * rank), axes, width);
  place(rows, rowsAt, asTheyLie);
  const { scale, reach, slack } = scaling(rows, new Float32Array(memory.buffer, meanAt, channels).slice(), rank);
  const longest = scale === 0 ? 0 : MOST / scale;
  const tables = [linesAt, blocks, levels, axesAt, meanAt];
  kernel.open(rowsAt, stride, namesAt, ...tables, scale, longest, reach, slack, scratchAt);

  kernel.project(rowsAt, blocks * EIGHT, behind);
  const coordinates = untile(new Int16Array(memory.buffer, behind, blocks * EIGHT * rank), rank).subarray(
    0,
    count * rank,
  );
  const order = kdOrder(firstOf(coordinates, rank, EIGHT), EIGHT, EIGHT);
  layLines(new DataView(memory.buffer, linesAt, blocks * levels * LINE), coordinates, order, levels);
  const places = new Int32Array(count);
  order.forEach((name, i) => places[name] = i);
  new Uint32Array(memory.buffer, namesAt, count).set(order);
  place(rows, rowsAt, (i) => places[i]);

  /** Each array begins with a cache line. */
  function room(bytes: number): number {
    const at = Math.ceil(end / 64) * 64;
    end = at + bytes;
    return at;
  }
  function grow(bytes: number): void {
    reserve(memory, bytes, `Cannot search ${count} entries of ${channels} numbers`, "use a smaller bank");
  }
  /** Puts rows side by side, each with zeros behind. */
  function place(some: Float32Array, at: number, to: (i: number) => number): void {
    const all = new Float32Array(memory.buffer, at);
    if (to === asTheyLie && width === channels) return all.set(some);
    for (let i = 0; i * channels < some.length; i++) {
      all.set(some.subarray(i * channels, (i + 1) * channels), to(i) * width);
    }
  }
  /** The queries, in the memory behind everything, with room for what is found. */
  function lay(queries: Float32Array) {
    const size = queries.length / channels;
    const whole = Math.ceil(size / 4) * 4;
    const [queriesAt, entriesAt] = [Math.ceil(behind / 64) * 64, Math.ceil(behind / 64) * 64 + whole * stride];
    const distancesAt = entriesAt + 4 * size;
    grow(distancesAt + 4 * size);
    // What is found depends on nothing that lay there before.
    const all = new Float32Array(memory.buffer, queriesAt, whole * width);
    if (width > channels) all.fill(0);
    else all.fill(0, size * width);
    place(queries, queriesAt, asTheyLie);
    return { size, queriesAt, entriesAt, distancesAt };
  }

  return {
    search(queries, width) {
      const { size, queriesAt, entriesAt, distancesAt } = lay(queries);
      const each = FEW + Math.ceil(count * SHARE);
      const found = kernel.search(queriesAt, size, width, 2 * count, each, entriesAt, distancesAt);
      return {
        indices: Int32Array.from(new Int32Array(memory.buffer, entriesAt, found), (entry) => order[entry]),
        distances: new Float32Array(memory.buffer, distancesAt, found).slice(),
        found,
        measured: kernel.measured.value,
      };
    },
    distancesTo(queries, entries) {
      const { size, queriesAt, entriesAt, distancesAt } = lay(queries);
      new Int32Array(memory.buffer, entriesAt, size).set(entries.map((entry) => places[entry]));
      kernel.distancesTo(queriesAt, size, entriesAt, distancesAt);
      return new Float32Array(memory.buffer, distancesAt, size).slice();
    },
  };
}

function asTheyLie(i: number): number {
  return i;
}

/** At most so many rows, evenly spread. */
function someOf(rows: Float32Array, channels: number): Float32Array {
  const count = rows.length / channels;
  const size = Math.min(count, SAMPLE);
  const some = new Float32Array(size * channels);
  for (let i = 0; i < size; i++) {
    const at = Math.floor(i * count / size) * channels;
    some.set(rows.subarray(at, at + channels), i * channels);
  }
  return some;
}

/**
 * How rows become whole numbers, and how much farther apart these may be: not more than reach · distance + slack.
 *
 * @param mean f32[channels], as the kernel has it
 */
function scaling(rows: Float32Array, mean: Float32Array, rank: number) {
  const channels = mean.length;
  let longest = 0;
  for (let at = 0; at < rows.length; at += channels) {
    let squared = 0;
    for (let j = 0; j < channels; j++) squared += (rows[at + j] - mean[j]) ** 2;
    // A length that is no number stays.
    if (!(squared <= longest)) longest = squared;
  }
  const scale = longest > 0 && Number.isFinite(longest) ? Math.fround(LONGEST / Math.sqrt(longest)) : 0;
  // Axes are rounded to multiples of 2^-15: by the Frobenius norm of what that changes they stretch at most so much.
  const stretch = 1 + Math.sqrt(channels * rank) * 2 ** -16;
  // Distances are sums in single precision.
  const rounding = 1 + (channels + 32) * 2 ** -24;
  // Each of two rows and of their coordinates is rounded to whole numbers, by a half at most and what single precision loses.
  const slack = 2 * (0.52 * Math.sqrt(channels) * stretch + 0.5 * Math.sqrt(rank));
  return { scale, reach: scale === 0 ? 1 : scale * stretch * rounding, slack };
}

/** Axes as whole numbers, eight at a time: pairs of their numbers side by side. */
function layAxes(to: Int16Array, axes: readonly Float64Array[], width: number): void {
  axes.forEach((axis, a) => {
    const at = Math.floor(a / EIGHT) * EIGHT * width + a % EIGHT * 2;
    axis.forEach((value, j) => to[at + (j >> 1) * 2 * EIGHT + (j & 1)] = Math.round(value * 32767));
  });
}

/** From tiles of four with negated numbers in pairs to rows. */
function untile(tiles: Int16Array, rank: number): Int16Array<ArrayBuffer> {
  const rows = new Int16Array(tiles.length);
  for (let i = 0; i < tiles.length / rank; i++) {
    for (let r = 0; r < rank; r++) {
      rows[i * rank + r] = -tiles[(i >> 2) * 4 * rank + (r >> 1) * 8 + (i & 3) * 2 + (r & 1)];
    }
  }
  return rows;
}

function firstOf(rows: Int16Array, width: number, wanted: number): Int16Array {
  return Int16Array.from(
    { length: rows.length / width * wanted },
    (_, i) => rows[Math.floor(i / wanted) * width + i % wanted],
  );
}

/** Blocks of eight entries in their order, level by level: see the kernel. */
function layLines(to: DataView, coordinates: Int16Array, order: Uint32Array, levels: number): void {
  const blocks = Math.ceil(order.length / EIGHT);
  for (let i = 0; i < blocks * EIGHT; i++) {
    const [block, inside] = [Math.floor(i / EIGHT), i % EIGHT];
    for (let level = 0; level < levels; level++) {
      const at = (level * blocks + block) * LINE;
      let squared = 0;
      for (let c = 0; c < EIGHT && i < order.length; c++) {
        const value = coordinates[(order[i] * levels + level) * EIGHT + c];
        squared += value * value;
        to.setInt16(at + 32 + (c >> 1) * 32 + inside * 4 + (c & 1) * 2, value, true);
      }
      // Rounded down, so that bounds stay below; what is no entry is farther than anything.
      to.setInt32(at + inside * 4, i < order.length ? squared >> 1 : level === 0 ? 2 ** 31 - 1 : 0, true);
    }
  }
}
