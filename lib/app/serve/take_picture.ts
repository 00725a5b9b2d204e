/** Taking the file of a picture into a project. @module */
import { decodePixels } from "../../picture/image/decode.ts";
import { addPart, type NewPart, type Part } from "../../product/station/parts.ts";
import { keepLook } from "../../product/station/looks.ts";
import { keepPicture } from "../../product/station/pictures.ts";
import type { Station } from "../../product/station/station.ts";

/** A file that comes in. */
export interface NewPicture extends Omit<NewPart, "width" | "height" | "sha256" | "bytes"> {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly maxPixels?: number;
}

/**
 * Keeps the file of a picture that can be read, and adds it as a part.
 *
 * @throws {SyntaxError | RangeError} where it cannot be read; see `decodePhoto`
 */
export async function takePicture(
  station: Station,
  { bytes, maxPixels, ...part }: NewPicture,
): Promise<{ readonly part: Part; readonly added: boolean }> {
  // What a model takes of 16 bits is not known yet: each can be looked at.
  const pixels = await decodePixels(bytes, { name: part.name, depth: { kind: "scale" }, maxPixels });
  const { width, height } = pixels;
  const sha256 = await keepPicture(station, bytes);
  keepLook(station, sha256, pixels);
  return addPart(station, { ...part, width, height, bytes: bytes.length, sha256 });
}
