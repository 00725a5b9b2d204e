/** What good training parts of a run look like, from their pictures and kept maps. @module */
import { sumPictures } from "../../../picture/align/mean_photo.ts";
import { type Photo, photo, STATISTICS } from "../../../domain.ts";
import { rows } from "../../../base/tensor/tensor.ts";
import { segmentStats } from "../../../method/stats/segment_stats.ts";
import { shiftedShare } from "../../../picture/align/shifted.ts";
import { planeOf } from "../../../picture/plausible/measures.ts";
import type { Loaded } from "../../../picture/image/loader.ts";
import { readSize } from "../../../picture/image/size.ts";
import type { Source } from "../../experiment/experiment.ts";
import { detectorsOf } from "../../experiment/method_parts.ts";
import { smoothingsFor } from "../../experiment/smoothing.ts";
import { joinMaps } from "../../model/flow.ts";
import {
  gatherGoodParts,
  MOST_PARTS,
  type PartStatistics,
  spreadOut,
  type TrainingPicture,
} from "../../model/gather_good_parts.ts";
import type { GoodParts } from "../../model/good_parts.ts";
import type { Cache } from "../cache/cache.ts";
import { readRows } from "../cache/kept_rows.ts";
import { unpackMaps } from "../cache/map_file.ts";
import type { Cell, DetectorPlan } from "../plan/run_plan.ts";
import type { Workspace } from "../steps/workspace.ts";

/** Bad parts whose pictures are looked at, at most. */
const MOST_BAD = 200;
/** Pixels whose maps are pooled, in all. */
const MOST_PIXELS = 2 ** 25;
/** Good parts that are looked at even where their pictures are large. */
const LEAST_PARTS = 100;

/**
 * What the good training parts of a cell look like to the detectors of a method; maps are of fits that had not seen the part.
 *
 * @param plans the detectors of the seed, in the order of the pipeline
 * @returns undefined where no good picture can be read any more
 */
export async function goodPartsOfRun(
  work: Workspace,
  { benchmark: { good, bad }, experiment }: Cell,
  plans: readonly DetectorPlan[],
  method: string,
): Promise<{ readonly goodParts: GoodParts; readonly shifted: number } | undefined> {
  const { definition, segments, cache } = work;
  const { height, width } = definition.picture;
  const most = Math.min(MOST_PARTS, Math.max(LEAST_PARTS, Math.floor(MOST_PIXELS / (height * width))));
  // A generated defect is no picture of its own.
  const real = (sources: readonly Source[]) => sources.filter(({ defect }) => defect === undefined);
  const some = (sources: readonly Source[], count: number) =>
    spreadOut(sources.length, count).map((place) => sources[place]);
  const sum = sumPictures();
  // Those that detectors were fitted on are good too; where they have no map that left them out, their pictures count alone.
  const own = new Set(good.map(({ id }) => id));
  const fitted = experiment.detectors.filter(({ id, label }) => label === "good" && !own.has(id))
    .map((item): Source => ({ item, id: item.id }));
  const [goods, bads] = [some([...real(good), ...fitted], most), some(real(bad), MOST_BAD)];
  let done = 0;
  // Good parts count twice, as their maps are looked at too.
  const total = 2 * goods.length + bads.length;
  const tell = () => work.reporter.progress({ step: "What good parts look like", done: done++, total });
  tell();
  const seen = await picturesOf(work, goods, tell, sum.add);
  const mean = sum.mean();
  if (!mean) return undefined;
  const needed = detectorsOf(definition, method).map((place) => plans[place]);
  const names = needed.map(({ fit }) => fit.spec.detector.name);
  const read = mapReader(cache, needed, definition);
  async function statisticsOf(n: number): Promise<PartStatistics | undefined> {
    tell();
    const { source } = seen[n];
    if (names.length === 0 || !read.has(source)) return undefined;
    const maps = await read.mapsOf(source);
    const segmentMap = await segments.mapOf(source);
    const area = height * width;
    return {
      values: segmentStats({ maps: names.length, segmentMap })(maps).data,
      maps: names.map((_, k) => maps.data.subarray(k * area, (k + 1) * area)),
    };
  }
  const goodParts = await gatherGoodParts({
    good: seen,
    mean,
    bad: await picturesOf(work, bads, tell),
    columns: segments.names.flatMap((segment) =>
      names.flatMap((name) => STATISTICS.map((statistic) => `${segment}.${name}.${statistic}`))
    ),
    detectors: names,
    statisticsOf,
  });
  // Those that cannot be read any more have no maps to look at.
  if (done <= total) work.reporter.progress({ step: "What good parts look like", done: total, total });
  const looked = spreadOut(seen.length, MOST_ALIGNED).map((place) => greyPhoto(seen[place].plane));
  return { goodParts, shifted: shiftedShare(looked, greyPhoto(planeOf(mean))) };
}

/** Good parts of which it is told whether they lie elsewhere, at most. */
const MOST_ALIGNED = 40;

/** A plane as a picture again, for what compares pictures. */
function greyPhoto(plane: Float64Array): Photo {
  const side = Math.sqrt(plane.length);
  return photo(
    [side, side, 3],
    Uint8Array.from({ length: 3 * plane.length }, (_, i) => Math.round(plane[Math.floor(i / 3)])),
  );
}

/** Those that can be read; the others have been told of. */
async function picturesOf(
  { resources: { pictures: memory, loader }, definition, sight, signal }: Workspace,
  sources: readonly Source[],
  tell: () => void,
  take: (photo: Photo) => void = () => {},
): Promise<(TrainingPicture & { readonly source: Source })[]> {
  const pictures: (TrainingPicture & { readonly source: Source })[] = [];
  const known = sources.map(({ id }) => memory.has(sight, id));
  const unknown = sources.filter((_, n) => !known[n]).map(({ item }) => item.path);
  const loading = loader(definition.picture).load(unknown);
  for (const [n, source] of sources.entries()) {
    signal.throwIfAborted();
    tell();
    const photo = known[n] ? memory.photo(source.id) : await nextOf(loading);
    if (!photo) continue;
    const size = await readSize(source.item.path).catch(() => undefined);
    take(photo);
    pictures.push({ plane: planeOf(photo), size, source });
  }
  return pictures;
}

/** The next picture; undefined where it cannot be read. */
async function nextOf(loading: AsyncGenerator<Loaded>): Promise<Photo | undefined> {
  const { value } = await loading.next();
  return value && "photo" in value ? value.photo : undefined;
}

/** Reads the kept maps of pictures by some detectors, at picture size. */
export function mapReader(cache: Cache, detectors: readonly DetectorPlan[], definition: Workspace["definition"]) {
  const places = detectors.map(({ scores: { spec } }) => new Map(spec.ids.map((id, i) => [id, spec.places[i]])));
  const smoothing = smoothingsFor(definition.smoothing, detectors.map(({ fit }) => fit.spec.detector.name));
  return {
    has: ({ id }: Source): boolean => places.every((own) => own.has(id)),
    /** f32[1,K,H,W]. */
    async mapsOf({ id }: Source) {
      const maps = await Promise.all(
        places.map((own) => readRows(cache, [own.get(id)!], unpackMaps, ({ map }, row) => rows(map, row, row + 1))),
      );
      return joinMaps(maps.flat(), definition.picture, smoothing);
    },
  };
}
