/** What `tools/oracles/pictures.py` wrote, as bytes and photographs. @module */
import { type Photo, photo } from "../../../lib/domain.ts";
import pictures from "./fixtures/pictures.json" with { type: "json" };
import resizes from "./fixtures/resizes.json" with { type: "json" };

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

export function photoOf(height: number, width: number, data: Uint8Array<ArrayBuffer>): Photo {
  return photo([height, width, 3], data);
}

/** Files of 8 bits and what PIL makes of them. */
export const eightBit = pictures.pictures.map(({ name, file, height, width, rgb }) => ({
  name,
  file: fromBase64(file),
  photo: photoOf(height, width, fromBase64(rgb)),
}));

/** Files of 16 bits and their samples, 13 × 19 with one or three channels. */
export const sixteenBit = pictures.deep.map((each) => ({ ...each, file: fromBase64(each.file) }));

/** Files that are no 8 or 16-bit picture of one page. */
export const refused = pictures.refused.map((each) => ({ ...each, file: fromBase64(each.file) }));

/** Photographs, and what PIL resizes them to. */
export const sources = new Map(
  resizes.sources.map(({ name, height, width, rgb }) => [name, photoOf(height, width, fromBase64(rgb))]),
);
export const resized = resizes.resizes.map((each) => ({ ...each, rgb: fromBase64(each.rgb) }));

/** The file of a fixture. */
export function fileOf(name: string): Uint8Array<ArrayBuffer> {
  const found = eightBit.find((each) => each.name === name);
  if (!found) throw new Error(`no fixture "${name}"`);
  return found.file.slice();
}
