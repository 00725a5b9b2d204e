/** The settings of the paper's forests (App. A.1), in XGBoost's own names. @module */
import { type Type, type } from "arktype";

/** How a forest is trained. Everything not named here has XGBoost 3.2.0's default, `tree_method` "hist" for one. */
export interface ForestSettings {
  /** What the rounds minimise. */
  readonly objective: "binary:logitraw" | "binary:logistic";
  /** Rounds of boosting. */
  readonly n_estimators: number;
  /** Trees a round, which share the round's gradient. */
  readonly num_parallel_tree: number;
  /** Levels of a tree at most. */
  readonly max_depth: number;
  /** Share of a round's step that is taken, 0 to 1. */
  readonly learning_rate: number;
  /** Share of the rows that a tree sees. */
  readonly subsample: number;
  /** Share of the columns that a tree sees. */
  readonly colsample_bytree: number;
  /** Share of the tree's columns that a node sees. */
  readonly colsample_bynode: number;
  /** L1 penalty on the leaves' weights. */
  readonly reg_alpha: number;
  /** How splits are searched; XGBoost's choice where left out. */
  readonly tree_method?: "hist" | "approx" | "exact";
}

/** What {@linkcode ForestSettings} are in a file: the one list of their names and ranges. */
export const settingsSchema = type({
  "+": "reject",
  objective: "'binary:logitraw' | 'binary:logistic'",
  n_estimators: "number.integer >= 1",
  num_parallel_tree: "number.integer >= 1",
  max_depth: "number.integer >= 0",
  learning_rate: "number > 0",
  subsample: "number > 0",
  colsample_bytree: "number > 0",
  colsample_bynode: "number > 0",
  reg_alpha: "number >= 0",
  "tree_method?": "'hist' | 'approx' | 'exact'",
}) satisfies Type<ForestSettings>;

/** Boosted random forest, random forest, boosted trees; a boosted random forest of a quarter of the trees. */
export type Preset = "brf" | "rf" | "bt" | "brf50";

const brf: ForestSettings = {
  objective: "binary:logitraw",
  n_estimators: 10,
  num_parallel_tree: 200,
  max_depth: 5,
  learning_rate: 0.3,
  subsample: 0.6,
  colsample_bytree: 0.6,
  colsample_bynode: 0.6,
  reg_alpha: 1,
};

/**
 * The paper's three forests of 2,000 trees each: `brf` boosts 10 rounds of 200 trees; `rf` is one round of 2,000 trees
 * with learning rate 1; `bt` boosts 2,000 rounds of one tree that sees all columns. `brf50` is not of the paper: it has 50
 * trees a round, which is as good where six forests are trained for each model.
 *
 * ```ts
 * import { presets } from "./presets.ts";
 * console.assert([presets.brf, presets.rf, presets.bt].every((p) => p.n_estimators * p.num_parallel_tree === 2000));
 * ```
 */
export const presets: Readonly<Record<Preset, ForestSettings>> = {
  brf,
  rf: { ...brf, n_estimators: 1, num_parallel_tree: 2000, learning_rate: 1 },
  bt: { ...brf, n_estimators: 2000, num_parallel_tree: 1, colsample_bytree: 1 },
  brf50: { ...brf, num_parallel_tree: 50 },
};

const settingNames: readonly string[] = settingsSchema.props.map(({ key }) => String(key));

/**
 * The settings as XGBoost's parameters.
 *
 * @throws {TypeError} for a setting that is not one of {@linkcode ForestSettings}
 */
export function toParameters(
  settings: ForestSettings,
  seed: number,
  scalePosWeight: number,
): Record<string, string> {
  const parameters: Record<string, string> = { random_state: String(seed), scale_pos_weight: String(scalePosWeight) };
  for (const [key, value] of Object.entries(settings)) {
    if (!settingNames.includes(key)) {
      throw new TypeError(
        `Cannot train a forest as "${key}" is not a setting: the settings are ${settingNames.join(", ")}`,
      );
    }
    if (key !== "n_estimators" && value !== undefined) parameters[key] = String(value);
  }
  return parameters;
}
