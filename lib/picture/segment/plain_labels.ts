/** Folders of maps that nobody wrote a legend for. @module */
import { join } from "node:path";
import { IGNORED } from "../../domain.ts";
import { type Legend, segmentNames } from "./legend.ts";
import { countPixels, type LabelPlane, readPlane } from "./plane.ts";

/** A map with more segments has grey values that are no labels. */
const MOST_SEGMENTS = 64;

/** Every value but that of ignored pixels is a label. */
const ANY: Legend = named(IGNORED);

/**
 * A legend for maps that have none: segment_0, segment_1, … up to the highest label of all maps, so that the number of
 * segments is the same for all pictures. 255 is ignored.
 *
 * @param folder what messages call the maps
 * @param files PNG or `.npy`; each is read once
 * @returns also what is odd, in sentences: labels below the highest that no map has
 * @throws {RangeError} where the labels tell no two segments apart, or are more than 64, or a map is painted in colours
 * @throws {SyntaxError | TypeError} where a file cannot be read; see {@linkcode readPlane}
 *
 * ```ts ignore
 * const { legend } = await legendOfLabels("visa_segm/pcb1", files); // segment_0 to segment_5
 * ```
 */
export async function legendOfLabels(
  folder: string,
  files: readonly string[],
  maxPixels?: number,
): Promise<{ readonly legend: Legend; readonly warnings: readonly string[] }> {
  function refuse(reason: string, cause?: unknown): RangeError {
    return new RangeError(
      `Cannot name the segments of the maps in "${folder}" as ${reason}: write "${join(folder, "legend.json")}"`,
      { cause },
    );
  }
  if (files.length === 0) throw refuse("there is no PNG or .npy file and no legend");
  const pixels = new Array<number>(IGNORED).fill(0);
  for (const file of files) {
    let plane: LabelPlane;
    try {
      plane = await readPlane(file, ANY, { maxPixels });
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw refuse(`"${file}" holds something else than the labels 0 to ${IGNORED - 1} and no legend says what`, cause);
    }
    countPixels(plane.labels, IGNORED).counts.forEach((count, label) => pixels[label] += count);
    const high = pixels.findLastIndex((count) => count > 0);
    if (high >= MOST_SEGMENTS) {
      throw refuse(`"${file}" has the label ${high}, and no legend says that there are so many segments`);
    }
  }
  const highest = pixels.findLastIndex((count) => count > 0);
  if (highest < 1) throw refuse(`they hold no label but 0 and ${IGNORED}, which is ignored, and no legend says more`);
  const legend = named(highest + 1);
  return {
    legend,
    warnings: segmentNames(legend).filter((_, label) => pixels[label] === 0).map((name) =>
      `Segment ${name} has no pixel in any map of "${folder}", so its statistics are 0`
    ),
  };
}

function named(count: number): Legend {
  return { name: "labels", labels: Array.from({ length: count }, (_, value) => ({ value, name: `segment_${value}` })) };
}
