/** Scores by class, checked and sorted: where every figure starts. @module */

/** One score a part; higher is more likely bad. */
export type Scores = ArrayLike<number>;
/** One label a part: 0 is good, 1 is bad. */
export type BinaryLabels = ArrayLike<number>;

/** Scores of both classes, each ascending. */
export interface SplitScores {
  readonly good: Float64Array;
  readonly bad: Float64Array;
}

/**
 * Splits scores by label and sorts each class.
 *
 * @param action for messages: `compute AUROC`
 * @throws {TypeError} where there is not one label a score, or a label is neither 0 nor 1
 * @throws {RangeError} where a score is NaN or infinite, or a class has no part
 *
 * ```ts
 * import { splitScores } from "./split_scores.ts";
 * const { good, bad } = splitScores([3, 1, 2], [0, 0, 1], "compare parts");
 * console.assert(good.join() === "1,3" && bad.join() === "2");
 * ```
 */
export function splitScores(scores: Scores, labels: BinaryLabels, action: string): SplitScores {
  if (scores.length !== labels.length) {
    throw new TypeError(
      `Cannot ${action} as there must be one label a score: there are ${labels.length} labels for ${scores.length} scores`,
    );
  }
  let bads = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 0 && labels[i] !== 1) {
      throw new TypeError(`Cannot ${action} as labels must be 0 (good) or 1 (bad): label ${i} is ${labels[i]}`);
    }
    bads += labels[i];
  }
  if (bads === 0 || bads === labels.length) {
    throw new RangeError(
      `Cannot ${action} as parts of both classes are needed: there are ${labels.length - bads} good and ${bads} bad`,
    );
  }
  const bad = new Float64Array(bads);
  const good = new Float64Array(labels.length - bads);
  let g = 0;
  let b = 0;
  for (let i = 0; i < labels.length; i++) {
    const score = scores[i];
    if (!Number.isFinite(score)) throw notFinite(action, score, i);
    if (labels[i] === 1) bad[b++] = score;
    else good[g++] = score;
  }
  return { good: good.sort(), bad: bad.sort() };
}

/**
 * The scores of one class, checked and sorted ascending.
 *
 * @throws {RangeError} where there is none, or one is NaN or infinite
 *
 * ```ts
 * import { sortScores } from "./split_scores.ts";
 * console.assert(sortScores([10, 9], "compare parts").join() === "9,10");
 * ```
 */
export function sortScores(scores: Scores, action: string): Float64Array {
  if (scores.length === 0) throw new RangeError(`Cannot ${action} as there is no score`);
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i])) throw notFinite(action, scores[i], i);
  }
  return Float64Array.from(scores).sort();
}

function notFinite(action: string, score: number, index: number): RangeError {
  return new RangeError(`Cannot ${action} as scores must be finite numbers: score ${index} is ${score}`);
}
