/**
 * What must compile, and what must not, with the reason. Nothing here runs: the compiler is the test
 * (`deno check`, and `deno test` before it runs anything). Each `@ts-expect-error` fails where the line compiles.
 */
import type { AnomalyMap, GridMap, Image, Names, Photo, Score, SegmentMap, SegmentStats } from "../../lib/domain.ts";
import { type Features, features } from "../../lib/domain.ts";
import { paper } from "../../lib/method/features/paper.ts";
import type { Judge } from "../../lib/method/judge/contract.ts";
import {
  type Described,
  detect,
  enlarge,
  type Found,
  joinMaps,
  type Judged,
  type Pictures,
  pool,
  segad,
  type SegadParts,
  toFeatures,
} from "../../lib/product/model/flow.ts";
import { auroc } from "../../lib/method/evaluate/auroc.ts";
import { flatten } from "../../lib/method/features/flatten.ts";
import type { forest as forestOf } from "../../lib/method/forest/forest.ts";
import { type AsyncStage, pipe, pipeAsync, type Stage } from "../../lib/stage.ts";
import { segmentStats } from "../../lib/method/stats/segment_stats.ts";
import { concat, rows, type Tensor, tensor } from "../../lib/base/tensor/tensor.ts";

type Model = Parameters<typeof forestOf>[0]["model"];

declare const forest: typeof forestOf;
declare const model: Model;
declare const segmentMap6: SegmentMap<6>;
declare const segmentMap7: SegmentMap<7>;
declare const photo: Photo;
declare const image: Image;
declare const maps2: AnomalyMap<"N", 2>;
declare const maps4: AnomalyMap<"N", 4>;
declare const anyMaps: AnomalyMap;
declare const stats: SegmentStats<"N", 6, 2>;
declare const features48: Features<"N", 48>;
declare const scores: Score;
declare const normalise: Stage<Image, Image>;
declare const detectBoth: AsyncStage<Image, AnomalyMap<"N", 2>>;

declare const grid: GridMap;
declare const byPaDiM: Judge;
declare const columns48: Names<48>;
declare const two: Omit<SegadParts<2, 6, 48>, "columns" | "judge">;
declare const detectors3: SegadParts<3>["detectors"];
declare const enlargeAndPool: (parts: Pick<SegadParts<2, 6>, "detectors">) => void;
declare const n8: Stage<Image, Image>;
declare const toMaps: Stage<Image, AnomalyMap<"N", 2>>;
declare const flatToScore: Stage<SegmentStats<"N", 6, 2>, Score>;

/** Never called: what is inside is checked, not run. */
function flow() {
  const pooling = segmentStats({ maps: 2, segments: 6, segmentMap: segmentMap6 });

  // The flow of the paper, and its parts
  const whole: AsyncStage<AnomalyMap<"N", 2>, Score> = pipe(pooling, flatten, forest({ features: 48, model }));
  const fromImage: AsyncStage<Image, Score> = pipeAsync(
    pipeAsync(normalise, detectBoth),
    pooling,
    flatten,
    forest({ features: 48, model }),
  );
  const flat: Features<"N", 48> = flatten(pooling(maps2));
  const halves: Features<"N", 48> = concat([rows(flat, 0, 1), rows(flat, 1, 2)]);
  const area: number = auroc(scores.data, [0, 1]);

  // The product's own flow, and its middle
  const judged: AsyncStage<Pictures, Judged<48>> = segad({ ...two, columns: columns48, judge: byPaDiM });
  const middle: AsyncStage<Found<2>, Described<48>> = pipeAsync(
    enlarge<2>(two),
    pool<2, 6>(two),
    toFeatures<2, 6, 48>({ ...two, columns: columns48 }),
  );
  const pooled: SegmentStats<"N", 6, 2> = segmentStats({ maps: 2, segmentMap: segmentMap6 })(maps2);
  const joined: AnomalyMap<"N", 2> = joinMaps([grid, grid], { height: 8, width: 8 });
  const eight: Stage<Image, Score> = pipe(n8, n8, n8, n8, n8, toMaps, pooling, flatToScore);
  paper.compute({ maps: maps2, segmentMap: segmentMap6 }, { detectors: ["a", "b"], segments: segmentMap6.names });
  const claimed: Features<"N", 48> = features([1, 48]);

  // @ts-expect-error K: what three detectors have found is not enlarged as that of two
  pipeAsync(detect<3>({ detectors: detectors3 }), enlarge<2>(two));

  // @ts-expect-error K: there are three detectors, not two
  enlargeAndPool({ ...two, detectors: detectors3 });

  // @ts-expect-error F: the judge's columns are 48 names, not 40
  segad<2, 6, 40>({ ...two, columns: columns48, judge: byPaDiM });

  // @ts-expect-error order: maps at grids are enlarged before they are pooled
  pipeAsync(detect<2>(two), pool<2, 6>(two));

  // @ts-expect-error K: two maps joined are not four
  const joined4: AnomalyMap<"N", 4> = joinMaps([grid, grid], { height: 8, width: 8 });

  // @ts-expect-error a judge is one of the kinds
  segad({ ...two, columns: columns48, judge: { kind: "dice" } });

  // @ts-expect-error K: 2 maps over 6 segments make 48 features, not 40
  pipe(pooling, flatten, forest({ features: 40, model }));

  // @ts-expect-error K: the stage pools 2 maps, these are 4
  pooling(maps4);

  // @ts-expect-error K: how many maps there are must be known
  pooling(anyMaps);

  // @ts-expect-error L: a map of 7 segments is none of 6
  segmentStats({ maps: 2, segments: 6, segmentMap: segmentMap7 });

  // @ts-expect-error L: 2 maps over 7 segments make 56 features, not 48
  pipe(segmentStats({ maps: 2, segments: 7, segmentMap: segmentMap7 }), flatten, forest({ features: 48, model }));

  // @ts-expect-error order: statistics are flattened before a forest sees them
  pipe(pooling, forest({ features: 48, model }));

  // @ts-expect-error order: features are not flattened again
  pipe(pooling, flatten, flatten);

  // @ts-expect-error order: pictures are detected before they are pooled
  pipe(normalise, pooling);

  // @ts-expect-error order: a promise of maps is not maps; pipeAsync waits for it
  pipe(detectBoth, pooling);

  // @ts-expect-error dtype and unit: a raw photograph is bytes, not planes from 0 to 1
  normalise(photo);

  // @ts-expect-error dtype: statistics are f64, features f32
  const asFeatures: Features<"N", 48> = stats;

  // @ts-expect-error unit: features are no statistics, though both are numbers
  flatten(features48);

  // @ts-expect-error unit: a distance is not a logit
  const asScores: Score = tensor<"f32", readonly ["N"], "distance">("f32", [1], new Float32Array(1));

  // @ts-expect-error unit: planes from 0 to 1 are not planes normalised for a backbone
  const asNormalised: Tensor<"f32", readonly ["N", 3, "H", "W"], "imagenet"> = image;

  // @ts-expect-error shape: a picture has three channels, not four
  const asImage: Image = tensor<"f32", readonly ["N", 4, "H", "W"], "rgb01">("f32", [1, 4, 1, 1], new Float32Array(4));

  // @ts-expect-error rank: scores have one axis
  const asRank: Score = features48;

  // @ts-expect-error dtype: bytes are no floats
  tensor<"f32", readonly ["N"], "logit">("f32", [1], new Uint8Array(1));

  // @ts-expect-error width: rows of 48 features do not join rows of 24
  concat([features48, tensor<"f32", readonly ["N", 24], "feature">("f32", [1, 24], new Float32Array(24))]);

  // @ts-expect-error brand: a plain object with the right fields is no tensor
  const asTensor: Score = { dtype: "f32", shape: [1], data: new Float32Array(1) };

  // @ts-expect-error constant: a tensor's shape is not to be changed
  scores.shape[0] = 2;

  return [
    judged,
    middle,
    pooled,
    joined,
    eight,
    claimed,
    joined4,
    whole,
    fromImage,
    halves,
    area,
    asFeatures,
    asScores,
    asNormalised,
    asImage,
    asRank,
    asTensor,
  ];
}

Deno.test("stages that fit compile, and stages that do not fit do not", () => {
  void flow;
});
