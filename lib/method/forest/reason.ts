/** Why a part has its score, in words. @module */
import { ownOf } from "../../base/text/own.ts";
import type { Features } from "../../domain.ts";
import { parseColumn } from "../features/columns.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import type { Contributions } from "./forest.ts";
import type { ForestModel } from "./model.ts";
import { type GoodQuantiles, standing } from "./good_quantiles.ts";

/** One part and the contributions to its score. */
export interface ExplainedPart {
  /** F names. */
  readonly columns: readonly string[];
  /** F values, NaN where missing. */
  readonly values: ArrayLike<number>;
  /** F log-odds; a bias after them is not looked at. */
  readonly contributions: ArrayLike<number>;
  /** The decision. */
  readonly bad: boolean;
  /** Features of good parts to compare with. */
  readonly goodQuantiles?: GoodQuantiles;
  /** How to call detectors, statistics, or whole columns: `{ patchcore: "PatchCore" }`. */
  readonly names?: Readonly<Record<string, string>>;
}

/** At most so many reasons, each at least this share of all that pushes towards bad. */
const MOST = 3;
const LEAST_SHARE = 0.1;
/** A good part's sentence names a column only where it is beyond this share of the good parts. */
const UNUSUAL = 0.95;

const words: Readonly<Record<string, string>> = {
  q995: "q99.5",
  skewness: "skewness",
  kurtosis: "kurtosis",
  mean: "mean",
  max: "maximum",
};

/**
 * One sentence: for a bad part the one to three groups of columns that push its score most, for a good part what is
 * unusual all the same. A group is a segment and a detector; those of its columns that stand equally far out are named
 * together, and only those that push most.
 *
 * ```ts
 * import { reasonInWords } from "./reason.ts";
 * import { LEVELS } from "./good_quantiles.ts";
 * const goodQuantiles = { parts: 250, quantiles: Float32Array.from({ length: LEVELS }, (_, i) => i) };
 * const names = { patchcore: "PatchCore" };
 * const part = { columns: ["solder_dots.patchcore.q995"], values: [99.5], contributions: [1.2], bad: true, goodQuantiles };
 * console.assert(reasonInWords({ ...part, names }) === "solder_dots: PatchCore q99.5 above 99 % of good parts");
 * ```
 */
export function reasonInWords(part: ExplainedPart): string {
  const { contributions, bad } = part;
  const table = tableOf(part.columns, part.names ?? NAMELESS);
  const pushing = pushingColumns(contributions, part.columns.length);
  let total = 0;
  for (let i = 0; i < pushing.length; i++) total += contributions[pushing[i]];
  const groups = groupColumns(pushing, contributions, table);
  // The heaviest groups come first; the others are not told, so that nobody looks where their columns stand.
  const heavy = groups.filter(({ weight }) => weight >= LEAST_SHARE * total);
  const tell = (group: Group) => tellGroup(group, pushing, table, part);
  if (!bad) {
    for (const group of heavy) {
      const { text, extreme } = tell(group);
      if (extreme >= UNUSUAL) return `good, though ${text}`;
    }
    return "nothing stands out from good parts";
  }
  if (heavy.length > 0) return heavy.slice(0, MOST).map((group) => tell(group).text).join("; ");
  return groups.length > 0
    ? tell(groups[0]).text
    : "no column pushes towards bad: the limit is below an ordinary score";
}

/**
 * {@linkcode reasonInWords} for each part of a batch.
 *
 * @param options.bad the decision of each part
 * @throws {TypeError} where features, contributions and decisions are not of the same parts and columns
 */
export function reasonsInWords<F extends Dim>(options: {
  readonly features: Features<"N", F>;
  readonly contributions: Contributions<"N">;
  readonly bad: readonly boolean[];
  readonly model: Pick<ForestModel, "columns" | "goodQuantiles">;
  readonly names?: Readonly<Record<string, string>>;
}): string[] {
  const { features, contributions, bad, model: { columns, goodQuantiles }, names } = options;
  const width = columns.length;
  const rows = bad.length;
  if (features.data.length !== rows * width || contributions.data.length !== rows * (width + 1)) {
    throw new TypeError(
      `Cannot give reasons for ${rows} parts of ${width} columns as there are features [${features.shape}] ` +
        `and contributions [${contributions.shape}]`,
    );
  }
  return bad.map((bad, row) =>
    reasonInWords({
      columns,
      values: features.data.subarray(row * width, (row + 1) * width),
      contributions: contributions.data.subarray(row * (width + 1), row * (width + 1) + width),
      bad,
      goodQuantiles,
      names,
    })
  );
}

/** The columns that push towards bad, the strongest first, of equal ones the first. */
function pushingColumns(contributions: ArrayLike<number>, count: number): Uint32Array {
  const pushing = new Uint32Array(count);
  let found = 0;
  for (let column = 0; column < count; column++) if (contributions[column] > 0) pushing[found++] = column;
  return pushing.subarray(0, found).sort((a, b) => contributions[b] - contributions[a] || a - b);
}

interface Group {
  readonly number: number;
  /** Log-odds of all its columns together. */
  weight: number;
}

/** Groups by segment and detector, the heaviest first. */
function groupColumns(pushing: Uint32Array, contributions: ArrayLike<number>, { groupOf }: ColumnTable): Group[] {
  const groups = new Map<number, Group>();
  for (let i = 0; i < pushing.length; i++) {
    const [number, weight] = [groupOf[pushing[i]], contributions[pushing[i]]];
    const group = groups.get(number);
    if (group) group.weight += weight;
    else groups.set(number, { number, weight });
  }
  return [...groups.values()].sort((a, b) => b.weight - a.weight);
}

/** A group in words: those of its columns that stand equally far out and push most, and how far beyond good parts they lie. */
function tellGroup(
  group: Group,
  pushing: Uint32Array,
  { words, groupOf }: ColumnTable,
  part: ExplainedPart,
): { readonly text: string; readonly extreme: number } {
  const told = new Map<string, Told>();
  let start: string | undefined;
  for (let i = 0; i < pushing.length; i++) {
    const column = pushing[i];
    if (groupOf[column] !== group.number) continue;
    const { where, who, what } = words[column];
    start ??= who ? `${where}${who} ` : where;
    const { text: how, extreme } = describeValue(part, column);
    const weight = part.contributions[column];
    const known = told.get(how);
    if (!known) told.set(how, { what: [what], how, weight, extreme });
    else {
      if (!known.what.includes(what)) known.what.push(what);
      known.weight += weight;
    }
  }
  const { what, how, extreme } = [...told.values()].reduce((a, b) => b.weight > a.weight ? b : a);
  return { text: `${start}${joinWords(what)} ${how}`, extreme };
}

/** Columns of one group that stand equally far out. */
interface Told {
  readonly what: string[];
  readonly how: string;
  readonly extreme: number;
  weight: number;
}

/** What the columns of a model say, and which of them are told together. */
interface ColumnTable {
  readonly words: readonly ColumnWords[];
  /** The number of each column's group. */
  readonly groupOf: Uint32Array;
}

const NAMELESS = {};
/** The tables of models, by their columns and names: they are asked for with each part. */
const said = new WeakMap<readonly string[], { readonly names: object; readonly table: ColumnTable }>();

function tableOf(columns: readonly string[], names: Readonly<Record<string, string>>): ColumnTable {
  const known = said.get(columns);
  if (known?.names === names && known.table.words.length === columns.length) return known.table;
  const words = columns.map((column) => describeColumn(column, names));
  const groups = new Map<string, number>();
  const groupOf = Uint32Array.from(words, ({ where, who, what }) => {
    const key = JSON.stringify([where, who || what]);
    if (!groups.has(key)) groups.set(key, groups.size);
    return groups.get(key)!;
  });
  const table = { words, groupOf };
  said.set(columns, { names, table });
  return table;
}

/** Where a column was seen, by whom, what. */
export interface ColumnWords {
  readonly where: string;
  readonly who: string;
  readonly what: string;
}

/** `wire.patchcore.q995`, `patchcore.max`, `wrn.score`, or any other name: where it was seen, by whom, what. */
export function describeColumn(
  name: string,
  names: Readonly<Record<string, string>>,
): ColumnWords {
  const say = (word: string) => ownOf(names, word) ?? ownOf(words, word) ?? word;
  if (Object.hasOwn(names, name)) return { where: "", who: "", what: names[name] };
  const parts = parseColumn(name);
  if (!parts) return { where: "", who: "", what: say(name) };
  const { segment, source, statistic } = parts;
  const where = segment !== undefined ? `${segment}: ` : statistic === "score" ? "" : "whole picture: ";
  const texture = textures.find(([pattern]) => pattern.test(statistic));
  if (texture) return { where, who: "", what: texture[1] };
  const who = source === "all" ? "all detectors" : say(source);
  if (/^(?:log|standard)_top_\d+$/.test(statistic)) return { where, who, what: "strangest places" };
  return { where, who, what: say(statistic.replace(/^(?:log|standard)_/, "")) };
}

/** Evidence of single channels says nothing to people by its number: what kind of evidence it is does. */
const textures: readonly (readonly [RegExp, string])[] = [
  [/^strangest(?:_size)?_\d+$/, "texture at the strangest places"],
  [/^(?:residual|deviation|largest)_\d+$/, "texture compared with good parts at the same place"],
  [/^(?:average|maximum)_\d+$/, "texture"],
];

function describeValue(part: ExplainedPart, column: number): { readonly text: string; readonly extreme: number } {
  const value = part.values[column];
  if (Number.isNaN(value)) return { text: "cannot be computed", extreme: 1 };
  const found = part.goodQuantiles && standing(part.goodQuantiles, column, value);
  if (!found) return { text: `is ${Number(value.toPrecision(3))}`, extreme: 0 };
  const { below, above } = found;
  const extreme = Math.max(below, above);
  // Where many good parts share the very value, neither side has half of them.
  if (extreme < 0.49) return { text: "as in good parts", extreme };
  return { text: beyond[below >= above ? "above" : "below"][Math.round(100 * extreme)], extreme };
}

/** How it is said that a value lies beyond 0 %, 1 %, … 100 % of good parts: made once, as it is said of many columns. */
const beyond = { above: sayBeyond("above"), below: sayBeyond("below") };

function sayBeyond(side: string): string[] {
  return Array.from({ length: 101 }, (_, share) => `${side} ${share === 100 ? "all" : `${share} % of`} good parts`);
}

function joinWords(list: readonly string[]): string {
  return list.length < 2 ? list.join("") : `${list.slice(0, -1).join(", ")} and ${list.at(-1)}`;
}
