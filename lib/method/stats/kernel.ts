/** The statistics of one map in WebAssembly: the memory around `pool.as.ts`. @module */
import { kernelOf } from "../../base/io/kernel.ts";
import type { PixelOrder } from "./order.ts";
import { wasmBytes } from "./pool.generated.ts";

interface Exports {
  readonly memory: WebAssembly.Memory;
  pool(...addresses: number[]): number;
}

/** How many statistics `pool.as.ts` gives a segment. */
export const KERNEL_STATISTICS = 4;

const instantiate = kernelOf<Exports>(wasmBytes);

/** One instance for all stages of a thread: an instance reserves gigabytes of addresses. Holds scratch values alone. */
let instance: Exports | undefined;
/** What the memory is laid out for, and where the caller's arrays lie in it. */
let layout: { order: PixelOrder; map: Float32Array; out: Float64Array; addresses: number[] } | undefined;

/**
 * q99.5, skewness, kurtosis and mean of one map over each segment.
 *
 * @param map f32[H·W]
 * @param order which pixels are in which segment
 * @returns f64[L,4], over which the next call writes; undefined where a pixel is not finite
 *
 * ```ts
 * import { poolMap } from "./kernel.ts";
 * import { orderPixels } from "./order.ts";
 * const order = orderPixels(new Uint8Array([0, 255, 0]), 1);
 * console.assert(poolMap(new Float32Array([1, 9, 3]), order)?.join() === "2.99,0,-2,2");
 * ```
 */
export function poolMap(map: Float32Array, order: PixelOrder): Float64Array | undefined {
  instance ??= instantiate();
  if (layout?.order !== order) layout = layOut(instance.memory, order);
  layout.map.set(map);
  return instance.pool(...layout.addresses) === 0 ? layout.out : undefined;
}

function layOut(memory: WebAssembly.Memory, order: PixelOrder): NonNullable<typeof layout> {
  const pixels = order.order.length;
  const segments = order.starts.length - 2;
  let used = 16;
  // Each array begins at a multiple of 16 and has 16 bytes of room behind it.
  const take = (bytes: number) => {
    const at = used;
    used = Math.ceil((used + bytes + 16) / 16) * 16;
    return at;
  };
  const map = take(4 * pixels);
  const ordered = take(4 * pixels);
  const maxima = take(pixels / 4 + 4);
  const candidates = take(4 * pixels);
  const runs = take(4 * order.runs.length);
  const starts = take(4 * order.starts.length);
  const out = take(8 * KERNEL_STATISTICS * segments);
  const missing = used - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  new Uint32Array(memory.buffer, runs, order.runs.length).set(order.runs);
  new Uint32Array(memory.buffer, starts, order.starts.length).set(order.starts);
  return {
    order,
    map: new Float32Array(memory.buffer, map, pixels),
    out: new Float64Array(memory.buffer, out, KERNEL_STATISTICS * segments),
    addresses: [map, ordered, runs, order.runs.length / 2, starts, segments, maxima, candidates, out],
  };
}
