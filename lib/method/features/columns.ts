/** Names of columns, and what they say. @module */

/** The names that columns are made of. */
export interface FeatureContext {
  /** K detectors in the order of the maps. */
  readonly detectors: readonly string[];
  /** L segments in the order of the labels. */
  readonly segments: readonly string[];
  /** The supervised classifier g, where there is one. */
  readonly classifier?: string;
}

/** What a column holds: `solder_dots.patchcore.q995`, `patchcore.max` or `wrn.score`. */
export interface ColumnParts {
  /** Absent where the column is about the whole picture. */
  readonly segment?: string;
  /** The detector, or for `score` the classifier. */
  readonly source: string;
  readonly statistic: string;
}

/**
 * Takes the name of a column apart; undefined where it is not two or three words joined by dots, as columns of models from
 * elsewhere may be.
 *
 * ```ts
 * import { parseColumn } from "./columns.ts";
 * console.assert(parseColumn("solder_dots.patchcore.q995")?.segment === "solder_dots");
 * console.assert(parseColumn("f0") === undefined);
 * ```
 */
export function parseColumn(column: string): ColumnParts | undefined {
  const parts = column.split(".");
  if (!parts.every(isWord) || parts.length < 2 || parts.length > 3) return undefined;
  const [statistic, source, segment] = parts.reverse();
  return segment === undefined ? { source, statistic } : { segment, source, statistic };
}

/**
 * Checks the names that columns are made of.
 *
 * @throws {TypeError} where a name is not letters, digits and underscores, occurs twice, or there is none
 */
export function checkContext({ detectors, segments, classifier }: FeatureContext): void {
  const kinds = [["detector", detectors], ["segment", segments], [
    "classifier",
    classifier ? [classifier] : [],
  ]] as const;
  for (const [kind, names] of kinds) {
    const odd = names.find((name) => !isWord(name));
    if (odd !== undefined) {
      throw new TypeError(
        `Cannot name columns after ${kind} "${odd}" as its name must be letters, digits and underscores`,
      );
    }
  }
  for (
    const [kind, names] of [["detector", [...detectors, ...classifier ? [classifier] : []]], [
      "segment",
      segments,
    ]] as const
  ) {
    if (names.length === 0) throw new TypeError(`Cannot name columns as there is no ${kind}`);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw new TypeError(`Cannot name columns as ${kind} "${twice}" is there twice`);
  }
}

/** Whether a name fits into a column's name. */
export function isWord(name: string): boolean {
  return /^[\p{L}\p{N}_]+$/u.test(name);
}
