/** Judges as graphs. @module */
import { number } from "../../engine/graph/numbers.ts";
import { add, equal, gather, log, max, mul, pad, reduceSum, sub, where } from "../../engine/graph/ops.ts";
import { literal, toLiteral, type Value } from "../../engine/graph/value.ts";
import type { ForestModel } from "../forest/model.ts";
import { shapValues } from "../forest/shap_graph.ts";
import type { Judge, Judges } from "./contract.ts";

/** What a judge is shown, as values. */
export interface JudgeValues {
  /** What the columns are called. */
  readonly columns: readonly string[];
  /** f32[N,F]. */
  readonly features: Value<"f32">;
  /** Own scores of detectors and of the classifier, f32[N] each. */
  readonly scores: Readonly<Record<string, Value<"f32">>>;
  /** What each of {@linkcode forestsOf} says, f32[N]. */
  readonly forests: readonly Value<"f32">[];
}

/** A judge's score, f32[N], and how far each column has moved it where that is a product: f32[N,F] of some columns. */
export interface JudgedValues {
  readonly score: Value<"f32">;
  readonly moves?: { readonly columns: readonly string[]; readonly values: Value<"f32"> };
}

/** The forests of a judge, in the order in which {@linkcode judgedValues} wants their scores. */
export function forestsOf(judge: Judge): readonly ForestModel[] {
  if (judge.kind === "together") return judge.members.flatMap((member) => forestsOf(member.judge));
  return judge.kind === "forest" ? [judge.model] : [];
}

/**
 * The score of a judge.
 *
 * @throws {RangeError} where a column or an own score that it sees is not there
 */
export function judgedValues(judge: Judge, shown: JudgeValues): JudgedValues {
  switch (judge.kind) {
    case "forest": {
      const { columns } = judge.model;
      const values = shapValues(judge.model, selected(shown, columns));
      return { score: shown.forests[0], ...values && { moves: { columns, values } } };
    }
    case "detector":
    case "classifier":
      if (Object.hasOwn(shown.scores, judge.name)) return { score: shown.scores[judge.name] };
      throw new RangeError(`Cannot judge by "${judge.name}" as it has given no score`);
    case "regression":
      return regressed(judge, shown);
    case "together":
      return together(judge, shown);
  }
}

/** The columns of some names, f32[N,F]. */
export function selected(
  { columns, features }: Pick<JudgeValues, "columns" | "features">,
  wanted: readonly string[],
): Value<"f32"> {
  const places = new Map(columns.map((column, place) => [column, place] as const).reverse());
  const data = Int32Array.from(wanted, (column) => {
    const place = places.get(column);
    if (place === undefined) throw new RangeError(`Cannot select the column "${column}" as there is none of this name`);
    return place;
  });
  if (data.length === columns.length && data.every((place, f) => place === f)) return features;
  return gather(features, literal({ dtype: "i32", shape: [data.length], data }, "places of columns"), { axis: 1 });
}

function regressed({ columns, model }: Judges["regression"], shown: JudgeValues): JudgedValues {
  const x = selected(shown, columns);
  const row = (name: string, of: (f: number) => number) =>
    literal({ dtype: "f32", shape: [columns.length], data: Float32Array.from(columns, (_, f) => of(f)) }, name);
  // A mean that is large beside its deviation keeps its digits in two numbers of single precision.
  const mean = row("means", (f) => model.mean[f]);
  const rest = row("rests of means", (f) => model.mean[f] - Math.fround(model.mean[f]));
  const slope = row("slopes", (f) => model.weights[f] / model.deviation[f]);
  const moved = mul(sub(sub(x, mean), rest), slope);
  // What is missing says nothing; it alone is not equal to itself.
  const values = where(equal(x, x), moved, number(0));
  return { score: add(reduceSum(values, { axes: [1] }), number(model.intercept)), moves: { columns, values } };
}

function together({ members }: Judges["together"], shown: JudgeValues): JudgedValues {
  let taken = 0;
  const each = members.map(({ judge, log: ofDistance, mean, deviation, weight }) => {
    const count = forestsOf(judge).length;
    const found = judgedValues(judge, { ...shown, forests: shown.forests.slice(taken, taken += count) });
    const raw = ofDistance ? log(max(found.score, number(1e-30))) : found.score;
    const scale = weight / deviation;
    const moves = found.moves && { ...found.moves, values: mul(found.moves.values, number(scale)) };
    // As in a regression: the mean in two numbers.
    const from = sub(sub(raw, number(mean)), number(mean - Math.fround(mean)));
    return {
      score: mul(from, number(scale)),
      moves,
      explained: moves || judge.kind === "detector" || judge.kind === "classifier",
    };
  });
  const score = each.map((one) => one.score).reduce((sum, one) => add(sum, one));
  // A member whose columns are not told apart leaves nothing to tell of the whole.
  if (!each.every(({ explained }) => explained)) return { score };
  const told = each.flatMap((one) => one.moves ?? []);
  if (told.length === 0) return { score };
  const columns = [...new Set(told.flatMap((moves) => moves.columns))];
  const values = told.map((moves) => alongside(columns, moves)).reduce((sum, one) => add(sum, one));
  return { score, moves: { columns, values } };
}

/** Moves of some columns as those of all: what no move is told of has not moved the score. */
export function alongside(
  columns: readonly string[],
  { columns: own, values }: NonNullable<JudgedValues["moves"]>,
): Value<"f32"> {
  const places = columns.map((column) => own.indexOf(column));
  if (own.length === columns.length && places.every((place, f) => place === f)) return values;
  const padded = pad(values, { before: [0, 0], after: [0, 1] });
  return gather(padded, literal(toLiteral("i32", places.map((place) => place < 0 ? own.length : place))), { axis: 1 });
}
