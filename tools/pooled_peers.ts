/**
 * The simplest things that learn from labels: a logistic regression and gradient boosting on what the embedded backbone's
 * layers hold anywhere in a picture (average and maximum of each channel).
 * @module
 */
import type { Features } from "../lib/domain.ts";
import { concat } from "../lib/base/tensor/tensor.ts";
import { openRuntime } from "../lib/engine/session/runtime.ts";
import { openBackbone } from "../lib/method/backbone/backbone.ts";
import { embeddedBackbone } from "../lib/method/backbone/embedded.ts";
import { takeFeatures } from "../lib/method/features/rows.ts";
import { pooledFeatures } from "../lib/method/features/pooled.ts";
import { applyLogistic } from "../lib/method/regression/apply.ts";
import { fitLogisticPath } from "../lib/method/regression/logistic.ts";
import { auroc } from "../lib/method/evaluate/auroc.ts";
import { readPhoto } from "../lib/picture/image/decode.ts";
import { toImage } from "../lib/picture/image/image.ts";
import { resizePhoto } from "../lib/picture/image/resize.ts";
import { openXgboost } from "../packages/xgboost-wasm/mod.ts";

/** Scores of parts that were not learned from, in their order. */
export type PooledPeer = (learn: Features, labels: readonly number[], judged: Features) => Promise<Float64Array>;

/** Costs of the regression; the one with the highest AUROC over five folds of what is learned from is taken. */
const COSTS = [1e-4, 1e-3, 1e-2, 1e-1, 1];

/** Pooled channels of each picture, at 256 × 256. */
export async function pooledOf(paths: readonly string[]): Promise<Features> {
  const extractor = await openBackbone(await openRuntime(), await embeddedBackbone());
  const { compute } = pooledFeatures(extractor.layers);
  const parts: Features[] = [];
  for (let start = 0; start < paths.length; start += 8) {
    const photos = await Promise.all(paths.slice(start, start + 8).map((path) => readPhoto(path)));
    const image = toImage(photos.map((photo) => resizePhoto(photo, { height: 256, width: 256 })));
    parts.push(compute(await extractor.extract(image)));
  }
  await extractor.release();
  return concat(parts);
}

/** A logistic regression whose cost five folds choose, by AUROC. */
// deno-lint-ignore require-await -- as the other peer's
const regression: PooledPeer = async (learn, labels, judged) => {
  const all = labels.map((_, i) => i);
  // Good and bad parts are dealt out in turn, each to all folds.
  const fold = all.map((i) => labels.slice(0, i).filter((label) => label === labels[i]).length % 5);
  const held = COSTS.map(() => new Float64Array(labels.length));
  for (let k = 0; k < 5; k++) {
    const inside = all.filter((i) => fold[i] !== k);
    const outside = all.filter((i) => fold[i] === k);
    const paths = fitLogisticPath({ costs: COSTS }, takeFeatures(learn, inside), inside.map((i) => labels[i]));
    for (const [c, fitted] of paths.entries()) {
      const { data } = applyLogistic(fitted)(takeFeatures(learn, outside));
      for (const [at, i] of outside.entries()) held[c][i] = data[at];
    }
  }
  const figures = held.map((scores) => auroc(scores, Uint8Array.from(labels)));
  const cost = COSTS[figures.indexOf(Math.max(...figures))];
  const [fitted] = fitLogisticPath({ costs: [cost] }, learn, labels);
  return Float64Array.from(applyLogistic(fitted)(judged).data);
};

/** XGBoost's own defaults (depth 6, rate 0.3) over 100 rounds, both classes weighing the same. */
const boosting: PooledPeer = async (learn, labels, judged) => {
  const xgboost = await openXgboost();
  const tableOf = ({ data, shape: [rows, width] }: Features) => ({
    values: data as Float32Array<ArrayBuffer>,
    rows,
    width,
    columns: Array.from({ length: width }, (_, c) => `c${c}`),
  });
  const bad = labels.filter((label) => label === 1).length;
  const parameters = { objective: "binary:logistic", scale_pos_weight: (labels.length - bad) / bad, seed: 0 };
  const bytes = xgboost.train({ table: tableOf(learn), labels: Float32Array.from(labels), parameters, rounds: 100 });
  return Float64Array.from(xgboost.predict({ model: { bytes }, table: tableOf(judged), output: "value" }));
};

/** By their names. */
export const POOLED_PEERS: Readonly<Record<string, PooledPeer>> = { regression, boosting };
