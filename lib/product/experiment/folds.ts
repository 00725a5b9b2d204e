/** Dealing training parts into folds, so that a threshold is set on scores of parts that the forest did not see. @module */
import { seededRandom } from "../../base/tensor/random.ts";

/**
 * The fold of each part, 0 to `count`−1, with good and bad parts spread evenly over the folds.
 *
 * @param labels 1 for bad, 0 for good
 * @throws {RangeError} where a class has fewer than two parts
 */
export function stratifiedFolds(labels: Uint8Array, count: number, seed: number): Uint8Array {
  const folds = new Uint8Array(labels.length);
  for (const label of [0, 1]) {
    const members = Array.from(labels.keys()).filter((i) => labels[i] === label);
    if (members.length < 2) {
      throw new RangeError(
        `Cannot set a threshold by cross-validation as there ${members.length === 1 ? "is" : "are"} ` +
          `${members.length} ${label === 1 ? "bad" : "good"} training part: two are needed`,
      );
    }
    const order = seededRandom(seed).permutation(members.length);
    order.forEach((place, i) => folds[members[place]] = i % count);
  }
  return folds;
}
