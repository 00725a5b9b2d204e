/**
 * Whether a stored model can be given to XGBoost, which takes every index in it as it is: one that lies outside its trees
 * reads other memory and gives any number, one that leads back never ends.
 * @module
 */
import { readUbjson } from "./ubjson.ts";

/** Columns of a model, at most: XGBoost makes room for so many for each row. */
const MOST_COLUMNS = 1_000_000;

/** Why a model is not taken. */
export interface Fault {
  /** The end of a sentence. */
  readonly reason: string;
  /** XGBoost would not notice, or not in time; else it refuses the model in words of its own. */
  readonly harms: boolean;
}

class FaultError extends Error implements Fault {
  constructor(readonly reason: string, readonly harms: boolean) {
    super(reason);
  }
}

type Refuse = (reason: string) => never;
type Fields = Readonly<Record<string, unknown>>;

/**
 * What is wrong with a model in XGBoost's JSON or UBJSON: the lists of each tree are as long as it has nodes, each node is
 * reached on one way from the root, columns and classes are there.
 *
 * ```ts
 * import { findFault } from "./find_fault.ts";
 * console.assert(findFault(new TextEncoder().encode("{}"))?.reason === 'it has no "learner"');
 * ```
 */
export function findFault(bytes: Uint8Array): Fault | undefined {
  try {
    checkModel(decode(bytes), (reason) => {
      throw new FaultError(reason, true);
    });
    return undefined;
  } catch (error) {
    if (error instanceof FaultError) return error;
    throw error;
  }
}

function checkModel(value: unknown, refuse: Refuse): void {
  const learner = fieldsOf(value, "learner");
  const facts = fieldsOf(learner, "learner_model_param");
  const columns = wholeOf(facts, "num_feature");
  if (columns > MOST_COLUMNS) refuse(`it must have at most ${MOST_COLUMNS} columns: found ${columns}`);
  const booster = fieldsOf(learner, "gradient_booster");
  const groups = Math.max(1, wholeOf(facts, "num_class"), wholeOf(facts, "num_target", 1));
  if (booster.name === "gblinear") {
    const { length } = numbersOf(fieldsOf(booster, "model"), "weights");
    if (length !== (columns + 1) * groups) refuse(`it must have ${(columns + 1) * groups} weights: found ${length}`);
    return;
  }
  const isDart = booster.name === "dart";
  if (!isDart && booster.name !== "gbtree") {
    refuse(`its booster must be gbtree, dart or gblinear: found ${booster.name}`);
  }
  const model = fieldsOf(isDart ? fieldsOf(booster, "gbtree") : booster, "model");
  const trees = model.trees;
  if (!Array.isArray(trees)) throw new FaultError('it has no list "trees"', false);
  const counted = wholeOf(fieldsOf(model, "gbtree_model_param"), "num_trees");
  if (counted !== trees.length) refuse(`it must have ${counted} trees: found ${trees.length}`);
  if (isDart) {
    const { length } = numbersOf(booster, "weight_drop");
    if (length !== trees.length) refuse(`it must have a weight for each of ${trees.length} trees: found ${length}`);
  }
  checkOrder(model, trees, groups, refuse);
  for (const [i, tree] of trees.entries()) checkTree(tree, columns, (reason) => refuse(`tree ${i} ${reason}`));
}

/** What XGBoost takes for a model begins so; anything else it refuses at once. */
const BRACE = 0x7b;

function decode(bytes: Uint8Array): unknown {
  // XGBoost tells its forms apart likewise: an object's first key is a text in JSON, and in UBJSON a length.
  const isJson = /^\s*\{\s*["}]/.test(new TextDecoder().decode(bytes.slice(0, 64)));
  try {
    return isJson ? parse(new TextDecoder().decode(bytes)) : readUbjson(bytes);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    // XGBoost reads UBJSON beyond its end, and takes what it finds there for the length of what follows.
    throw new FaultError(`it is neither JSON nor UBJSON: ${cause.message}`, !isJson && bytes[0] === BRACE);
  }
}

/** XGBoost writes and reads numbers that JSON does not know; none of them is an index. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const known = text.replaceAll(/([[,:]\s*)-?(?:NaN|Infinity|inf|nan)\b/g, "$1null");
    if (known === text) throw error;
    return JSON.parse(known);
  }
}

/** What says which trees make a round, and to which class each adds. */
function checkOrder(model: Fields, trees: readonly unknown[], groups: number, refuse: Refuse): void {
  const info = numbersOf(model, "tree_info");
  if (info.length !== trees.length) refuse(`"tree_info" must have ${trees.length} entries: found ${info.length}`);
  const odd = info.find((group) => !isWithin(group, groups));
  if (odd !== undefined) refuse(`a tree must be of one of ${groups} classes: found ${odd}`);
  if (model.iteration_indptr !== undefined) {
    const rounds = numbersOf(model, "iteration_indptr");
    const rises = rounds.every((begin, i) =>
      Number.isInteger(begin) && (i === 0 ? begin === 0 : begin >= rounds[i - 1])
    );
    if (!rises || (rounds.at(-1) ?? 0) !== trees.length) refuse(`its rounds must hold ${trees.length} trees in order`);
  }
  const ids = new Set(trees.map((tree) => isFields(tree) ? tree.id : undefined));
  if (!trees.every((_, i) => ids.has(i))) refuse(`its trees must be numbered from 0 to ${trees.length - 1}`);
}

/** The lists of a tree that have an entry a node. */
const LISTS = ["right_children", "parents", "split_indices", "split_conditions", "default_left"] as const;

function checkTree(tree: unknown, columns: number, refuse: Refuse): void {
  if (!isFields(tree)) return refuse("is no object");
  const facts = fieldsOf(tree, "tree_param");
  const nodes = wholeOf(facts, "num_nodes");
  const left = numbersOf(tree, "left_children");
  if (nodes < 1 || left.length !== nodes) refuse(`must have ${nodes} nodes, at least one: found ${left.length}`);
  for (const list of LISTS) {
    const { length } = numbersOf(tree, list);
    if (length !== nodes) refuse(`must have ${nodes} entries of "${list}": found ${length}`);
  }
  const right = numbersOf(tree, "right_children");
  const column = numbersOf(tree, "split_indices");
  const width = wholeOf(facts, "size_leaf_vector", 1);
  const leaves = width > 1 ? numbersOf(tree, "leaf_weights").length / width : 0;
  const seen = new Uint8Array(nodes);
  // Nodes that were cut off are still listed; what is not reached is not read.
  for (let open = [0], node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen[node]++) refuse(`reaches node ${node} on two ways`);
    if (left[node] === -1) {
      if (width > 1 && !isWithin(right[node], leaves)) {
        refuse(`has ${leaves} leaves: node ${node} is leaf ${right[node]}`);
      }
      continue;
    }
    for (const child of [left[node], right[node]]) {
      if (!isWithin(child, nodes)) refuse(`has ${nodes} nodes: node ${node} leads to ${child}`);
      open.push(child);
    }
    if (!isWithin(column[node], columns)) {
      refuse(`sees ${columns} columns: node ${node} asks for column ${column[node]}`);
    }
  }
  checkCategories(tree, nodes, refuse);
}

/** Values that XGBoost takes for categories, at most. */
const MOST_CATEGORIES = 2 ** 24;

function checkCategories(tree: Fields, nodes: number, refuse: Refuse): void {
  if (tree.categories_nodes === undefined) return;
  const [of, begins, sizes, values] = (["nodes", "segments", "sizes", ""] as const).map((list) =>
    numbersOf(tree, list === "" ? "categories" : `categories_${list}`)
  );
  if (begins.length !== of.length || sizes.length !== of.length) {
    refuse("must have a list of categories for each split");
  }
  for (const [i, node] of of.entries()) {
    if (!isWithin(node, nodes)) refuse(`has ${nodes} nodes: categories are of node ${node}`);
    if (!(begins[i] >= 0 && sizes[i] >= 0 && begins[i] + sizes[i] <= values.length)) {
      refuse(`has ${values.length} categories: node ${node} asks for ${sizes[i]} from ${begins[i]} on`);
    }
  }
  const odd = values.find((value) => !isWithin(value, MOST_CATEGORIES));
  if (odd !== undefined) refuse(`must have categories from 0 to ${MOST_CATEGORIES - 1}: found ${odd}`);
}

function isWithin(index: number, count: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < count;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown, key: string): Fields {
  const held = isFields(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  if (isFields(held)) return held;
  throw new FaultError(`it has no "${key}"`, false);
}

function numbersOf(value: Fields, key: string): readonly number[] {
  const held = Object.hasOwn(value, key) ? value[key] : undefined;
  if (!Array.isArray(held)) throw new FaultError(`it has no list "${key}"`, false);
  // Truth values stand for 0 and 1 in some releases.
  const odd = held.find((item) => typeof item !== "number" && typeof item !== "boolean" && item !== null);
  if (odd === undefined) return held.map(Number);
  throw new FaultError(`"${key}" must be numbers`, false);
}

/** XGBoost writes the numbers among its parameters as texts. */
function wholeOf(value: Fields, key: string, otherwise?: number): number {
  const held = Object.hasOwn(value, key) ? value[key] : otherwise;
  const number = typeof held === "string" && /^\d+$/.test(held) ? Number(held) : held;
  if (typeof number === "number" && Number.isSafeInteger(number) && number >= 0) return number;
  throw new FaultError(`"${key}" must be a whole number: found ${JSON.stringify(held)}`, false);
}
