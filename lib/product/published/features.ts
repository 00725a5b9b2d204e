/** Features of maps that others have made, kept by the content of their files. @module */
import { readFile } from "node:fs/promises";
import { mapFiles, type MappedClass, type MappedPart, parseMap } from "./map_files.ts";
import { sha256 } from "../../base/io/hash.ts";
import { fourStatistics } from "./arithmetic.ts";
import { type Cache, keyOf } from "../run/cache/cache.ts";

/** What features of a class are computed from. */
export interface ReferenceMaps {
  readonly root: string;
  readonly parts: MappedClass;
  readonly detectors: readonly string[];
  /** L */
  readonly segments: number;
  readonly cache: Cache;
  /** What code computes them. */
  readonly code: string;
  /** Called after each map. */
  readonly onMap: () => void;
  readonly signal: AbortSignal;
}

/** Rows of 4·L + 1 values by detector and `label/name`: four statistics a segment, and the maximum of the map. */
export type ReferenceRows = ReadonlyMap<string, ReadonlyMap<string, Float32Array>>;

/**
 * The rows of all maps of a class. One map is in memory at a time; each row is kept once it is computed, so that a
 * stopped run goes on with the next map.
 *
 * @throws {Error} where a file cannot be read or used
 */
export async function referenceRows(maps: ReferenceMaps): Promise<ReferenceRows> {
  const { parts, detectors, signal, onMap } = maps;
  const rows = new Map<string, Map<string, Float32Array>>();
  for (const detector of detectors) {
    const some = new Map<string, Float32Array>();
    for (const part of [...parts.training, ...parts.test]) {
      signal.throwIfAborted();
      some.set(idOf(part), await rowOf(maps, detector, part));
      onMap();
    }
    rows.set(detector, some);
  }
  return rows;
}

/** What a part is called among those of its class. */
export function idOf({ label, name }: MappedPart): string {
  return `${label}/${name}`;
}

async function rowOf(maps: ReferenceMaps, detector: string, part: MappedPart): Promise<Float32Array> {
  const { root, parts, segments, cache, code } = maps;
  const [map, labels] = await Promise.all(
    mapFiles(root, parts.name, detector, part).map(async (path) => new Uint8Array(await readFile(path))),
  );
  const key = keyOf("reference-features", { map: sha256(map), labels: sha256(labels), segments, code });
  const width = 4 * segments + 1;
  const kept = await cache.load(key, (bytes) => {
    if (bytes.length !== 4 * width) throw new SyntaxError(`Cannot read ${bytes.length} bytes as ${width} features`);
    return new Float32Array(bytes.slice().buffer);
  });
  if (kept) return kept;
  const place = `${parts.name}/${detector}/${idOf(part)}`;
  const row = computeRow(parseMap(map, labels, segments, place), segments);
  await cache.write(key, new Uint8Array(row.buffer));
  return row;
}

/**
 * The row of one map, rounded to single precision as XGBoost does.
 *
 * ```ts
 * import { computeRow } from "./features.ts";
 * const row = computeRow({ map: Float32Array.of(1, 3, 9), segments: [0, 0, 1] }, 2);
 * console.assert(row[3] === 2 && row[7] === 9 && row[8] === 9);
 * ```
 */
export function computeRow(
  { map, segments }: { map: Float32Array | Float64Array; segments: ArrayLike<number> },
  count: number,
): Float32Array<ArrayBuffer> {
  const sizes = new Uint32Array(count);
  for (let i = 0; i < map.length; i++) sizes[segments[i]]++;
  const pixels = Array.from(
    sizes,
    (size) => map instanceof Float32Array ? new Float32Array(size) : new Float64Array(size),
  );
  const filled = new Uint32Array(count);
  let maximum = -Infinity;
  for (let i = 0; i < map.length; i++) {
    pixels[segments[i]][filled[segments[i]]++] = map[i];
    maximum = Math.max(maximum, map[i]);
  }
  return Float32Array.from([...pixels.flatMap((values) => fourStatistics(values)), maximum]);
}
