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
  const pushing = part.columns
    .map((_, column) => column)
    .filter((column) => part.contributions[column] > 0)
    .sort((a, b) => part.contributions[b] - part.contributions[a] || a - b);
  const total = pushing.reduce((sum, column) => sum + part.contributions[column], 0);
  const groups = groupColumns(pushing, part);
  if (!part.bad) {
    const unusual = groups.filter((group) => group.extreme >= UNUSUAL && group.weight >= LEAST_SHARE * total);
    return unusual.length === 0 ? "nothing stands out from good parts" : `good, though ${unusual[0].text}`;
  }
  const reasons = groups.filter((group) => group.weight >= LEAST_SHARE * total).slice(0, MOST);
  if (reasons.length > 0) return reasons.map((group) => group.text).join("; ");
  return groups.length > 0 ? groups[0].text : "no column pushes towards bad: the limit is below an ordinary score";
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

interface Group {
  text: string;
  /** Log-odds of all its columns together. */
  weight: number;
  /** The share of good parts beyond which the columns that are told lie, in either direction. */
  extreme: number;
}

/** Groups by segment and detector, each told by those of its columns that push most, the heaviest group first. */
function groupColumns(columns: readonly number[], part: ExplainedPart): Group[] {
  const places = new Map<string, { start: string; weight: number; told: Map<string, Told> }>();
  const described = describeColumns(part.columns, part.names ?? NAMELESS);
  for (const column of columns) {
    const { where, who, what } = described[column];
    const { text: how, extreme } = describeValue(part, column);
    const weight = part.contributions[column];
    const key = JSON.stringify([where, who || what]);
    const place = places.get(key) ?? { start: who ? `${where}${who} ` : where, weight: 0, told: new Map() };
    const told = place.told.get(how) ?? { what: [], how, weight: 0, extreme };
    if (!told.what.includes(what)) told.what.push(what);
    told.weight += weight;
    place.weight += weight;
    place.told.set(how, told);
    places.set(key, place);
  }
  return [...places.values()].sort((a, b) => b.weight - a.weight).map(({ start, weight, told }) => {
    const { what, how, extreme } = [...told.values()].reduce((a, b) => b.weight > a.weight ? b : a);
    return { text: `${start}${joinWords(what)} ${how}`, weight, extreme };
  });
}

/** Columns of one group that stand equally far out. */
interface Told {
  readonly what: string[];
  readonly how: string;
  readonly extreme: number;
  weight: number;
}

const NAMELESS = {};
/** What the columns of a model say, by its columns and names: it is asked of each part. */
const said = new WeakMap<readonly string[], { readonly names: object; readonly list: ColumnWords[] }>();

function describeColumns(columns: readonly string[], names: Readonly<Record<string, string>>): ColumnWords[] {
  const known = said.get(columns);
  if (known?.names === names && known.list.length === columns.length) return known.list;
  const list = columns.map((column) => describeColumn(column, names));
  said.set(columns, { names, list });
  return list;
}

/** Where a column was seen, by whom, what. */
interface ColumnWords {
  readonly where: string;
  readonly who: string;
  readonly what: string;
}

/** `wire.patchcore.q995`, `patchcore.max`, `wrn.score`, or any other name: where it was seen, by whom, what. */
function describeColumn(
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

function describeValue(part: ExplainedPart, column: number): { text: string; extreme: number } {
  const value = part.values[column];
  if (Number.isNaN(value)) return { text: "cannot be computed", extreme: 1 };
  const found = part.goodQuantiles && standing(part.goodQuantiles, column, value);
  if (!found) return { text: `is ${Number(value.toPrecision(3))}`, extreme: 0 };
  const { below, above } = found;
  const extreme = Math.max(below, above);
  // Where many good parts share the very value, neither side has half of them.
  if (extreme < 0.49) return { text: "as in good parts", extreme };
  const side = below >= above ? "above" : "below";
  return { text: `${side} ${extreme === 1 ? "all" : `${Math.round(100 * extreme)} % of`} good parts`, extreme };
}

function joinWords(list: readonly string[]): string {
  return list.length < 2 ? list.join("") : `${list.slice(0, -1).join(", ")} and ${list.at(-1)}`;
}
