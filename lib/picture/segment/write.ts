/** Segment maps as files: a PNG that shows its colours, and the legend beside. @module */
import { join } from "node:path";
import { IGNORED, type Photo, photo } from "../../domain.ts";
import { encodeGrey, encodePng } from "../image/encode.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { shaped } from "../../base/tensor/tensor.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import { legendBeside } from "./read.ts";
import type { LabelPlane } from "./plane.ts";

/** What a legend says of the labels 0, 1, … */
export interface Named {
  readonly name: string;
  readonly names: readonly string[];
  /** `#rrggbb` for each name. */
  readonly colours: readonly string[];
  /** The maps are of pictures that were brought to the maps' size, whatever their proportions. */
  readonly stretched?: true;
}

/** The legend's file; ignored pixels are black. */
export function legendText({ name, names, colours, stretched }: Named, size?: readonly [number, number]): string {
  const labels = names.map((segment, value) => ({ value, name: segment, colour: colours[value] }));
  return JSON.stringify({ name, ...size && { size }, ...stretched && { stretched }, labels }, undefined, 2) + "\n";
}

/** Writes one map for all pictures: grey values are labels, 255 is ignored. */
export async function writeStaticMap(path: string, plane: LabelPlane, named: Named): Promise<void> {
  await writeFileAtomic(path, await encodeLabels(plane));
  await writeFileAtomic(legendBeside(path), legendText(named, [plane.height, plane.width]));
}

/** The legend of a folder with one map a picture. */
export async function writeFolderLegend(folder: string, named: Named): Promise<void> {
  await writeFileAtomic(join(folder, "legend.json"), legendText(named));
}

/** A plane as a grey PNG. */
export function encodeLabels({ height, width, labels }: LabelPlane): Promise<Uint8Array<ArrayBuffer>> {
  return encodeGrey(shaped("u8", ["H", "W"], [height, width], labels));
}

/** A map over its picture, and how it is called. */
export interface Pair {
  readonly photo: Photo<Dim, Dim>;
  readonly plane: LabelPlane;
}

/** How much of a colour covers the picture under it. */
const COVER = 0.45;
/** Tiles of a sheet lie beside each other, at most. */
const ACROSS = 4;
const GAP = 6;

/**
 * A contact sheet: each picture beside itself under its map, two tiles a picture, on white.
 *
 * @param pairs pictures u8[H,W,3] and planes, all of one size
 * @returns PNG
 */
export async function contactSheet(
  pairs: readonly Pair[],
  colours: readonly string[],
): Promise<Uint8Array<ArrayBuffer>> {
  const [{ plane: { height, width } }] = pairs;
  const tiles = pairs.flatMap(({ photo, plane }) => [photo.data, covered(photo.data, plane.labels, colours)]);
  const across = Math.min(ACROSS, tiles.length);
  const down = Math.ceil(tiles.length / across);
  const size = [down * (height + GAP) + GAP, across * (width + GAP) + GAP] as const;
  const data = new Uint8Array(size[0] * size[1] * 3).fill(255);
  tiles.forEach((tile, i) => {
    const [top, left] = [GAP + Math.floor(i / across) * (height + GAP), GAP + (i % across) * (width + GAP)];
    for (let y = 0; y < height; y++) {
      data.set(tile.subarray(3 * y * width, 3 * (y + 1) * width), 3 * ((top + y) * size[1] + left));
    }
  });
  return await encodePng(photo([...size, 3], data));
}

function covered(photo: Uint8Array, labels: Uint8Array, colours: readonly string[]): Uint8Array {
  const channels = colours.map((colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)));
  return photo.map((value, i) => {
    const label = labels[Math.floor(i / 3)];
    const colour = label === IGNORED ? 0 : channels[label][i % 3];
    return Math.round((1 - COVER) * value + COVER * colour);
  });
}
