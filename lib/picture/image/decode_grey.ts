/** Pictures that hold numbers rather than colours: grey, 8 or 16 bits. @module */
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { checkPixels, MAX_PIXELS } from "./decode.ts";

/** Levels of a grey picture. */
export interface Levels {
  readonly height: number;
  readonly width: number;
  /** Shares of the largest level, 0 to 1, row-major. */
  readonly data: Float32Array<ArrayBuffer>;
}

/**
 * Reads a grey PNG or TIFF of 8 or 16 bits, every level as it is.
 *
 * @throws {Error} where the file cannot be read
 * @throws {SyntaxError} where it is no such picture
 */
export async function readLevels(path: string): Promise<Levels> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new Error(`Cannot read "${path}" as ${(cause as Error).message}`, { cause });
  }
  const picture = sharp(bytes, { ignoreIcc: true, limitInputPixels: false, failOn: "warning" });
  const refuse = (reason: string, cause?: unknown): never => {
    throw new SyntaxError(`Cannot read "${path}" as a map as ${reason}`, { cause });
  };
  const known = await picture.metadata().catch((cause) => refuse("it is damaged or no picture", cause));
  checkPixels(known.width, known.height, MAX_PIXELS);
  const wide = known.space === "grey16";
  if (!wide && known.space !== "b-w") refuse(`it must be grey: its colour space is ${known.space}`);
  const space = wide ? "grey16" : "b-w";
  const raw = picture.pipelineColourspace(space).toColourspace(space).extractChannel(0)
    .raw({ depth: wide ? "ushort" : "uchar" });
  const { data, info } = await raw.toBuffer({ resolveWithObject: true })
    .catch((cause) => refuse("it is damaged or truncated", cause));
  const samples = wide ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  const most = wide ? 65535 : 255;
  return { height: info.height, width: info.width, data: Float32Array.from(samples, (value) => value / most) };
}
