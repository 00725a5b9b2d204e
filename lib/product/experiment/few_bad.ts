/** What must be said of classifiers that learn from few bad parts of many kinds. @module */

/** As many bad parts as the paper's classifiers have, less a tenth. */
const ENOUGH = 900;

/**
 * Beside classifiers of the stand-in, whose bad parts are of 19 kinds: that few of them are too few, measured here and with
 * PyTorch.
 *
 * @param bad training parts in each benchmark, by its name; 0 where there are none
 */
export function describeFewBad(
  { origin, classifiers = {} }: { readonly origin: string; readonly classifiers?: Readonly<Record<string, object>> },
  bad: ReadonlyMap<string, number>,
): string[] {
  const few = [...bad].filter(([, count]) => count > 0 && count < ENOUGH);
  if (origin !== "stand-in" || Object.keys(classifiers).length === 0 || few.length === 0) return [];
  const counts = few.map(([name, count]) => `${count} in ${name}`).join(", ");
  return [
    `Classifiers learn from few bad parts of 19 kinds (${counts}): with 128 WRN and DevNet stay near chance, AUROC 65, and so does ` +
    "PyTorch with the same weights, parts and settings, 61; the paper has 1,000",
  ];
}
