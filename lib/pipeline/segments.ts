/** The segment map of each picture of a run, and a hash of it. @module */
import type { SegmentMap } from "../domain.ts";
import { readPixels } from "../image/decode.ts";
import { sha256 } from "../io/hash.ts";
import { checkSegmentMap } from "../segment/check.ts";
import { openSegmentMaps } from "../segment/read.ts";
import type { Source } from "./experiment.ts";

/** Where a pipeline's segment maps come from. */
export interface Segments {
  readonly kind: "static" | "folder" | "none";
  /** L names, the same for all pictures. */
  readonly names: readonly string[];
  /** The map of a picture at picture size, one row of labels. */
  mapOf(source: Source): Promise<SegmentMap>;
  /** A hash of that map. */
  hashOf(source: Source): Promise<string>;
  /** What is odd about the map for all pictures, or about the maps together, in sentences. */
  readonly warnings: readonly string[];
}

/**
 * Opens what a pipeline names: a segment map, a folder of them, or "none".
 *
 * @param picture a picture that the map should fit; other proportions give a warning
 * @throws {Error} where it cannot be read or does not fit the size
 */
export async function openSegments(
  path: string,
  size: { readonly height: number; readonly width: number },
  picture?: string,
): Promise<Segments> {
  const maps = await openSegmentMaps(path, { size });
  if (maps.kind !== "folder") {
    const map = await maps.mapOf("");
    const hash = hashOf(map);
    return {
      kind: maps.kind,
      names: maps.names,
      mapOf: () => Promise.resolve(map),
      hashOf: () => Promise.resolve(hash),
      warnings: checkSegmentMap(map, size, await sizesOnDisk(picture, maps.fileOf(""))).warnings,
    };
  }
  const hashes = new Map<string, Promise<string>>();
  async function mapOf({ item: { id, label } }: Source): Promise<SegmentMap> {
    const map = await maps.mapOf(id, label);
    checkSegmentMap(map, size);
    return map;
  }
  return {
    kind: maps.kind,
    names: maps.names,
    mapOf,
    hashOf(source) {
      let hash = hashes.get(source.item.id);
      if (!hash) hashes.set(source.item.id, hash = mapOf(source).then(hashOf));
      return hash;
    },
    warnings: maps.warnings,
  };
}

/** The sizes of a picture and of a map as they lie on disk, where both are pictures that can be read. */
async function sizesOnDisk(picture?: string, map?: string) {
  if (picture === undefined || map === undefined || map.endsWith(".npy")) return undefined;
  try {
    return { picture: await readPixels(picture), map: await readPixels(map) };
  } catch {
    // The step that needs the picture says what is wrong with it.
    return undefined;
  }
}

function hashOf({ labels, names }: SegmentMap): string {
  return sha256(`${names.join()} ${labels.shape.join()} ${sha256(labels.data)}`);
}
