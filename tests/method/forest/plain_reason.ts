/** What {@linkcode reasonInWords} says, found the plain way: all groups are told, and the heaviest are chosen of them. */
import { standing } from "../../../lib/method/forest/good_quantiles.ts";
import { describeColumn, type ExplainedPart } from "../../../lib/method/forest/reason.ts";

const MOST = 3;
const LEAST_SHARE = 0.1;
const UNUSUAL = 0.95;

export function plainReason(part: ExplainedPart): string {
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
  const described = part.columns.map((column) => describeColumn(column, part.names ?? {}));
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
