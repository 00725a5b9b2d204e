/** Which size pictures are brought to, and how: what pipelines, fits and models say of it alike. @module */
import { type Type, type } from "arktype";
import type { DepthPolicy } from "./depth.ts";
import type { Filter } from "./resize.ts";

/** Which size pictures are brought to, and how. */
export interface PictureSettings {
  /** Pixels, 32 to 2048; a multiple of the largest stride among the backbone's layers that detectors use. */
  readonly height: number;
  /** As the height. */
  readonly width: number;
  /** Bilinear where left out. */
  readonly filter?: Filter;
  /** What to do with 16-bit pictures; "reject" where left out. */
  readonly depth?: DepthPolicy;
  /** Larger pictures are refused; 100 million where left out. */
  readonly maxPixels?: number;
  /**
   * Each picture is turned and moved first, so that the part lies as in this one: the file of a picture, or {@linkcode GOOD_PARTS}.
   * What was made of it has the SHA-256 of the picture in its place.
   */
  readonly align?: string;
}

/** As the good parts lie, by pictures of them. */
export const GOOD_PARTS = "good parts";

/** The same for pictures as they lie. */
export function asTheyLie<T extends Pick<PictureSettings, "align">>({ align: _, ...settings }: T): Omit<T, "align"> {
  return settings;
}

/** Checks {@linkcode PictureSettings}. */
export const pictureSchema: Type<PictureSettings> = type({
  "+": "reject",
  height: "32 <= number.integer <= 2048",
  width: "32 <= number.integer <= 2048",
  "filter?": "'bilinear' | 'bicubic'",
  "depth?": type("'reject'").or({ "+": "reject", kind: "'scale'" }).or({
    "+": "reject",
    kind: "'window'",
    low: "number.integer",
    high: "number.integer",
    "clip?": "0 <= number <= 1",
  }),
  "maxPixels?": "number.integer > 0",
  "align?": "string >= 1",
});
