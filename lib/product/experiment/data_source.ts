/** On which data figures were measured, in a form that is the same on every machine. @module */
import { dirname } from "node:path";
import type { Dataset } from "../../picture/data/dataset.ts";
import { type Layout, READERS } from "../../picture/data/readers/table.ts";
import { MASKED_COUNTS } from "../../picture/stand_in/masked_plan.ts";
import { STAND_IN_COUNTS, type StandInSize } from "../../picture/stand_in/plan.ts";
import { readStamp } from "../../picture/stand_in/write.ts";

/** The data of a run, without a path. */
export interface DataOrigin {
  /** "VAD", "ELPV", "VisA", "MVTec AD", "stand-in", or for own pictures how they lie. */
  readonly name: string;
  /** Objects or classes, where the data set has several. */
  readonly objects?: readonly string[];
  /** Where the pictures are drawn and no photographs. */
  readonly standIn?: {
    readonly version: number;
    readonly seed: number;
    /** Absent where the counts are those of no size. */
    readonly size?: StandInSize;
    /** VisA's, MVTec AD's or a plain folder's in place of VAD's. */
    readonly layout?: string;
  };
}

/**
 * Tells what a data set is: the stand-in by the file that it leaves, VisA and MVTec AD by the names of their objects, VAD by
 * its 5,000 parts. Everything else is own pictures.
 *
 * @param folder where it was opened
 * @param object as the pipeline names it; the name of the data set where left out
 */
export async function findOrigin(
  dataset: Dataset,
  { folder, layout, object }: { readonly folder: string; readonly layout: Layout; readonly object?: string },
): Promise<DataOrigin> {
  const reader = READERS[layout];
  const name = object ?? dataset.name;
  const objects = reader.objects ? { objects: [name] } : {};
  const places = [folder, dataset.root, ...reader.objectsAreFolders ? [dirname(dataset.root)] : []];
  for (const place of new Set(places)) {
    const stamp = await readStamp(place);
    if (!stamp) continue;
    const { version, seed, counts } = stamp;
    const size = sizeOf(counts);
    const other = stamp.layout === undefined ? {} : { layout: stamp.layout };
    return { name: "stand-in", ...objects, standIn: { version, seed, ...size && { size }, ...other } };
  }
  const published = reader.isPublished(dataset, name);
  return { name: published ? reader.title : `own pictures in ${reader.title}'s layout`, ...objects };
}

/** The data of several runs of one pipeline, an object each. */
export function joinOrigins(origins: readonly DataOrigin[]): DataOrigin {
  const names = [...new Set(origins.map(({ name }) => name))];
  return { ...origins[0], name: names.join(" and "), objects: origins.flatMap(({ objects = [] }) => objects) };
}

/**
 * The data in words, for a line above a table.
 *
 * ```ts
 * import { describeOrigin } from "./data_source.ts";
 * console.assert(describeOrigin({ name: "VisA", objects: ["pcb1"] }) === "VisA, pcb1");
 * const standIn = { version: 2, seed: 0, size: "small" as const };
 * console.assert(describeOrigin({ name: "stand-in", standIn }) === "procedural stand-in, version 2, size small");
 * ```
 */
export function describeOrigin({ name, objects = [], standIn }: DataOrigin): string {
  const some = objects.length > 3 ? [`${objects.length} objects`] : objects;
  if (!standIn) return [name, ...some].join(", ");
  const { version, seed, size, layout } = standIn;
  return [
    "procedural stand-in",
    `version ${version}`,
    ...size ? [`size ${size}`] : [],
    ...seed === 0 ? [] : [`seed ${seed}`],
    ...layout === "folder" ? ["as a folder"] : [],
    ...layout !== undefined && layout !== "folder" && isLayout(layout) ? [`in ${READERS[layout].title}'s layout`] : [],
    ...some,
  ].join(", ");
}

function sizeOf(counts: Readonly<Record<string, number>>): StandInSize | undefined {
  return (["small", "paper"] as const).find((size) =>
    [STAND_IN_COUNTS[size], MASKED_COUNTS[size]].some((own) => {
      const wanted = Object.entries(own);
      return wanted.length === Object.keys(counts).length && wanted.every(([name, count]) => counts[name] === count);
    })
  );
}

function isLayout(name: string): name is Layout {
  return Object.hasOwn(READERS, name);
}
