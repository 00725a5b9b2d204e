/** The forest as a stage. @module */
import { type Features, type Score, score } from "../../domain.ts";
import type { AsyncStage } from "../../stage.ts";
import { type Dim, shaped, type Tensor } from "../../base/tensor/tensor.ts";
import { type ForestModel, toStored } from "./model.ts";
import { type ForestRunner, sharedForestRunner } from "./runner.ts";
import { toTable } from "./table.ts";

/** SHAP values in log-odds: one a column, and the bias last; a row sums to the part's score. */
export type Contributions<N extends Dim = "N"> = Tensor<"f32", readonly [N, "F+1"], "logit">;

/** A model, how many features it must see, and where to run it. */
export interface ForestOptions<F extends Dim> {
  /** The number of columns, checked against the model's. */
  readonly features: F;
  /** What was trained. */
  readonly model: ForestModel;
  /** The names of the columns that it will be fed, checked against the model's where given. */
  readonly columns?: readonly string[];
  /** Default: workers that all share. */
  readonly runner?: ForestRunner;
}

/**
 * The score of each part: the forest's raw output in log-odds, above 0 more likely bad than good under the weight that
 * bad parts had in training.
 *
 * @throws {TypeError} where the number of features or the names are not those of the model's columns
 * @throws {RangeError} (from the stage) where a value is infinite
 *
 * ```ts
 * import { features } from "../../domain.ts";
 * import { forest } from "./forest.ts";
 * import { presets } from "./presets.ts";
 * import { openForestRunner } from "./runner.ts";
 * import { trainForest } from "./train.ts";
 * const runner = openForestRunner({ workers: 1 });
 * const sizes = features<"N", 1>([6, 1], new Float32Array([1, 2, 3, 8, 9, 9]));
 * const settings = { ...presets.brf, num_parallel_tree: 5, reg_alpha: 0 };
 * const labels = [0, 0, 0, 1, 1, 1];
 * const model = await trainForest({ features: sizes, columns: ["size"], labels, settings, seed: 1 }, runner);
 * const scores = await forest({ features: 1, model, runner })(sizes);
 * console.assert(scores.shape[0] === 6);
 * await runner.close();
 * ```
 */
export function forest<F extends Dim>(options: ForestOptions<F>): AsyncStage<Features<"N", F>, Score<"N">> {
  checkOptions(options);
  const { model, runner = sharedForestRunner() } = options;
  return async function forest(features) {
    const table = toTable(features, model.columns, `score parts with ${model.name}`);
    const data = table.rows === 0
      ? new Float32Array(0)
      : await runner.predict({ model: toStored(model), table, output: "score" });
    if (data.length !== table.rows) {
      throw new TypeError(
        `Cannot score parts with ${model.name} as it gives ${data.length / table.rows} values a part: one is needed`,
      );
    }
    return score([table.rows], data);
  };
}

/** The contribution of each column to each part's score. See {@linkcode forest} for errors. */
export function explain<F extends Dim>(options: ForestOptions<F>): AsyncStage<Features<"N", F>, Contributions<"N">> {
  checkOptions(options);
  const { model, runner = sharedForestRunner() } = options;
  return async function explain(features) {
    const table = toTable(features, model.columns, `explain scores of ${model.name}`);
    const data = table.rows === 0
      ? new Float32Array(0)
      : await runner.predict({ model: toStored(model), table, output: "contributions" });
    return shaped("f32", ["N", "F+1"], [table.rows, table.width + 1], data);
  };
}

function checkOptions({ features, model, columns }: ForestOptions<Dim>): void {
  const { length } = model.columns;
  if (typeof features === "number" && features !== length) {
    throw new TypeError(`Cannot feed ${features} features to ${model.name} as it was trained on ${length}`);
  }
  if (!columns) return;
  if (columns.length !== length) {
    throw new TypeError(`Cannot feed ${columns.length} columns to ${model.name} as it was trained on ${length}`);
  }
  const i = columns.findIndex((name, i) => name !== model.columns[i]);
  if (i >= 0) {
    throw new TypeError(
      `Cannot feed column ${i} "${columns[i]}" to ${model.name} as it was trained on "${model.columns[i]}" there`,
    );
  }
}
