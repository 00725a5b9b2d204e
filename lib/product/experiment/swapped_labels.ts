/** Whether good and bad may have been exchanged, by what detectors say of parts. @module */
import type { PipelineDefinition } from "./definition.ts";
import type { ResultRow } from "./results.ts";

/** Standard deviations below chance from which a figure is no accident: of 160 harmless data sets one is there. */
const BELOW = 2.5;

/**
 * A sentence where every detector alone finds good parts stranger than bad ones by more than chance (the normal
 * approximation of Mann and Whitney's U); undefined elsewhere. A detector that learned what is bad says just that.
 *
 * ```ts
 * import { describeSwapped } from "./swapped_labels.ts";
 * const figure = (mean: number) => ({ mean, std: 0, values: [mean] });
 * const row = { benchmark: "all", method: "PaDiM", auroc: figure(0.02), fpr95: figure(1), n: { good: 14, bad: 14 } };
 * const definition = { methods: { PaDiM: { alone: "padim" } }, detectors: { padim: {} } };
 * console.assert(describeSwapped([row], definition)?.includes("exchanged"));
 * ```
 */
export function describeSwapped(
  rows: readonly ResultRow[],
  { methods, detectors }: Pick<PipelineDefinition, "methods" | "detectors">,
): string | undefined {
  const alone = rows.filter(({ method }) => {
    const how = Object.hasOwn(methods, method) ? methods[method] : undefined;
    return how !== undefined && "alone" in how && Object.hasOwn(detectors, how.alone);
  });
  if (alone.length === 0 || !alone.every(isBelowChance)) return undefined;
  const figures = alone.map(({ method, auroc }) => `${method} ${(100 * auroc.mean).toFixed(1)} %`);
  return `Detectors find good parts stranger than bad ones (AUROC of ${
    figures.join(", ")
  }): good and bad may be exchanged`;
}

function isBelowChance({ auroc, n: { good, bad } }: ResultRow): boolean {
  const deviation = Math.sqrt((good + bad + 1) / (12 * good * bad));
  return 0.5 - auroc.mean >= BELOW * deviation;
}
