/** SHAP values of a forest as a graph: the path-dependent ones of Lundberg et al. (2020), as XGBoost has them. @module */
import { number } from "../../engine/graph/numbers.ts";
import {
  add,
  cast,
  div,
  equal,
  gather,
  greaterOrEqual,
  less,
  matMul,
  mul,
  pad,
  reduceSum,
  reshape,
  slice,
  sub,
  where,
} from "../../engine/graph/ops.ts";
import { literal, type Value } from "../../engine/graph/value.ts";
import type { ForestModel } from "./model.ts";
import { limitInGraph } from "./tree_ensemble.ts";
import { readTrees, type Tree } from "./walk.ts";

/** What a path from a root to a leaf asks of one column. */
interface Question {
  readonly column: number;
  /** The part goes this way where its value is at least this … */
  readonly from: number;
  /** … and below this; */
  readonly to: number;
  /** or where it is missing and this is true. */
  readonly missing: boolean;
  /** Share of the training's weight that goes this way at the places where the column is asked. */
  readonly share: number;
}

interface Path {
  readonly value: number;
  readonly questions: readonly Question[];
}

/** So many numbers are added up at once before columns are told apart. */
const CHUNK = 64;

/**
 * How far each column has moved the forest's score: f32[N,F], of its columns.
 *
 * A leaf of value v whose path asks d columns gives column i the part v·(oᵢ − zᵢ)·∫₀¹ Πⱼ≠ᵢ (t·oⱼ + (1−t)·zⱼ) dt, where o is 1
 * if the part answers as the path does, and z is the share of training parts that do. It is a polynomial of degree d − 1, which
 * Gauss and Legendre integrate exactly at ⌈d/2⌉ points, so that no subset is looked at.
 *
 * @param features f32[N,F], NaN where one is missing
 * @returns nothing where the forest does not say how many training parts went where
 */
export function shapValues(
  { json, columns }: Pick<ForestModel, "json" | "columns">,
  features: Value<"f32">,
): Value<"f32"> | undefined {
  const read = readTrees(JSON.parse(new TextDecoder().decode(json.slice())));
  const paths = read?.trees.flatMap((tree) => pathsOf(tree, columns));
  // What no leaf asks has moved nothing.
  const asking = paths?.filter(({ questions }) => questions.length > 0);
  if (!asking?.every(({ questions }) => questions.every(({ share }) => share > 0 && share <= 1))) return undefined;
  const L = asking.length;
  const F = columns.length;
  if (L === 0) return mul(features, number(0));
  const D = asking.reduce((most, { questions }) => Math.max(most, questions.length), 0);
  const rest: Question = { column: 0, from: -Infinity, to: Infinity, missing: true, share: 1 };
  const asked = asking.flatMap(({ questions }) => Array.from({ length: D }, (_, d) => questions[d] ?? rest));
  const block = (name: string, of: (question: Question) => number) =>
    literal({ dtype: "f32", shape: [1, L, D], data: Float32Array.from(asked, of) }, name);

  const places = literal(
    { dtype: "i32", shape: [L * D], data: Int32Array.from(asked, ({ column }) => column) },
    "asked",
  );
  const x = reshape(gather(features, places, { axis: 1 }), ["N", L, D]);
  const inside = mul(
    cast(greaterOrEqual(x, block("from", ({ from }) => from)), "f32"),
    cast(less(x, block("to", ({ to }) => to)), "f32"),
  );
  // What is missing alone is not equal to itself.
  const own = where(equal(x, x), inside, block("missing", ({ missing }) => missing ? 1 : 0));
  const share = block("shares", ({ share }) => share);
  const values = Float32Array.from(asking, ({ value }) => value);
  const sums = gaussLegendre(Math.ceil(D / 2)).map(({ at, weight }) => {
    const each = add(mul(own, number(at)), mul(share, number(1 - at)));
    const all = Array.from({ length: D }, (_, d) => slice(each, { axis: 2, from: d, to: d + 1 }))
      .reduce((product, one) => mul(product, one));
    const leaves = literal({ dtype: "f32", shape: [1, L, 1], data: values.map((value) => value * weight) }, "leaves");
    return div(mul(all, leaves), each);
  });
  const moved = mul(sums.reduce((sum, one) => add(sum, one)), sub(own, share));
  return byColumn(reshape(moved, ["N", L * D]), asked.map((question) => question === rest ? -1 : question.column), F);
}

/** Sums of the numbers of each column: f32[N,E] to f32[N,F]. */
function byColumn(numbers: Value<"f32">, columns: readonly number[], F: number): Value<"f32"> {
  const of = Array.from({ length: F }, (): number[] => []);
  columns.forEach((column, i) => column >= 0 && of[column].push(i));
  const chunks = of.flatMap((places, column) =>
    Array.from({ length: Math.ceil(places.length / CHUNK) }, (_, c) => ({
      column,
      places: places.slice(c * CHUNK, (c + 1) * CHUNK),
    }))
  );
  const C = chunks.length;
  // Behind the last number lies a zero, which fills chunks up.
  const order = Int32Array.from(
    { length: C * CHUNK },
    (_, i) => chunks[Math.floor(i / CHUNK)].places[i % CHUNK] ?? columns.length,
  );
  const padded = pad(numbers, { before: [0, 0], after: [0, 1] });
  const sorted = gather(padded, literal({ dtype: "i32", shape: [order.length], data: order }, "by column"), {
    axis: 1,
  });
  const sums = reduceSum(reshape(sorted, ["N", C, CHUNK]), { axes: [2] });
  const members = new Float32Array(C * F);
  chunks.forEach(({ column }, c) => members[c * F + column] = 1);
  return matMul(sums, literal({ dtype: "f32", shape: [C, F], data: members }, "columns of chunks"));
}

/** The paths of a tree to its leaves, each column asked once: what it is asked several times is one range. */
function pathsOf({ left, right, column, missing, limit, cover }: Tree, columns: readonly string[]): Path[] {
  const paths: Path[] = [];
  const walk = (node: number, asked: ReadonlyMap<number, Question>) => {
    if (left[node] === -1) {
      paths.push({ value: limit[node], questions: [...asked.values()] });
      return;
    }
    const f = column[node];
    const at = Math.fround(limitInGraph(columns[f], limit[node]));
    const before = asked.get(f) ?? { column: f, from: -Infinity, to: Infinity, missing: true, share: 1 };
    for (const child of [left[node], right[node]]) {
      const range = child === left[node]
        ? { from: before.from, to: Math.min(before.to, at) }
        : { from: Math.max(before.from, at), to: before.to };
      walk(
        child,
        new Map(asked).set(f, {
          ...{ column: f, ...range, missing: before.missing && missing[node] === child },
          share: before.share * cover[child] / cover[node],
        }),
      );
    }
  };
  walk(0, new Map());
  return paths;
}

/** Points and weights over 0 to 1 that integrate polynomials of degree 2·count − 1 exactly: roots by Newton's method. */
export function gaussLegendre(count: number): { readonly at: number; readonly weight: number }[] {
  return Array.from({ length: count }, (_, i) => {
    let x = Math.cos(Math.PI * (i + 0.75) / (count + 0.5));
    let slope = 1;
    for (let round = 0; round < 50; round++) {
      let [before, now] = [1, x];
      for (let n = 2; n <= count; n++) [before, now] = [now, ((2 * n - 1) * x * now - (n - 1) * before) / n];
      slope = count * (x * now - before) / (x * x - 1);
      x -= now / slope;
    }
    return { at: (1 + x) / 2, weight: 1 / ((1 - x * x) * slope * slope) };
  });
}
