/** The end of the flow as one graph: from columns and own scores to the score, the decision and what has moved it. @module */
import { buildModel } from "../../engine/graph/model.ts";
import { add, cast, concat, greaterOrEqual, matMul, reduceSum, reshape, sigmoid, sub } from "../../engine/graph/ops.ts";
import { input, literal, toLiteral, type Value } from "../../engine/graph/value.ts";
import { parseColumn } from "../../method/features/columns.ts";
import { LEVELS } from "../../method/forest/good_quantiles.ts";
import type { Judge } from "../../method/judge/contract.ts";
import { alongside, judgedValues } from "../../method/judge/judge_graph.ts";
import { explainJudge } from "../../method/judge/table.ts";

/** What the verdict is made of. */
export interface VerdictGraphOptions {
  readonly judge: Judge;
  /** What the features are called. */
  readonly columns: readonly string[];
  /** Whose own scores there are: the detectors, and last the classifier. */
  readonly scores: readonly string[];
  /** How many forests the judge has. */
  readonly forests: number;
  /** The score is log-odds. */
  readonly logOdds: boolean;
  readonly threshold: number;
  readonly review?: number;
}

/** Columns that are told of together. */
export interface Group {
  readonly segment?: string;
  readonly source: string;
}

/**
 * A model with the inputs `features` f32[N,F], `score.padim` f32[N] a detector or classifier, and `odds.0` f32[N,1] a forest. Its
 * outputs are `score` f32[N], `decision` i64[N] (0 good, 1 to be looked at, 2 bad), `scores` f32[N,K]; `probability` f32[N] of
 * log-odds; and where the judge tells of them `moves` f32[N,F], their sums in groups as `contributions` f32[N,G], and `bias`
 * f32[N], which with them is the score, beside `usual` f32[F,101], quantiles of the features over good parts.
 */
export function verdictGraph(
  options: VerdictGraphOptions,
): { readonly model: Uint8Array<ArrayBuffer>; readonly groups: readonly Group[] } {
  const { judge, columns, forests, logOdds, threshold, review = threshold } = options;
  const features = input("features", "f32", ["N", columns.length]);
  const own = options.scores.map((name) => input(`score.${name}`, "f32", ["N"]));
  const odds = Array.from({ length: forests }, (_, i) => input(`odds.${i}`, "f32", ["N", 1]));
  const { score, moves } = judgedValues(judge, {
    columns,
    features,
    scores: Object.fromEntries(options.scores.map((name, i) => [name, own[i]])),
    forests: odds.map((one) => reshape(one, ["N"])),
  });
  const reaches = (limit: number) =>
    cast(greaterOrEqual(score, literal(toLiteral("f32", [roundUp(limit)], []))), "i64");
  const outputs: Record<string, Value> = {
    score,
    ...logOdds && { probability: sigmoid(score) },
    decision: add(reaches(review), reaches(threshold)),
    scores: concat(own.map((one) => reshape(one, ["N", 1])), { axis: 1 }),
  };
  const groups: Group[] = [];
  if (moves) {
    const { goodQuantiles } = explainJudge(judge) ?? {};
    if (goodQuantiles) {
      outputs.usual = literal(
        { dtype: "f32", shape: [columns.length, LEVELS], data: goodQuantiles.quantiles },
        "quantiles",
      );
    }
    outputs.moves = alongside(columns, moves);
    const places = moves.columns.map((column) => placeOf(groupOf(column), groups));
    const members = new Float32Array(places.length * groups.length);
    places.forEach((place, f) => members[f * groups.length + place] = 1);
    const contributions = matMul(
      moves.values,
      literal({ dtype: "f32", shape: [places.length, groups.length], data: members }, "groups"),
    );
    Object.assign(outputs, { contributions, bias: sub(score, reduceSum(contributions, { axes: [1] })) });
  }
  const inputs = [...columns.length > 0 ? [features] : [], ...own, ...odds];
  return { model: buildModel({ inputs, outputs, name: "verdict" }), groups };
}

function groupOf(column: string): Group {
  const { segment, source } = parseColumn(column) ?? { source: column };
  return { ...segment !== undefined && { segment }, source };
}

function placeOf({ segment, source }: Group, groups: Group[]): number {
  const known = groups.findIndex((one) => one.segment === segment && one.source === source);
  if (known >= 0) return known;
  return groups.push({ ...segment !== undefined && { segment }, source }) - 1;
}

/**
 * The smallest number of single precision that is not below a limit: scores of single precision reach the one where they
 * reach the other.
 */
export function roundUp(limit: number): number {
  const near = Math.fround(limit);
  if (near >= limit) return near;
  const bits = new Int32Array(new Float32Array([near === 0 ? 0 : near]).buffer);
  bits[0] += near >= 0 ? 1 : -1;
  return new Float32Array(bits.buffer)[0];
}
