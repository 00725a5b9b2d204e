/** Foreground and background of the pictures of a folder, without a network. @module */
import { firstFew } from "../../base/text/first_few.ts";
import { findForeground, FOREGROUND_NAMES, foregroundShare } from "../../picture/segment/foreground.ts";
import { toPlane } from "../../picture/segment/plane.ts";
import { type SegmentWork, writeMaps } from "./segment_pictures.ts";

/** A part that covers less of a picture can hardly be meant. */
const SMALL_PART = 0.02;

/**
 * Foreground and background of each picture, without a network. A picture in which nothing differs from its frame is
 * foreground all over; such pictures, and parts of hardly any pixels, are reported once for all.
 *
 * @returns the contact sheet's file
 */
export async function segmentForeground(work: SegmentWork): Promise<string> {
  const [all, plain, small]: [string[], string[], string[]] = [[], [], []];
  const sheet = await writeMaps(work, () => FOREGROUND_NAMES, "Find foregrounds", ({ name, photo }) => {
    all.push(name);
    try {
      const labels = findForeground(photo, name);
      if (foregroundShare(labels) < SMALL_PART) small.push(name);
      return toPlane(labels);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      plain.push(name);
      const [height, width] = photo.shape;
      return { height, width, labels: new Uint8Array(height * width).fill(1) };
    }
  });
  const tell = (some: readonly string[], what: string) => {
    if (some.length === 0) return;
    const pictures = `${some.length} of ${all.length} pictures (${firstFew(some)})`;
    work.reporter.warn(`in ${pictures} ${what}; parts are found before a plain ground alone`);
  };
  tell(plain, "no pixel differs from the colour of the frame: all of them is foreground");
  tell(small, `the foreground is less than ${100 * SMALL_PART} % of the picture`);
  return sheet;
}
