/**
 * The judge of `folder.ts` as one row of any pipeline: all training parts of a benchmark fit the detectors, train what judges
 * and choose it, by folds among them; the parts that the benchmark tests on are judged by what was chosen.
 * @module
 */
import { groupedFolds } from "../../method/learn/folds.ts";
import type { MethodSettings, PipelineDefinition } from "./definition.ts";
import type { BenchmarkSplit, Experiment, Source } from "./experiment.ts";
import { partGroups } from "./parts.ts";

/** Folds among the training parts. */
const FOLDS = 5;
/** The row that is chosen. */
export const CHOSEN = "Best";

/**
 * The rows that an automatic judge chooses among, as in `folder.ts`.
 *
 * ```ts
 * import { autoMethods } from "./auto.ts";
 * console.assert("Together" in autoMethods(["padim"]) && "padim alone" in autoMethods(["padim"]));
 * ```
 */
export function autoMethods(detectors: readonly string[]): Record<string, MethodSettings> {
  const alone = (name: string) => `${name} alone`;
  // It has no direction of its own and is the better where few bad parts are known.
  const calm = detectors.includes("padim") ? "padim" : detectors[0];
  return {
    ...Object.fromEntries(detectors.map((name) => [alone(name), { alone: name }])),
    "Forest": { forest: detectors, preset: "brf50", blocks: ["pooled"] },
    "Regression": { regression: "evidence" },
    "Together": { together: ["Regression", alone(calm)] },
    [CHOSEN]: { best: ["Together", "Forest", ...detectors.map(alone)] },
  };
}

/** A pipeline that has the rows of an automatic judge alone. */
export function autoDefinition(definition: PipelineDefinition, detectors: readonly string[]): PipelineDefinition {
  const { classifiers: _, paper: __, ...rest } = definition;
  return {
    ...rest,
    detectors: Object.fromEntries(detectors.map((name) => [name, definition.detectors[name]])),
    split: { kind: "folds", folds: FOLDS },
    methods: autoMethods(detectors),
    decision: { ...definition.decision, method: CHOSEN },
  };
}

/** What one seed of a pipeline is for its automatic judge; undefined where no benchmark has two bad training parts. */
export function autoExperiment({ seed, detectors, benchmarks }: Experiment): Experiment | undefined {
  const plain = benchmarks.filter(({ bad }) => bad.length > 1 && bad.every(({ defect }) => defect === undefined));
  if (plain.length === 0) return undefined;
  const own = new Map(detectors.map((item): [string, Source] => [item.id, { item, id: item.id }]));
  for (const { good } of plain) for (const source of good) own.set(source.id, source);
  const good = [...own.values()].sort((a, b) => a.id < b.id ? -1 : 1);
  const inner = plain.map(({ name, bad, test, split }): BenchmarkSplit => {
    const parts = [...good, ...bad];
    const trained = new Set(parts.map(({ id }) => id));
    const labels = parts.map(({ item }) => Number(item.label === "bad"));
    const folds = groupedFolds(labels, { count: FOLDS, seed, groups: partGroups(parts.map(({ item }) => item)) });
    return {
      ...{ name, good, bad, split, test: parts },
      folds: new Map(parts.map(({ id }, i) => [id, folds[i]])),
      fresh: test.filter(({ id }) => !trained.has(id)),
    };
  });
  const sources = new Map(
    inner.flatMap(({ test, fresh = [] }) => [...test, ...fresh]).map((source) => [source.id, source]),
  );
  return {
    seed,
    fitSeed: 0,
    detectors: good.map(({ item }) => item),
    benchmarks: inner,
    sources: [...sources.values()].sort((a, b) => a.id < b.id ? -1 : 1),
  };
}
