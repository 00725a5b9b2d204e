/** Segments with their names and colours, and maps that come from elsewhere. @module */
import { GREY, segmentColours } from "../../../../../picture/segment/palette.ts";
import type { Raster } from "./raster.ts";

/** One segment of a map that is painted. */
export interface Segment {
  /** Of its pixels. */
  readonly value: number;
  readonly name: string;
  /** `#rrggbb`. */
  readonly colour: string;
  /** No statistic sees its pixels. */
  readonly ignored: boolean;
}

/** Pixels that nobody has painted: they belong to no segment. */
export const UNPAINTED = 255;
/** As many segments there may be. */
const MOST = 254;

/** The format of the files beside segment maps. */
export interface LegendFile {
  readonly name: string;
  readonly size?: readonly [height: number, width: number];
  readonly stretched?: true;
  readonly labels: readonly {
    readonly value: number;
    readonly name: string;
    readonly colour?: string;
    readonly ignored?: boolean;
  }[];
}

/** One more segment, with a value, a name and a colour of its own; undefined where there are as many as there may be. */
export function addSegment(segments: readonly Segment[]): { segments: Segment[]; added: Segment } | undefined {
  const values = new Set(segments.map(({ value }) => value));
  const value = Array.from({ length: MOST }, (_, i) => i).find((i) => !values.has(i));
  if (value === undefined) return undefined;
  const names = new Set(segments.map(({ name }) => name));
  let number = value;
  while (names.has(`segment_${number}`)) number++;
  const [colour] = segmentColours(1, [GREY, ...segments.map((segment) => segment.colour)]);
  const added = { value, name: `segment_${number}`, colour, ignored: false };
  return { segments: [...segments, added], added };
}

/** What stands in the way of keeping the segments, in a sentence; undefined where nothing does. */
export function problemOf(segments: readonly Segment[]): string | undefined {
  if (!segments.some(({ ignored }) => !ignored)) return "Add a segment and paint it";
  const odd = segments.find(({ name }) => !/^[A-Za-z0-9_]+$/.test(name));
  if (odd) return `Names have letters, digits and underscores: "${odd.name}" has others`;
  for (const key of ["name", "colour"] as const) {
    const found = segments.map((segment) => segment[key].toLowerCase());
    const twice = found.find((value, i) => found.indexOf(value) !== i);
    if (twice !== undefined) return `Two segments have the ${key} "${twice}"`;
  }
}

/** The legend file of a map. */
export function toLegend(name: string, segments: readonly Segment[], { height, width }: Raster): LegendFile {
  const labels = segments
    .toSorted((a, b) => a.value - b.value)
    .map(({ value, name, colour, ignored }) => ({ value, name, colour, ...ignored && { ignored } }));
  return { name, size: [height, width], stretched: true, labels };
}

/** The segments of a legend file. */
export function fromLegend({ labels }: LegendFile): Segment[] {
  const taken = labels.flatMap(({ colour }) => colour === undefined ? [] : [colour]);
  const free = segmentColours(labels.length, taken);
  return labels.map(({ value, name, colour, ignored }, i) => (
    { value, name, colour: (colour ?? free[i]).toLowerCase(), ignored: ignored === true }
  ));
}

/** A picture that a map is read from: RGBA, row-major. */
export interface Pixels {
  readonly height: number;
  readonly width: number;
  readonly data: Uint8ClampedArray;
}

/**
 * Reads a map out of a picture: the colours of the segments, or grey values that are the values of their labels. Without
 * segments each colour becomes one. Brought to the size by the nearest pixel.
 *
 * @throws {SyntaxError} where most pixels are of no segment, or there are more colours than there may be segments
 */
export function readPainting(
  pixels: Pixels,
  segments: readonly Segment[] | undefined,
  { height, width }: { height: number; width: number },
): { raster: Raster; segments: readonly Segment[] } {
  const found = segments ?? segmentsOf(pixels);
  const byColour = new Map(found.map(({ colour, value }) => [parseInt(colour.slice(1), 16), value]));
  const byValue = new Set(found.map(({ value }) => value));
  const grey = isGrey(pixels) && !found.some(({ colour }) => isGreyColour(colour) && byValue.size === 1);
  const asValues = grey && shareOf(pixels, (colour) => byValue.has(colour & 255) || (colour & 255) === UNPAINTED) === 1;
  const valueOf = (colour: number) =>
    asValues ? byValue.has(colour & 255) ? colour & 255 : UNPAINTED : byColour.get(colour) ?? UNPAINTED;
  const known = shareOf(pixels, (colour) => asValues || colour === 0 || byColour.has(colour));
  if (known < 0.5) {
    throw new SyntaxError(
      `Cannot read the map as ${Math.round(100 - 100 * known)} % of its pixels have a colour of no segment`,
    );
  }
  const labels = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y + 0.5) * pixels.height / height);
    for (let x = 0; x < width; x++) {
      const column = Math.floor((x + 0.5) * pixels.width / width);
      labels[y * width + x] = valueOf(colourAt(pixels, row * pixels.width + column));
    }
  }
  return { raster: { height, width, labels }, segments: found };
}

function segmentsOf(pixels: Pixels): Segment[] {
  const counts = new Map<number, number>();
  for (let p = 0; p < pixels.height * pixels.width; p++) {
    const colour = colourAt(pixels, p);
    if (colour !== 0) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  if (counts.size > 32) {
    throw new SyntaxError(
      `Cannot read the map as it has ${counts.size} colours: choose its legend (.json) along with it, or paint in plain ones`,
    );
  }
  const colours = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)!);
  return colours.map((colour, value) => (
    { value, name: `segment_${value}`, colour: `#${colour.toString(16).padStart(6, "0")}`, ignored: false }
  ));
}

function colourAt({ data }: Pixels, p: number): number {
  return data[4 * p] << 16 | data[4 * p + 1] << 8 | data[4 * p + 2];
}

function shareOf(pixels: Pixels, is: (colour: number) => boolean): number {
  const total = pixels.height * pixels.width;
  let count = 0;
  for (let p = 0; p < total; p++) if (is(colourAt(pixels, p))) count++;
  return count / total;
}

function isGrey({ data }: Pixels): boolean {
  for (let i = 0; i < data.length; i += 4) if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  return true;
}

function isGreyColour(colour: string): boolean {
  return colour.slice(1, 3) === colour.slice(3, 5) && colour.slice(3, 5) === colour.slice(5, 7);
}
