/** What a model sees in a part that is kept: maps and outlines are made when somebody wants to see them. @module */
import type { Photo } from "../../domain.ts";
import type { DetailedVerdict } from "../../product/model/scorer.ts";
import type { Part } from "../../product/station/parts.ts";
import { readPicture } from "../../product/station/pictures.ts";
import type { Station } from "../../product/station/station.ts";
import type { Models } from "./models.ts";

/** A part as the active model sees it. */
export interface CloserLook {
  readonly photo: Photo;
  readonly verdict: DetailedVerdict;
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
    const photo = await scorer.read(await readPicture(station, sha256));
    const [verdict] = await scorer.score([{ id: name, photo }], { details: true });
    return { photo, verdict, version: version.id };
  }
}
