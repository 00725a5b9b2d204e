/** Pictures that hold numbers rather than colours: grey, 8 or 16 bits. @module */
import { readSamples } from "./decode.ts";

/** Levels of a grey picture. */
export interface Levels {
  readonly height: number;
  readonly width: number;
  /** Shares of the largest level, 0 to 1, row-major. */
  readonly data: Float32Array<ArrayBuffer>;
}

/**
 * Reads a grey picture of 8 or 16 bits, every level as it is; alpha is dropped.
 *
 * @param maxPixels the most that are read; 100 million where left out
 * @throws {Error} where the file cannot be read
 * @throws {SyntaxError} where it is no such picture
 */
export async function readLevels(path: string, maxPixels?: number): Promise<Levels> {
  const { height, width, colours, alpha, data } = await readSamples(path, { maxPixels }).catch((cause) => {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new SyntaxError(`Cannot read "${path}" as a map as it is damaged or no picture`, { cause });
  });
  if (colours !== 1) {
    throw new SyntaxError(
      `Cannot read "${path}" as a map as it must be grey: its pixels are ${colours === 3 ? "RGB" : "CMYK"}`,
    );
  }
  const step = alpha ? 2 : 1;
  const most = data instanceof Uint16Array ? 65535 : 255;
  return { height, width, data: Float32Array.from({ length: height * width }, (_, i) => data[i * step] / most) };
}
