/** Segment maps: one for all pictures, one each from a folder, or one segment for everything. @module */
import { readFile, stat } from "node:fs/promises";
import { basename, extname, join, relative, sep } from "node:path";
import { labels as labelsOf, type SegmentMap } from "../../domain.ts";
import type { Size } from "../image/resize.ts";
import { walk } from "../../base/io/walk.ts";
import { type Legend, parseLegend, segmentNames } from "./legend.ts";
import { rings } from "./rings.ts";
import { legendOfLabels } from "./plain_labels.ts";
import { type LabelPlane, type PlaneOptions, readPlane, resizePlane } from "./plane.ts";

/** Where the segments of each picture come from. */
export interface SegmentMaps {
  /** `static`: one map for all pictures; `folder`: one each; `none`: one segment; `rings`: four by the distance from the border. */
  readonly kind: "static" | "folder" | "none" | "rings";
  /** The segments in the order of their labels. */
  readonly names: readonly string[];
  /**
   * The file of a picture's map; undefined where there is no file.
   *
   * @param label of the picture, as maps may lie in `good/` and `bad/` where pictures do not
   */
  fileOf(id: string, label?: "good" | "bad"): string | undefined;
  /** The map of a picture, `labels` u8[1,H,W]. */
  mapOf(id: string, label?: "good" | "bad"): Promise<SegmentMap>;
  /** Made from pictures that were brought to the maps' own size: other proportions mean nothing. */
  readonly stretched?: true;
  /** What is odd about the map, or the maps of a folder together, in sentences. */
  readonly warnings: readonly string[];
}

/** How maps are read. */
export interface SegmentOptions {
  /** The size that anomaly maps have, by default 256 × 256. */
  readonly size?: Size;
  /** The most pixels of a map; 100 million where left out. */
  readonly maxPixels?: number;
  /** Names for the labels 0, 1, …, where there is no legend; in a folder segment_0, … where left out. */
  readonly names?: readonly string[];
}

const DEFAULT_SIZE: Size = { height: 256, width: 256 };
const EXTENSIONS = [".png", ".npy"];

/**
 * Reads one map from a PNG or `.npy` file with its legend beside it (`vad.png` and `vad.json`), brought to `size` by the
 * nearest pixel.
 *
 * @throws {Error} where a file is missing or cannot be read
 * @throws {SyntaxError | TypeError | RangeError} where map or legend are broken or do not fit each other
 *
 * ```ts ignore
 * const map = await readSegmentMap("segmaps/vad.png"); // map.names[3] === "solder_dots"
 * ```
 */
export async function readSegmentMap(path: string, options: SegmentOptions = {}): Promise<SegmentMap> {
  return (await readStatic(path, options)).map;
}

async function readStatic(path: string, options: SegmentOptions) {
  const place = legendBeside(path);
  const legend = await findLegend([place], options.names, path);
  if (!legend) {
    throw new Error(`Cannot read the segment map "${path}" as its legend is missing: write "${place}"`);
  }
  const plane = await readFitting(path, legend, { maxPixels: options.maxPixels });
  const map = toMap(plane, legend, options.size ?? DEFAULT_SIZE);
  return { map, snapped: plane.snapped, pixels: plane.height * plane.width, stretched: legend.stretched };
}

/**
 * Opens what a pipeline names: a file (see {@linkcode readSegmentMap}), a folder, `"rings"`, or `"none"`.
 *
 * In a folder, a picture's map has its base name and `.png` or `.npy`, in any folder below; where several have it, the
 * one whose folders agree best with the picture's, or that lies in `good` or `bad` as the picture is. The legend is
 * `legend.json` in the folder, or `<folder>.json` beside; without one, all maps are read once, and their labels are
 * called segment_0, segment_1, … up to the highest.
 *
 * @throws {Error} where there is nothing at the path, or a legend that cannot be read
 * @throws {RangeError} where there is no legend, and the maps do not say what their segments are
 *
 * ```ts
 * import { openSegmentMaps } from "./read.ts";
 * const whole = await openSegmentMaps("none");
 * console.assert((await whole.mapOf("a.png")).names[0] === "whole");
 * ```
 */
export async function openSegmentMaps(path: string, options: SegmentOptions = {}): Promise<SegmentMaps> {
  const size = options.size ?? DEFAULT_SIZE;
  if (path === "none" || path === "rings") {
    const map: SegmentMap = path === "rings" ? rings(size) : oneSegment(size);
    return { kind: path, names: map.names, fileOf: () => undefined, mapOf: () => Promise.resolve(map), warnings: [] };
  }
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (cause) {
    throw new Error(`Cannot read the segment map "${path}" as there is no such file or folder`, { cause });
  }
  if (isFolder) return await openFolder(path, size, options);
  const { map, snapped = 0, pixels, stretched } = await readStatic(path, options);
  const share = 100 * snapped / pixels;
  const warnings = snapped === 0 ? [] : [
    `${snapped} pixels of the segment map "${path}" (${
      share < 0.1 ? "under 0.1" : share.toFixed(1)
    } %) have no colour of ` +
    "its legend and are taken for the nearest: paint with a hard brush and save as PNG",
  ];
  return {
    kind: "static",
    names: map.names,
    fileOf: () => path,
    mapOf: () => Promise.resolve(map),
    ...stretched && { stretched },
    warnings,
  };
}

/** One segment, `whole`, that covers the picture. */
export function oneSegment(size: Size = DEFAULT_SIZE): SegmentMap<1> {
  return { labels: labelsOf([1, size.height, size.width]), names: ["whole"] };
}

async function openFolder(
  folder: string,
  size: Size,
  { names: given, maxPixels }: SegmentOptions,
): Promise<SegmentMaps> {
  const byName = new Map<string, string[]>();
  const { files, failed } = await walk(folder);
  if (failed.length > 0) throw failed[0].error;
  for (const { base, path, kind } of files) {
    if (kind !== "file" || !EXTENSIONS.includes(extname(base).toLowerCase())) continue;
    const name = basename(base, extname(base));
    byName.set(name, [...byName.get(name) ?? [], path]);
  }
  const beside = folder.replace(/[/\\]+$/, "") + ".json";
  const written = await findLegend([join(folder, "legend.json"), beside], given, folder);
  const { legend, warnings } = written
    ? { legend: written, warnings: [] }
    : await legendOfLabels(folder, [...byName.values()].flat().sort(), maxPixels);
  function fileOf(id: string, label?: "good" | "bad"): string | undefined {
    const files = byName.get(basename(id, extname(id))) ?? [];
    if (files.length < 2) return files[0];
    const folders = [...id.split("/").slice(0, -1), ...label ? [label] : []];
    const agreeing = files.map((file) => {
      const parts = relative(folder, file).split(sep).slice(0, -1);
      return parts.filter((part) => folders.includes(part)).length;
    });
    const best = Math.max(...agreeing);
    const fitting = files.filter((_, i) => agreeing[i] === best);
    if (fitting.length > 1) {
      throw new Error(
        `Cannot choose the segment map of "${id}" as several have its name: ${fitting.sort().join(", ")}`,
      );
    }
    return fitting[0];
  }
  async function mapOf(id: string, label?: "good" | "bad"): Promise<SegmentMap> {
    const file = fileOf(id, label);
    if (file === undefined) {
      throw new Error(`Cannot find the segment map of "${id}" as "${folder}" has no PNG or .npy file of that name`);
    }
    return toMap(await readFitting(file, legend, { maxPixels, exactly: true }), legend, size);
  }
  const { stretched } = legend;
  return { kind: "folder", names: segmentNames(legend), fileOf, mapOf, ...stretched && { stretched }, warnings };
}

/** Says that two pictures have one map in a folder that has one for each. */
export function sharedMap(one: string, other: string, map: string): string {
  return `Cannot use the segment map "${map}" as it would be that of "${one}" and of "${other}": ` +
    "give each its own, in folders as the pictures lie in";
}

/** The file of the legend that belongs to a map. */
export function legendBeside(path: string): string {
  return path.slice(0, path.length - extname(path).length) + ".json";
}

/** The legend of the first place that has one, or one of the names that are given; undefined where there is neither. */
async function findLegend(
  places: readonly string[],
  given: readonly string[] | undefined,
  map: string,
): Promise<Legend | undefined> {
  for (const place of places) {
    let text: string;
    try {
      text = await readFile(place, "utf8");
    } catch (cause) {
      if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") continue;
      const reason = cause instanceof Error ? cause.message : cause;
      throw new Error(`Cannot read the legend "${place}" of a segment map as ${reason}`, { cause });
    }
    return parseLegend(text, place);
  }
  if (given) {
    const labels = given.map((name, value) => ({ value, name }));
    return parseLegend(JSON.stringify({ name: basename(map), labels }), map);
  }
  return undefined;
}

async function readFitting(path: string, legend: Legend, options: PlaneOptions): Promise<LabelPlane> {
  const plane = await readPlane(path, legend, options);
  const [height, width] = legend.size ?? [plane.height, plane.width];
  if (height !== plane.height || width !== plane.width) {
    throw new RangeError(
      `Cannot read the segment map "${path}" as its legend says ${height} × ${width}: current size is ${plane.height} × ${plane.width}`,
    );
  }
  return plane;
}

function toMap(plane: LabelPlane, legend: Legend, size: Size): SegmentMap {
  const { labels } = resizePlane(plane, size);
  return {
    labels: labelsOf([1, size.height, size.width], labels),
    names: segmentNames(legend) as SegmentMap["names"],
  };
}
