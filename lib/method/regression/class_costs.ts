/** How much rows count where good and bad ones are to count the same, whatever their numbers. @module */

/**
 * n/(2·n of the row's class) for each row (scikit-learn's `class_weight="balanced"`).
 *
 * @param labels 1 for bad, 0 for good
 * @throws {TypeError} where there is not one label a row, or one is neither 0 nor 1
 * @throws {RangeError} where a class has no row
 */
export function classCosts(labels: ArrayLike<number>, rows: number): Float64Array<ArrayBuffer> {
  if (labels.length !== rows) {
    throw new TypeError(`Cannot fit a regression as there are ${labels.length} labels for ${rows} rows`);
  }
  let bad = 0;
  for (let i = 0; i < rows; i++) {
    if (labels[i] !== 0 && labels[i] !== 1) {
      throw new TypeError(`Cannot fit a regression as labels must be 0 (good) or 1 (bad): label ${i} is ${labels[i]}`);
    }
    bad += labels[i];
  }
  if (bad === 0 || bad === rows) {
    throw new RangeError(
      `Cannot fit a regression as both classes are needed: there are ${rows - bad} good and ${bad} bad rows`,
    );
  }
  return Float64Array.from({ length: rows }, (_, i) => rows / (2 * (labels[i] === 1 ? bad : rows - bad)));
}
