/** What the pictures of a station are like, each looked at once. @module */
import { decodePixels } from "../../picture/image/decode.ts";
import { toImage } from "../../picture/image/image.ts";
import { type Look, lookAt } from "../../picture/image/look.ts";
import { type Pixels, toPhoto } from "../../picture/image/pixels.ts";
import { resizePixels } from "../../picture/image/resize.ts";
import { thumbnailsOf } from "../../picture/image/thumbnail.ts";
import { readPicture } from "./pictures.ts";
import type { Station } from "./station.ts";

/** A look and a thumbnail to compare pictures by. */
export interface KeptLook {
  readonly look: Look;
  /** f32[1024]. */
  readonly thumbnail: Float32Array;
}

/** Thumbnails are made of pictures of this size, as pipelines make them. */
const SIDE = 256;

/** Keeps what a picture is like that was decoded. */
export function keepLook(station: Station, sha256: string, pixels: Pixels): KeptLook {
  const look = lookAt(pixels);
  const [thumbnail] = thumbnailsOf(toImage([toPhoto(resizePixels(pixels, { height: SIDE, width: SIDE }))]));
  station.run(
    "INSERT INTO look VALUES (?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
    ...[sha256, JSON.stringify(look), new Uint8Array(thumbnail.buffer)],
  );
  return { look, thumbnail };
}

/** What a picture is like; one that nobody has looked at is read. */
export async function lookOf(station: Station, sha256: string, maxPixels?: number): Promise<KeptLook> {
  const row = station.first<{ look: string; thumbnail: Uint8Array }>(
    "SELECT look, thumbnail FROM look WHERE sha256 = ?",
    sha256,
  );
  if (row) return { look: JSON.parse(row.look), thumbnail: new Float32Array(row.thumbnail.slice().buffer) };
  const bytes = await readPicture(station, sha256);
  return keepLook(station, sha256, await decodePixels(bytes, { depth: { kind: "scale" }, maxPixels }));
}
