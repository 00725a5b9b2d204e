/**
 * SegAD, from pictures to scores. This is the only way in which a score is computed: scoring new pictures runs it as it
 * stands here; a run of a pipeline runs the same stages, and keeps what each has made.
 *
 * | stage        | makes                   | what it is                                                |
 * | ------------ | ----------------------- | --------------------------------------------------------- |
 * | `see`        | `Observation`           | the pictures, and what the backbone sees in them          |
 * | `detect`     | K × `GridMap`           | how strange each place is to each detector, at its grid   |
 * | `enlarge`    | `AnomalyMap[N,K,H,W]`   | the same at the size of the pictures, smoothed            |
 * | `pool`       | `SegmentStats[N,L,K,4]` | four statistics of each map in each segment               |
 * | `toFeatures` | `Features[N,F]`         | the columns that the judge sees, of those that there are  |
 * | `judge`      | `Score[N]`              | one number a picture: a forest's, or another judge's      |
 *
 * @module
 */
import { rows } from "../../base/tensor/tensor.ts";
import { features, type GridMap, type Image, type Score, type Several } from "../../domain.ts";
import type { FeatureExtractor } from "../../method/backbone/backbone.ts";
import type { AppliedClassifier } from "../../method/classify/contract.ts";
import type { AppliedDetector } from "../../method/detect/contract.ts";
import { checkScores } from "../../method/evaluate/decide.ts";
import type { Judge, JudgeContext, OwnScores } from "../../method/judge/contract.ts";
import { joinFeatures } from "../../method/features/rows.ts";
import { applyJudge, titleOf } from "../../method/judge/table.ts";
import type { Observation } from "../../method/learn/contract.ts";
import { observe } from "../../method/learn/observation.ts";
import { type AsyncStage, pipeAsync } from "../../stage.ts";
import { type Described, eachOf, type Found, type MapsToFeatures, mapsToFeatures } from "./maps_to_features.ts";

export { allColumns, enlarge, joinMaps, mapsToFeatures, pool, toFeatures } from "./maps_to_features.ts";
export type { Described, Found, Mapped, MapsToFeatures, Pooled } from "./maps_to_features.ts";

/**
 * The flow as one stage, over K detectors, L segments and F columns.
 *
 * ```ts ignore
 * const flow = segad({ extractor, detectors, size, smoothing: 4, segments, features: paper, columns, judge: { kind: "forest", model } });
 * const { score } = await flow({ ids: ["a.png"], image: toImage([photo]) });
 * ```
 */
export function segad<K extends number, L extends number, F extends number>(
  parts: SegadParts<K, L, F>,
): AsyncStage<Pictures, Judged<F>> {
  // The middle is enlarge, pool and toFeatures, picture by picture.
  return pipeAsync(see(parts), detect(parts), middle(parts), judge(parts));
}

/** Pictures of one size. */
export interface Pictures {
  /** What they are called; segment maps are found by it. */
  readonly ids: readonly string[];
  /** The pictures. */
  readonly image: Image;
}

/** Something fitted that is loaded. */
export interface Named<Applied> {
  /** As columns call it. */
  readonly name: string;
  /** As people call it. */
  readonly title: string;
  /** What it does. */
  readonly applied: Applied;
}

/** What the flow is made of: K detectors, L segments, F columns that the judge sees. */
export interface SegadParts<K extends number = number, L extends number = number, F extends number = number>
  extends Omit<MapsToFeatures<K, L, F>, "detectors" | "classifier"> {
  /** The backbone; none where pictures are enough. */
  readonly extractor?: Pick<FeatureExtractor, "extract">;
  /** In the order of the maps. */
  readonly detectors: Several<Named<AppliedDetector>, K>;
  /** The supervised classifier g. */
  readonly classifier?: Named<AppliedClassifier>;
  /** What makes the score. */
  readonly judge: Judge;
  /** Where a forest runs; workers that all share where left out. */
  readonly runner?: JudgeContext["runner"];
}

/** What the flow ends in: the score of each picture, and what it was made of. */
export interface Judged<F extends number = number> extends Described<F> {
  /** One a picture. */
  readonly score: Score;
}

/** What the backbone sees in pictures. */
export function see({ extractor }: Pick<SegadParts, "extractor">): AsyncStage<Pictures, Observation> {
  return ({ image, ids }) => observe(extractor, image, ids);
}

/**
 * What each detector, and the classifier, find in pictures.
 *
 * @throws {RangeError} (from the stage) that names detector and picture where a map or a logit is not finite
 */
export function detect<K extends number>(
  { detectors, classifier, layers = [], evidence }: Pick<
    SegadParts<K>,
    "detectors" | "classifier" | "layers" | "evidence"
  >,
): AsyncStage<Observation, Found<K>> {
  return async (seen) => {
    const ids = seen.ids ?? Array.from({ length: seen.image.shape[0] }, (_, n) => `${n}`);
    const found = await Promise.all(detectors.map(({ applied }) => applied.detect(seen)));
    const scores: Record<string, OwnScores[string]> = {};
    for (const [k, { name }] of detectors.entries()) {
      checkFinite(name, ids, found[k].map);
      scores[name] = found[k].score;
    }
    if (classifier) {
      const logits = scores[classifier.name] = await classifier.applied.classify(seen);
      // The forest would take one that is not finite for a value that is missing.
      checkScores(classifier.title, ids, logits.data);
    }
    const grids = eachOf(detectors, (_, k) => found[k].map);
    return {
      ...{ ids, grids, scores },
      ...layers.length > 0 && { layers: joinFeatures(layers.map(({ compute }) => compute(seen.features))) },
      ...evidence && { seen: seen.features },
    };
  };
}

/**
 * The score of each picture.
 *
 * @throws {RangeError} (from the stage) that names judge and picture where a score is not finite
 */
export function judge<F extends number>(
  parts: Pick<SegadParts<number, number, F>, "judge" | "runner" | "detectors" | "classifier">,
): AsyncStage<Described<F>, Judged<F>> {
  const stage = applyJudge(parts.judge, parts);
  const named = [...parts.detectors, ...parts.classifier ? [parts.classifier] : []];
  const who = titleOf(parts.judge, Object.fromEntries(named.map(({ name, title }) => [name, title])));
  return async (described) => {
    const score = await stage(described);
    checkScores(who, described.ids, score.data);
    return { ...described, score };
  };
}

/** From maps to columns; a judge of own scores wants none, and the maps need not be enlarged for it. */
function middle<K extends number, L extends number, F extends number>(
  parts: MapsToFeatures<K, L, F>,
): AsyncStage<Found<K>, Described<F>> {
  const { columns, views } = parts;
  if (columns.length > 0 || views) return mapsToFeatures(parts);
  return ({ ids, scores }) => Promise.resolve({ ids, scores, columns, features: features([ids.length, 0]) });
}

/** Checks the maps of a detector, so that a broken model or backbone is found before a number is made of it. */
function checkFinite(name: string, ids: readonly string[], map: GridMap): void {
  for (const [n, id] of ids.entries()) {
    const odd = rows(map, n, n + 1).data.find((value) => !Number.isFinite(value));
    if (odd === undefined) continue;
    throw new RangeError(`Cannot score "${id}" as its map by "${name}" must be finite: it holds ${odd}`);
  }
}
