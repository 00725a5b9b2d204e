/** Training. @module */
import type { Features } from "../../domain.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import type { ForestModel } from "./model.ts";
import { type ForestSettings, toParameters } from "./presets.ts";
import { goodQuantilesOf } from "./good_quantiles.ts";
import { type ForestRunner, sharedForestRunner } from "./runner.ts";
import { checkColumns, toTable } from "./table.ts";

/** What a forest is trained on, and how. */
export interface ForestTraining<F extends Dim = "F"> {
  /** f32[N,F], NaN where a value is missing. */
  readonly features: Features<"N", F>;
  /** F unique names. */
  readonly columns: readonly string[];
  /** N labels: 0 is good, 1 is bad. */
  readonly labels: ArrayLike<number>;
  /** A preset, or one's own. */
  readonly settings: ForestSettings;
  /** A whole number from 0 to 2³²−1. */
  readonly seed: number;
  /**
   * The weight of a bad part against a good one. Default: good parts by bad parts of this training. The paper's published
   * code takes the rows of its df_training.csv by the bad parts used in training; where that table lists the forest's
   * good parts, it is the same number.
   */
  readonly scalePosWeight?: number;
  /** What messages call the model. Default: `forest`. */
  readonly name?: string;
}

/**
 * Trains a forest in a worker. The same training gives the same bytes, which are those of the Python wheel of XGBoost
 * 3.2.0 on Linux.
 *
 * @throws {TypeError} where columns, labels or settings do not fit
 * @throws {RangeError} where a value is infinite, a class has no part, or a setting is out of its range
 *
 * ```ts
 * import { features } from "../../domain.ts";
 * import { openForestRunner } from "./runner.ts";
 * import { presets } from "./presets.ts";
 * import { trainForest } from "./train.ts";
 * const runner = openForestRunner({ workers: 1 });
 * const sizes = features<"N", 1>([4, 1], new Float32Array([1, 2, 8, 9]));
 * const settings = { ...presets.brf, num_parallel_tree: 2 };
 * const model = await trainForest({ features: sizes, columns: ["size"], labels: [0, 0, 1, 1], settings, seed: 333 }, runner);
 * console.assert(model.training?.scalePosWeight === 1);
 * await runner.close();
 * ```
 */
export async function trainForest<F extends Dim>(
  training: ForestTraining<F>,
  runner: ForestRunner = sharedForestRunner(),
): Promise<ForestModel> {
  const { features, columns, labels, settings, seed, name = "forest" } = training;
  checkColumns(columns);
  const table = toTable(features, columns, "train a forest");
  const bad = countBad(labels, table.rows);
  const good = table.rows - bad;
  const scalePosWeight = training.scalePosWeight ?? good / bad;
  if (!(scalePosWeight > 0 && Number.isFinite(scalePosWeight))) {
    throw new RangeError(`Cannot weigh bad parts by ${scalePosWeight} as scalePosWeight is a finite number above 0`);
  }
  if (!(Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff)) {
    throw new RangeError(`Cannot train a forest with seed ${seed} as a seed is a whole number from 0 to 4294967295`);
  }
  const rounds = settings.n_estimators;
  if (!(Number.isInteger(rounds) && rounds >= 1)) {
    throw new RangeError(`Cannot train a forest for ${rounds} rounds as n_estimators is a whole number above 0`);
  }
  const parameters = toParameters(settings, seed, scalePosWeight);
  const json = await runner.train({ name, table, labels: Float32Array.from(labels), parameters, rounds });
  return {
    name,
    columns: [...columns],
    json,
    training: { settings, seed, scalePosWeight },
    goodQuantiles: goodQuantilesOf(features, labels),
  };
}

function countBad(labels: ArrayLike<number>, rows: number): number {
  if (labels.length !== rows) {
    throw new TypeError(`Cannot train a forest as ${rows} parts need ${rows} labels: there are ${labels.length}`);
  }
  const list = Array.from(labels);
  const strange = list.findIndex((label) => label !== 0 && label !== 1);
  if (strange >= 0) {
    throw new TypeError(`Cannot train a forest as label ${strange} is ${list[strange]}: 0 is good, 1 is bad`);
  }
  const bad = list.filter((label) => label === 1).length;
  if (bad === 0 || bad === rows) {
    throw new RangeError(
      `Cannot train a forest as it needs good and bad parts: there are ${rows - bad} good and ${bad} bad`,
    );
  }
  return bad;
}
