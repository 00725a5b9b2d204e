/** How large a picture is, by its header alone. @module */
import sharp from "sharp";
import { readHead } from "../../base/io/read_head.ts";
import { readBmpHeader } from "./bmp.ts";
import { BMP_HEADER } from "./samples.ts";
import { sniffFormat } from "./format.ts";

/**
 * Reads height and width of a picture as it is shown, upright by EXIF orientation; pixels are not decoded.
 *
 * @throws {Error} where the file cannot be read, or is no picture
 *
 * ```ts ignore
 * const { height, width } = await readSize("part.png");
 * ```
 */
export async function readSize(path: string): Promise<{ readonly height: number; readonly width: number }> {
  // A file that was written again would have the size of the one before. Each thread that loads sharp turns this on for all.
  sharp.cache(false);
  const head = await readHead(path, BMP_HEADER);
  const { height, width } = sniffFormat(head) === "bmp"
    ? readBmpHeader(head)
    : (await sharp(path, { limitInputPixels: false }).metadata()).autoOrient;
  return { height, width };
}
