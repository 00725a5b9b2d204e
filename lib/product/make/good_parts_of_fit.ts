/** What the good pictures of a folder look like to the detector that was fitted on them. @module */
import { sumPictures } from "../../picture/align/mean_photo.ts";
import { type GridMap, type Photo, STATISTICS } from "../../domain.ts";
import { segmentStats } from "../../method/stats/segment_stats.ts";
import type { Item } from "../../picture/data/dataset.ts";
import { readSize } from "../../picture/image/size.ts";
import { planeOf } from "../../picture/plausible/measures.ts";
import { joinMaps } from "../model/flow.ts";
import { gatherGoodParts, MOST_PARTS, spreadOut, type TrainingPicture } from "../model/gather_good_parts.ts";
import type { GoodParts } from "../model/good_parts.ts";
import type { FitWorkspace } from "../run/steps/workspace.ts";

/** What a fit knows of pictures. */
export interface SeenByFit {
  /** Good ones, with their maps by fits that had not seen them, by their ids; none of a classifier. */
  readonly unseen: { readonly items: readonly Item[]; readonly maps: ReadonlyMap<string, GridMap> };
  /** Bad ones that were learned from. */
  readonly bad: readonly Item[];
  readonly model: { readonly detectors: readonly { readonly name: string }[] };
}

/** @returns undefined where no good picture can be read any more */
export async function goodPartsOfFit(
  work: FitWorkspace,
  { unseen: { items, maps }, bad, model: { detectors } }: SeenByFit,
): Promise<GoodParts | undefined> {
  const { picture } = work.definition;
  const sum = sumPictures();
  const some = (all: readonly Item[]) => spreadOut(all.length, MOST_PARTS).map((place) => all[place]);
  const good = await picturesOf(work, some(items), sum.add);
  const mean = sum.mean();
  if (!mean) return undefined;
  const names = maps.size > 0 ? detectors.map(({ name }) => name) : [];
  return await gatherGoodParts({
    ...{ good, mean },
    bad: await picturesOf(work, some(bad)),
    columns: work.segments.names.flatMap((segment) =>
      names.flatMap((name) => STATISTICS.map((statistic) => `${segment}.${name}.${statistic}`))
    ),
    detectors: names,
    async statisticsOf(n) {
      const { item } = good[n];
      const grid = maps.get(item.id);
      if (!grid) return undefined;
      const map = joinMaps([grid], picture);
      const segmentMap = await work.segments.mapOf({ item, id: item.id });
      return { values: segmentStats({ maps: 1, segmentMap })(map).data, maps: [map.data] };
    },
  });
}

async function picturesOf(
  { resources, definition, signal }: FitWorkspace,
  items: readonly Item[],
  take: (photo: Photo) => void = () => {},
): Promise<(TrainingPicture & { readonly item: Item })[]> {
  const pictures: (TrainingPicture & { readonly item: Item })[] = [];
  let next = 0;
  for await (const loaded of resources.loader(definition.picture).load(items.map(({ path }) => path))) {
    signal.throwIfAborted();
    const item = items[next++];
    if ("error" in loaded) continue;
    take(loaded.photo);
    const size = await readSize(loaded.path).catch(() => undefined);
    pictures.push({ plane: planeOf(loaded.photo), size, item });
  }
  return pictures;
}
