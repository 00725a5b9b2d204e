/**
 * Maps of good parts that a detector was fitted on, where leaving out the picture itself is not enough or not possible: other
 * photographs of the part are in the fit, or the detector would have to be trained anew. Fits on some of the parts map the
 * others; what is shipped stays the fit on all.
 * @module
 */
import { canonicalJson, sha256 } from "../../../base/io/hash.ts";
import type { Item } from "../../../picture/data/dataset.ts";
import { inFolds } from "../../../method/learn/folds.ts";
import { partGroups } from "../../experiment/parts.ts";
import type { Experiment } from "../../experiment/experiment.ts";
import { type FitTask, planFit } from "../steps/fit_step.ts";
import { type PlacedMaps, planMaps } from "../steps/map_step.ts";
import type { NamedDetector } from "../steps/methods.ts";
import { contentOf, type Picture } from "../steps/task.ts";
import type { Workspace } from "../steps/workspace.ts";

/** Fits, at most, beside the one on all parts: training takes long. */
const FOLDS = 5;
/** Fits beside the one on all parts for detectors that are trained, which may take an hour each. */
const TRAINED = 3;

/**
 * Which good pictures further fits map, each those of its fold, which it does not see: all for a detector that must be trained,
 * else those whose part has other pictures in the fit.
 *
 * @param trained whether the detector must be trained anew to leave something out
 * @returns the fold of each, by its id
 * @throws {RangeError} where no picture would be left to fit on
 */
export function refitFolds(items: readonly Item[], trained: boolean): ReadonlyMap<string, number> {
  const groups = partGroups(items);
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const rows = [...items.keys()].filter((i) => trained || sizes.get(groups[i])! > 1);
  if (rows.length === 0) return new Map();
  if (sizes.size === 1) throw new RangeError("Cannot leave a part out of a fit as all good pictures are of one part");
  // No fit misses more than a part of the pictures.
  const count = trained ? TRAINED : Math.min(FOLDS, Math.max(1, Math.ceil(FOLDS * rows.length / items.length)));
  const folds = inFolds(rows.map((i) => groups[i]), { count, seed: 0 });
  return new Map(rows.map((i, n) => [items[i].id, folds[n]]));
}

/**
 * The maps of a fit for some pictures, of good parts such as they would be if the detector had not seen the part.
 *
 * @param wanted the chunks of all experiments that share the fit
 */
export async function planUnseenMaps(
  work: Workspace,
  named: NamedDetector,
  fit: FitTask,
  { fitSeed, detectors }: Pick<Experiment, "fitSeed" | "detectors">,
  wanted: readonly ReadonlyMap<string, readonly Picture[]>[],
): Promise<PlacedMaps> {
  const folds = refitFolds(detectors, named.detector.leftOut === undefined);
  if (folds.size === 0) return await planMaps(work, fit, fitSeed, wanted, true);
  const fold = new Map(
    fit.spec.pictures.flatMap((picture) => folds.has(picture.id) ? [[contentOf(picture), folds.get(picture.id)!]] : []),
  );
  const only = (which: number | undefined) =>
    wanted.map((chunks) =>
      new Map(
        Array.from(
          chunks,
          ([chunk, pictures]) => [chunk, pictures.filter((picture) => fold.get(contentOf(picture)) === which)] as const,
        ).filter(([, some]) => some.length > 0),
      )
    );
  const each = [await planMaps(work, fit, fitSeed, only(undefined), named.detector.leftOut !== undefined)];
  const fits: FitTask[] = [];
  for (let k = 0; k <= Math.max(...folds.values()); k++) {
    const some = await planFit(work, named, { fitSeed, detectors: detectors.filter(({ id }) => folds.get(id) !== k) });
    fits.push({ ...some, title: `${fit.title}, without fold ${k + 1}` });
    each.push(await planMaps(work, fits[k], fitSeed, only(k)));
  }
  return {
    fits,
    identity: sha256(canonicalJson({ fit: fit.key, fits: fits.map(({ key }) => key) })),
    tasks: each.flatMap(({ tasks }) => tasks),
    places: new Map(each.flatMap(({ places }) => [...places])),
  };
}
