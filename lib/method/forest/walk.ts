/**
 * Scores by walking down the trees here, for a few parts: asking a worker takes longer than the walk. They are XGBoost's bit
 * for bit: values are compared and leaves added up in single precision, the base score first, then tree by tree.
 * @module
 */

/** Scores rows of `width` values, NaN where one is missing: f32[rows]. */
export interface Walk {
  /** How many columns the model was trained on. */
  readonly width: number;
  score(values: Float32Array, rows: number): Float32Array<ArrayBuffer>;
}

const walks = new WeakMap<Uint8Array, Walk | "none">();

/**
 * The walk down a stored model; undefined where the model is of another kind than those that are trained here (another
 * objective, categories, several scores a part), or is broken in a way that XGBoost shall tell. Remembered by its bytes.
 *
 * @param bytes XGBoost's JSON
 * @param read what the JSON says, where it was read before
 *
 * ```ts
 * import { walkOf } from "./walk.ts";
 * console.assert(walkOf(new TextEncoder().encode("{}")) === undefined);
 * ```
 */
export function walkOf(bytes: Uint8Array, read?: unknown): Walk | undefined {
  let known = walks.get(bytes);
  if (known === undefined) walks.set(bytes, known = openWalk(read ?? parse(bytes)) ?? "none");
  return known === "none" ? undefined : known;
}

/** A decoder takes no memory that threads share, so that it gets a copy. */
function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes.slice()));
  } catch {
    return undefined;
  }
}

function openWalk(value: unknown): Walk | undefined {
  const read = readTrees(value);
  return read && { width: read.width, score: (values, rows) => walk(read.trees, read.base, values, rows, read.width) };
}

/** The trees of a stored model. */
export interface Trees {
  /** What all scores begin at, a number of single precision. */
  readonly base: number;
  /** How many columns the model was trained on. */
  readonly width: number;
  /** In the order in which they are added up. */
  readonly trees: readonly Tree[];
}

/** The trees of what a stored model's JSON says; undefined as {@linkcode walkOf} has it. */
export function readTrees(value: unknown): Trees | undefined {
  const learner = at(value, "learner"), facts = at(learner, "learner_model_param");
  const booster = at(learner, "gradient_booster"), model = at(booster, "model");
  const trees = at(model, "trees");
  // Releases that write no list keep the base score in other units.
  const base = /^\[([^,]+)\]$/.exec(String(at(facts, "base_score")))?.[1];
  const width = Number(at(facts, "num_feature"));
  const isOurs = at(at(learner, "objective"), "name") === "binary:logitraw" && at(booster, "name") === "gbtree" &&
    Number(at(facts, "num_class")) <= 1 && Number(at(facts, "num_target")) === 1;
  if (!isOurs || base === undefined || !Array.isArray(trees)) return undefined;
  // XGBoost orders trees by their numbers.
  const read = trees.map((tree, i) => at(tree, "id") === i ? readTree(tree, width) : undefined);
  if (!read.every((tree) => tree !== undefined)) return undefined;
  return { base: Math.fround(Number(base)), width, trees: read };
}

/**
 * A tree by its nodes: their children, the left one −1 at a leaf; the column that is asked; the child where it is missing;
 * the limit, or the score of a leaf.
 */
export interface Tree {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly column: Int32Array;
  readonly missing: Int32Array;
  readonly limit: Float32Array;
  /** The weight of the training's parts that came to it; NaN where that is not told. */
  readonly cover: Float32Array;
}

function readTree(tree: unknown, width: number): Tree | undefined {
  const facts = at(tree, "tree_param");
  const nodes = Number(at(facts, "num_nodes"));
  const leaf = Number(at(facts, "size_leaf_vector") ?? 1);
  const lists = ["left_children", "right_children", "split_indices", "default_left", "split_conditions", "split_type"]
    .map((name) => at(tree, name));
  const isWhole = lists.every((list) => Array.isArray(list) && list.length === nodes);
  if (!isWhole || !(nodes >= 1) || leaf > 1) return undefined;
  const [left, right, column, goesLeft, limit, kind] = lists as (readonly number[])[];
  const covers = at(tree, "sum_hessian") as readonly number[] | undefined;
  for (let node = 0; node < nodes; node++) {
    if (!Number.isFinite(limit[node])) return undefined;
    if (left[node] === -1) continue;
    // Children come after their parent, so that each walk ends.
    const isSplit = left[node] > node && right[node] > node && left[node] < nodes && right[node] < nodes &&
      column[node] >= 0 && column[node] < width && kind[node] === 0;
    if (!isSplit) return undefined;
  }
  return {
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    column: Int32Array.from(column),
    missing: Int32Array.from(left, (child, node) => Number(goesLeft[node]) ? child : right[node]),
    limit: Float32Array.from(limit),
    cover: Float32Array.from(left, (_, node) => Number(covers?.[node] ?? NaN)),
  };
}

function walk(trees: readonly Tree[], base: number, values: Float32Array, rows: number, width: number) {
  const scores = new Float32Array(rows).fill(base);
  for (const { left, right, column, missing, limit } of trees) {
    for (let row = 0; row < rows; row++) {
      let node = 0;
      while (left[node] !== -1) {
        const value = values[row * width + column[node]];
        node = value < limit[node] ? left[node] : value >= limit[node] ? right[node] : missing[node];
      }
      scores[row] += limit[node];
    }
  }
  return scores;
}

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
