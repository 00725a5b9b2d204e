/**
 * Whether parts that come are still like the good training parts, without knowing which are good: each statistic of each
 * segment, and what pictures are like, by a two-sample test.
 *
 * **False alarms.** Where nothing has changed, at most the stated share of looks raises an alarm: the test of Kolmogorov and
 * Smirnov holds whatever the distribution, and Holm's correction whatever the columns have to do with each other. An alarm also
 * wants a change that matters (a stability index of 0.1), so that thousands of parts do not tell of nothing. Parts that are bad
 * are a change too: one in a hundred moves the test by a hundredth.
 * @module
 */
import { linearQuantile } from "../../base/tensor/linear_quantile.ts";
import { holm } from "../../method/evaluate/holm.ts";
import { populationStability, smirnovDistance, smirnovProbability } from "../../method/evaluate/two_samples.ts";
import { parseColumn } from "../../method/features/columns.ts";
import type { GoodParts } from "../model/good_parts.ts";
import type { Watched } from "./watched.ts";

/** A part that has come. */
export interface WatchedPart {
  /** What it is called. */
  readonly id: string;
  readonly watched: Watched;
}

/** What to look for. */
export interface DriftOptions {
  /** The share of looks that raise an alarm where nothing has changed, at most; above 0, below 1; 0.01 where left out. */
  readonly falseAlarms?: number;
  /** The stability index from which on a change matters; 0.1 where left out. */
  readonly least?: number;
}

/** A statistic that is no longer as it is in good training parts. */
export interface DriftAlarm {
  /** As the model keeps it. */
  readonly column: string;
  /** Absent where it is of the whole picture. */
  readonly segment?: string;
  /** Absent where it is of the picture itself. */
  readonly detector?: string;
  /** `q995` … of a map; `light`, `contrast`, `likeness`, `right`, `down` or `proportions` of a picture. */
  readonly statistic: string;
  /** How likely such a difference is where nothing has changed … */
  readonly p: number;
  /** … with all columns that were tested in mind. */
  readonly corrected: number;
  /** The population stability index. */
  readonly psi: number;
  /** Where most parts have gone; "spread" where they lie on both sides. */
  readonly direction: "higher" | "lower" | "spread";
  /** The median of the good training parts … */
  readonly usual: number;
  /** … and of these. */
  readonly now: number;
  /** The parts that are most unlike the good ones, the first the most. */
  readonly parts: readonly string[];
}

/** What a look has found. */
export interface DriftReport {
  /** Parts that were looked at. */
  readonly parts: number;
  /** Good training parts that they were compared with. */
  readonly good: number;
  /** Columns that were tested; none where there are fewer parts than `needed`. */
  readonly tests: number;
  readonly needed: number;
  readonly falseAlarms: number;
  /** The largest change first. */
  readonly alarms: readonly DriftAlarm[];
}

/** Fewer parts tell nothing: after the correction no difference would be beyond chance. */
export const NEEDED = 20;
/** Fewer good training parts say nothing of what is usual; the test is exact for any number. */
const NEEDED_GOOD = 10;
/** Parts that an alarm names. */
const NAMED = 5;
/** Of the parts so much more or less than half must lie beyond the usual median to have gone somewhere. */
const GONE = 0.1;

/**
 * Compares parts with good training parts.
 *
 * @throws {RangeError} where the share of false alarms is not above 0 and below 1
 */
export function findDrift(
  good: Pick<GoodParts, "columns" | "rows" | "parts">,
  parts: readonly WatchedPart[],
  { falseAlarms = 0.01, least = 0.1 }: DriftOptions = {},
): DriftReport {
  if (!(falseAlarms > 0 && falseAlarms < 1)) {
    throw new RangeError(
      `Cannot look for drift as the share of false alarms must be between 0 and 1: it is ${falseAlarms}`,
    );
  }
  const tests = parts.length < NEEDED ? [] : good.columns.flatMap((column, c) => testOf(good, parts, column, c) ?? []);
  const corrected = holm(tests.map(({ p }) => p));
  const alarms = tests.flatMap((test, i): DriftAlarm[] =>
    corrected[i] <= falseAlarms && test.psi >= least ? [alarmOf(test, corrected[i])] : []
  );
  return {
    parts: parts.length,
    good: good.parts,
    tests: tests.length,
    needed: NEEDED,
    falseAlarms,
    alarms: alarms.sort((a, b) => b.psi - a.psi),
  };
}

interface Test {
  readonly column: string;
  readonly usual: Float64Array;
  readonly values: readonly { readonly id: string; readonly value: number }[];
  readonly now: Float64Array;
  readonly p: number;
  readonly psi: number;
}

/** Undefined where too few good parts, or these, have a value. */
function testOf(
  { columns, rows, parts: count }: Pick<GoodParts, "columns" | "rows" | "parts">,
  parts: readonly WatchedPart[],
  column: string,
  c: number,
): Test | undefined {
  const usual = Float64Array.from({ length: count }, (_, n) => rows[n * columns.length + c])
    .filter(Number.isFinite).sort();
  const values = parts.flatMap(({ id, watched }) => {
    const value = watched[column];
    return typeof value === "number" && Number.isFinite(value) ? [{ id, value: Math.fround(value) }] : [];
  });
  if (usual.length < NEEDED_GOOD || values.length < NEEDED) return undefined;
  const now = Float64Array.from(values, ({ value }) => value).sort();
  return {
    ...{ column, usual, values, now },
    p: smirnovProbability(smirnovDistance(usual, now), [usual.length, now.length]),
    psi: populationStability(usual, now),
  };
}

function alarmOf({ column, usual, values, now, p, psi }: Test, corrected: number): DriftAlarm {
  const { segment, source, statistic } = parseColumn(column) ?? { source: column, statistic: column };
  const middle = linearQuantile(usual, 0.5);
  const above = now.reduce((sum, value) => sum + (value > middle ? 1 : value === middle ? 0.5 : 0), 0) / now.length;
  const direction = Math.abs(above - 0.5) < GONE ? "spread" : above > 0.5 ? "higher" : "lower";
  const strangeness = (value: number) =>
    direction === "higher" ? value : direction === "lower" ? -value : Math.abs(value - middle);
  return {
    column,
    ...segment !== undefined && { segment },
    ...source !== "picture" && { detector: source },
    ...{ statistic, p, corrected, psi, direction, usual: middle, now: linearQuantile(now, 0.5) },
    parts: values.toSorted((a, b) => strangeness(b.value) - strangeness(a.value)).slice(0, NAMED).map(({ id }) => id),
  };
}
