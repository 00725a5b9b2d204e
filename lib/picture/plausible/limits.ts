/**
 * Between which limits a picture can be one of this part. They are learned from good training parts, so that what varies
 * there may vary, and widened to what is known of bad ones, as a defect that is known is to be judged; one that nobody has seen
 * may change light and contrast by half, and likeness by more.
 *
 * **How often a good part is not judged.** Of n good parts and one to come of the same kind, each is equally likely to be the
 * one with the lowest or highest value of a measure: limits at the extremes would leave out at most 2·6/(n+1) of the parts to
 * come on average, whatever their distribution. The limits lie beyond the extremes, by half of the way from the median and more
 * where parts are few, which leaves out less: `tests/picture/plausible` counts how much.
 * @module
 */
import { type Measure, MEASURES, type Measures } from "./measures.ts";

/** Between which values a measure may lie; a side that does not matter has no limit. */
export interface Limits {
  /** The least value. */
  readonly low?: number;
  /** The largest. */
  readonly high?: number;
}

/** The limits of the measures that are limited. */
export type PictureLimitTable = Readonly<Partial<Record<Measure, Limits>>>;

/** How far limits lie beyond the extreme, as a share of its distance from the median … */
const BEYOND = 0.5;
/** … to which this over the number of parts is added. */
const FEW = 10;
/** No difference less than this is a difference: grey levels, shares. */
const LEAST: Readonly<Record<Measure, number>> = {
  light: 8,
  contrast: 4,
  likeness: 0.05,
  // A defect at one side moves what is seen of a part without a part that has moved.
  right: 0.08,
  down: 0.08,
  proportions: 0.03,
};
/**
 * A defect that nobody has seen may change these much, and is to be judged: what keeps half of the usual light and contrast, and
 * a quarter of the likeness, is a picture of the part, whatever the good parts vary by.
 */
const KEPT: Readonly<Partial<Record<Measure, number>>> = { light: 0.5, contrast: 0.5, likeness: 0.25 };
/** The other way: half of the way to white, and twice the contrast. */
const MOST: Readonly<Partial<Record<Measure, (usual: number) => number>>> = {
  light: (usual) => (usual + 255) / 2,
  contrast: (usual) => 2 * usual,
};
/** Fewer parts tell nothing of what is usual. */
const ENOUGH = 8;

/**
 * The limits of the measures of pictures of a part; none where there are too few good ones.
 *
 * @param good of good parts, by a mean picture that they are not in
 * @param bad of parts that are known to be bad: to be judged all the same
 *
 * ```ts
 * import { limitsOf } from "./limits.ts";
 * const usual = { contrast: 30, likeness: 0.9, right: 0, down: 0, proportions: 1 };
 * const good = Array.from({ length: 101 }, (_, i) => ({ ...usual, light: 100 + i / 10 }));
 * const { light } = limitsOf(good);
 * console.assert(light?.low === 52.5 && light?.high === 180);
 * ```
 */
export function limitsOf(good: readonly Measures[], bad: readonly Measures[] = []): PictureLimitTable {
  if (good.length < ENOUGH) return {};
  const table: Partial<Record<Measure, Limits>> = {};
  for (const name of MEASURES) {
    const values = good.map((one) => one[name]).filter(Number.isFinite).sort((a, b) => a - b);
    if (values.length < ENOUGH) continue;
    const others = bad.map((one) => one[name]).filter(Number.isFinite);
    const [first, median, last] = [values[0], values[values.length >> 1], values[values.length - 1]];
    const beyond = (distance: number) => Math.max(LEAST[name], (BEYOND + FEW / values.length) * distance);
    const low = Math.min(first - beyond(median - first), ...others.map((value) => value - LEAST[name]));
    const high = Math.max(last + beyond(last - median), ...others.map((value) => value + LEAST[name]));
    const kept = KEPT[name];
    const least = kept === undefined ? low : Math.min(low, kept * median);
    const most = Math.max(high, MOST[name]?.(median) ?? high);
    // A picture cannot be too much like the others.
    table[name] = name === "likeness" ? { low: least } : { low: least, high: most };
  }
  return table;
}

/**
 * Why a picture cannot be judged, in words for people; undefined where it can be.
 *
 * ```ts
 * import { implausible } from "./limits.ts";
 * const black = { light: 2, contrast: 1, likeness: 0, right: 0, down: 0, proportions: 1 };
 * console.assert(implausible(black, { light: { low: 60, high: 140 } }) === "the picture is black");
 * ```
 */
export function implausible(measures: Measures, limits: PictureLimitTable): string | undefined {
  const is = (name: Measure, side: "low" | "high"): boolean => {
    const limit = limits[name]?.[side];
    if (limit === undefined || Number.isNaN(measures[name])) return false;
    return side === "low" ? measures[name] < limit : measures[name] > limit;
  };
  const usual = (name: Measure, scale = 1) => {
    const { low = 0, high = 0 } = limits[name]!;
    return `${Number((scale * low).toFixed(2))} to ${Number((scale * high).toFixed(2))}`;
  };
  const { light, contrast, proportions, right, down } = measures;
  if (is("light", "low")) {
    return light <= DARK ? "the picture is black" : `the picture is darker than of this part: ${levels("light")}`;
  }
  if (is("light", "high")) {
    return light >= 255 - DARK
      ? "the picture is white"
      : `the picture is brighter than of this part: ${levels("light")}`;
  }
  if (is("proportions", "low") || is("proportions", "high")) {
    return `the picture has other proportions than of this part: it is ${proportions.toFixed(2)} times as wide as ` +
      `high, not ${usual("proportions")}`;
  }
  if (is("contrast", "low")) {
    return contrast <= FLAT
      ? "the picture is of one colour"
      : `the picture has too little contrast: ${levels("contrast")}`;
  }
  if (is("likeness", "low")) return "the picture does not look like one of this part";
  const sides = [
    ...is("right", "low") || is("right", "high") ? [shiftOf(right, "right", "left")] : [],
    ...is("down", "low") || is("down", "high") ? [shiftOf(down, "down", "up")] : [],
  ];
  if (sides.length > 0) return `the part lies elsewhere in the picture: ${sides.join(" and ")}`;
  if (is("contrast", "high")) return `the picture has more contrast than of this part: ${levels("contrast")}`;
  return undefined;

  function levels(name: Measure): string {
    return `${Math.round(measures[name])} where ${usual(name)} is usual`;
  }
}

/** A mean grey value up to here is black, from 255 less this on white. */
const DARK = 8;
/** A deviation of grey values up to here is one colour. */
const FLAT = 2;

function shiftOf(share: number, forwards: string, backwards: string): string {
  return `${Math.round(100 * Math.abs(share))} % ${share > 0 ? forwards : backwards}`;
}
