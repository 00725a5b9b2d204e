/** What the judge of a model was shown of a picture: all that another judge needs to judge it too. @module */
import type { JudgeInput } from "../../method/judge/contract.ts";

/** What the judge of a model has seen of a picture. */
export interface Seen {
  /** What the values are called. */
  readonly columns: readonly string[];
  /** One a column. */
  readonly values: Float32Array<ArrayBuffer>;
  /** The own scores of detectors, and of the classifier, by name. */
  readonly scores: Readonly<Record<string, number>>;
}

/** What was seen of picture `n` of those that were judged. */
export function seenOf({ columns, features, scores }: JudgeInput, n: number): Seen {
  return {
    columns,
    values: features.data.slice(n * columns.length, (n + 1) * columns.length) as Float32Array<ArrayBuffer>,
    scores: Object.fromEntries(Object.entries(scores).map(([name, { data }]) => [name, data[n]])),
  };
}
