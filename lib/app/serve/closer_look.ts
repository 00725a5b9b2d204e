/** What a model sees in a part that is kept: maps and outlines are made when somebody wants to see them. @module */
import type { Photo } from "../../domain.ts";
import type { Size } from "../../picture/image/resize.ts";
import type { DetailedVerdict, Scorer } from "../../product/model/scorer.ts";
import type { Part } from "../../product/station/parts.ts";
import { readPicture } from "../../product/station/pictures.ts";
import type { Station } from "../../product/station/station.ts";
import type { Models } from "./models.ts";

/** A part as the active model sees it. */
export interface CloserLook {
  /** As it is judged: aligned, where the model aligns. */
  readonly photo: Photo;
  /** Of the file, in pixels. */
  readonly size: Size;
  readonly verdict: DetailedVerdict;
  readonly scorer: Scorer;
  /** Of the model, by its number in the station. */
  readonly version: number;
}

/** Pages ask for the drawing, the map and the details of a part one after the other. */
const KEPT = 16;

/** Looks closer at parts; the latest looks are kept for a while. */
export function openCloserLook(station: Station, models: Models): (part: Part) => Promise<CloserLook> {
  const looks = new Map<string, Promise<CloserLook>>();

  return async (part) => {
    const { model, release } = await models.lease(part.project);
    try {
      const key = `${part.id} ${model.version.id} ${model.scorer.threshold} ${model.scorer.review}`;
      let look = looks.get(key);
      if (!look) {
        look = lookAt(part, model);
        looks.set(key, look);
        look.catch(() => looks.delete(key));
        while (looks.size > KEPT) looks.delete(looks.keys().next().value!);
      }
      return await look;
    } finally {
      release();
    }
  };

  async function lookAt(
    { name, sha256 }: Part,
    { scorer, version }: Awaited<ReturnType<Models["lease"]>>["model"],
  ): Promise<CloserLook> {
    const { photo, size } = await scorer.open(await readPicture(station, sha256));
    const [verdict] = await scorer.score([{ id: name, photo, size }], { details: true });
    return { photo: verdict.details.aligned ?? photo, size, verdict, scorer, version: version.id };
  }
}
