/** The mean of a project's good training pictures: what segment maps are painted over, and parts are aligned with. @module */
import { decodePixels, type PictureLimits } from "../../picture/image/decode.ts";
import { encodePng } from "../../picture/image/encode.ts";
import { sumPictures } from "../../picture/align/mean_photo.ts";
import { toPhoto } from "../../picture/image/pixels.ts";
import { resizePixels } from "../../picture/image/resize.ts";
import { listParts } from "../../product/station/parts.ts";
import { readPicture } from "../../product/station/pictures.ts";
import { MissingError, type Station } from "../../product/station/station.ts";

/** Good pictures that the mean is of. */
const MOST = 100;
/** What maps are painted at. */
const SIDE = 256;

/**
 * As a PNG.
 *
 * @throws {MissingError} where there is no good picture
 */
export async function meanPicture(
  station: Station,
  project: string,
  { maxPixels }: Pick<PictureLimits, "maxPixels">,
): Promise<Uint8Array> {
  const { parts } = listParts(station, project, { role: "training", label: "good", order: "old", limit: MOST });
  if (parts.length === 0) throw new MissingError(`Cannot find a good picture of "${project}"`);
  const sum = sumPictures();
  for (const { sha256 } of parts) {
    const pixels = await decodePixels(await readPicture(station, sha256), { depth: { kind: "scale" }, maxPixels });
    sum.add(toPhoto(resizePixels(pixels, { height: SIDE, width: SIDE })));
  }
  return await encodePng(sum.mean()!);
}
