/** The segment map of each picture of a run, and a hash of it. @module */
import type { SegmentMap } from "../../../domain.ts";
import type { Item } from "../../../picture/data/dataset.ts";
import type { PictureLimits } from "../../../picture/image/decode.ts";
import type { Size } from "../../../picture/image/resize.ts";
import { readSize } from "../../../picture/image/size.ts";
import { sha256 } from "../../../base/io/hash.ts";
import { checkSegmentMap, sameProportions } from "../../../picture/segment/check.ts";
import { readPlaneSize } from "../../../picture/segment/plane.ts";
import { openSegmentMaps, sharedMap } from "../../../picture/segment/read.ts";
import type { SegmentMaps } from "../../../picture/segment/read.ts";
import type { Source } from "../../experiment/experiment.ts";

/** Where a pipeline's segment maps come from. */
export interface Segments {
  readonly kind: "static" | "folder" | "none" | "rings";
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
 * @param items the pictures that the maps are for: other proportions give a warning
 * @throws {Error} where it cannot be read, does not fit the size, or a picture of `items` has no map of its own in the folder
 */
export async function openSegments(
  path: string,
  { height, width, maxPixels }: Size & Pick<PictureLimits, "maxPixels">,
  items: readonly Item[] = [],
): Promise<Segments> {
  const size = { height, width };
  const maps = await openSegmentMaps(path, { size, maxPixels });
  if (maps.kind !== "folder") {
    const map = await maps.mapOf("");
    const hash = hashOf(map);
    return {
      kind: maps.kind,
      names: maps.names,
      mapOf: () => Promise.resolve(map),
      hashOf: () => Promise.resolve(hash),
      warnings: [
        ...maps.warnings,
        ...checkSegmentMap(map, size, maps.stretched ? undefined : await sizesOnDisk(items[0]?.path, maps.fileOf("")))
          .warnings,
      ],
    };
  }
  const hashes = new Map<string, Promise<string>>();
  async function readMap({ item: { id, label } }: Source): Promise<SegmentMap> {
    const map = await maps.mapOf(id, label);
    checkSegmentMap(map, size);
    return map;
  }
  /** The map whose hash the keys of steps hold, where one was asked for. */
  async function mapOf(source: Source): Promise<SegmentMap> {
    const [map, hash] = await Promise.all([readMap(source), hashes.get(source.item.id)]);
    if (hash === undefined || hash === hashOf(map)) return map;
    throw new Error(
      `Cannot use the segment map of "${source.item.id}" as it has changed since it was hashed: run the same command again`,
    );
  }
  return {
    kind: maps.kind,
    names: maps.names,
    mapOf,
    hashOf(source) {
      let hash = hashes.get(source.item.id);
      if (!hash) hashes.set(source.item.id, hash = readMap(source).then(hashOf));
      return hash;
    },
    warnings: [...maps.warnings, ...await checkFolder(maps, items)],
  };
}

/** Files whose headers are read at the same time. */
const AT_ONCE = 16;

/** Checks that each picture has a map of its own, and compares their proportions. */
async function checkFolder(maps: SegmentMaps, items: readonly Item[]): Promise<string[]> {
  const odd: string[] = [];
  const owners = new Map<string, string>();
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const some = items.slice(from, from + AT_ONCE);
    for (const { id, label } of some) {
      const file = maps.fileOf(id, label);
      if (file === undefined) await maps.mapOf(id, label);
      else if (owners.has(file)) throw new Error(sharedMap(owners.get(file)!, id, file));
      else owners.set(file, id);
    }
    const sizes = await Promise.all(some.map(({ id, label, path }) => sizesOnDisk(path, maps.fileOf(id, label))));
    for (const [i, found] of sizes.entries()) {
      if (!found || maps.stretched || sameProportions(found.picture, found.map)) continue;
      const { picture, map } = found;
      odd.push(`${some[i].id}: ${map.width} × ${map.height} for ${picture.width} × ${picture.height}`);
    }
  }
  if (odd.length === 0) return [];
  return [
    `${odd.length} of ${items.length} segment maps have other proportions than their pictures (${odd[0]}): their ` +
    "segments may lie beside the parts",
  ];
}

/** The sizes of a picture and of a map as they lie on disk, where both can be read. */
async function sizesOnDisk(picture?: string, map?: string) {
  if (picture === undefined || map === undefined) return undefined;
  try {
    return { picture: await readSize(picture), map: await readPlaneSize(map) };
  } catch {
    // The step that needs the picture or the map says what is wrong with it.
    return undefined;
  }
}

function hashOf({ labels, names }: SegmentMap): string {
  return sha256(`${names.join()} ${labels.shape.join()} ${sha256(labels.data)}`);
}
