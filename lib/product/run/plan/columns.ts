/** Which columns of the features a forest sees. @module */
import type { Workspace } from "../steps/workspace.ts";

/** The columns that a forest over some detectors sees, in the pipeline's order of detectors. */
export function columnsOf(
  work: Pick<Workspace, "definition" | "features" | "segments">,
  detectors: readonly string[],
): string[] {
  const { definition, features, segments } = work;
  const ordered = Object.keys(definition.detectors).filter((name) => detectors.includes(name));
  return features.columns({ detectors: ordered, segments: segments.names });
}

/**
 * The columns that some patterns name, in their order.
 *
 * @throws {TypeError} where a pattern names none
 */
export function matching(
  columns: readonly string[],
  patterns: readonly string[] | undefined,
  method: string,
): string[] {
  if (patterns === undefined) return [...columns];
  const found = new Set<string>();
  for (const pattern of patterns) {
    const text = pattern.split("*").map((part) => part.replace(/[^\w]/g, "\\$&")).join("[^.]*");
    const some = columns.filter((column) => new RegExp(`^${text}$`).test(column));
    if (some.length === 0) {
      throw new TypeError(
        `Cannot use this pipeline as methods["${method}"].columns must name features such as ` +
          `"${columns[0]}": found "${pattern}"`,
      );
    }
    some.forEach((column) => found.add(column));
  }
  return columns.filter((column) => found.has(column));
}

/**
 * Checks what a forest will see before anything is fitted.
 *
 * @throws {TypeError} where `forest.features` is given and is not the number of columns, or a pattern names no column
 */
export function checkColumns(work: Pick<Workspace, "definition" | "features" | "segments">): void {
  const { definition, features, segments } = work;
  const expected = definition.forest.features;
  for (const [method, how] of Object.entries(definition.methods)) {
    if (!("forest" in how)) continue;
    const found = matching(columnsOf(work, how.forest), how.columns, method).length +
      (how.classifier === undefined ? 0 : 1);
    if (expected !== undefined && found !== expected) {
      throw new TypeError(
        `Cannot use this pipeline as forest.features must be ${found} for methods["${method}"], whose feature set ` +
          `"${features.name}" has ${how.forest.length} detectors and ${segments.names.length} segments: ` +
          `found ${expected}`,
      );
    }
  }
}
