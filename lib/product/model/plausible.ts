/** Whether a picture can be one of the part that a model knows. @module */
import type { Photo } from "../../domain.ts";
import type { Size } from "../../picture/image/resize.ts";
import { implausible } from "../../picture/plausible/limits.ts";
import { meanPicture, measure, planeOf } from "../../picture/plausible/measures.ts";
import type { GoodParts } from "./good_parts.ts";

/** Why a picture cannot be judged, in words; undefined where it can be. `size` is that of its file, where it is known. */
export type Plausibility = (picture: Photo, size?: Size) => string | undefined;

/** Compares pictures with what good parts look like. */
export function plausibilityOf({ mean, limits }: Pick<GoodParts, "mean" | "limits">): Plausibility {
  const usual = meanPicture(planeOf(mean));
  return (picture, size) => implausible(measure(picture, usual, size), limits);
}
