/** Methods compared with each other by the parts that they judge. @module */
import { aurocOverSeeds, compareMeanAuroc, compareSeeds, type PairedComparison } from "../../method/evaluate/delong.ts";
import { holm } from "../../method/evaluate/holm.ts";
import type { MethodComparison, ScoreSet } from "./results.ts";
import { comparable, judgedParts, labelsOf, scoresOf } from "./judged_parts.ts";

/**
 * Compares every two methods of a benchmark by DeLong's test, the AUROC averaged over the seeds. Where the test parts differ
 * by seed, parts are clusters of the scores that the seeds give them ({@linkcode compareSeeds}). Benchmarks that have fewer
 * than two parts of a class with some seed are left out, and methods that could not be judged with all seeds.
 */
export function compareMethods(sets: readonly ScoreSet[]): MethodComparison[] {
  const found: Omit<MethodComparison, "corrected">[] = [];
  for (const benchmark of new Set(sets.map((set) => set.benchmark))) {
    const all = sets.filter((set) => set.benchmark === benchmark);
    const seeds = new Set(all.map((set) => set.seed)).size;
    // A method that failed with some seed has no mean over the same ones.
    const methods = [...new Set(all.map((set) => set.method))].filter((method) =>
      all.filter((set) => set.method === method).length === seeds
    );
    const own = methods.map((method) => all.filter((set) => set.method === method));
    const compare = comparison(all, own);
    if (!compare) continue;
    for (let a = 0; a < methods.length; a++) {
      for (let b = a + 1; b < methods.length; b++) {
        found.push({ benchmark, first: methods[a], second: methods[b], ...compare(a, b) });
      }
    }
  }
  const corrected = holm(found.map(({ p }) => p));
  return found.map((comparison, i) => ({ ...comparison, corrected: corrected[i] }));
}

/** Compares one method with each of the others over the parts that it has judged, by the seed of its sets. */
export function compareOne(sets: readonly ScoreSet[], method: string): MethodComparison[] {
  const own = sets.filter((set) => set.method === method);
  const found = own.flatMap(({ benchmark, seed }) =>
    compareMethods(sets.filter((set) => set.benchmark === benchmark && set.seed === seed))
      .filter(({ first, second }) => [first, second].includes(method))
  );
  const corrected = holm(found.map(({ p }) => p));
  return found.map((comparison, i) => ({ ...comparison, corrected: corrected[i] }));
}

/** How two of the methods are compared, given the sets of each; undefined where they cannot be. */
function comparison(
  all: readonly ScoreSet[],
  methods: readonly (readonly ScoreSet[])[],
): ((a: number, b: number) => PairedComparison) | undefined {
  if (comparable(all)) {
    const labels = labelsOf(all[0].parts);
    const scores = methods.map((sets) => sets.map(({ parts }) => scoresOf(parts)));
    return (a, b) => compareMeanAuroc(scores[a], scores[b], labels);
  }
  if (![...Map.groupBy(all, ({ seed }) => seed).values()].every(comparable)) return undefined;
  const areas = methods.map((sets) => aurocOverSeeds(sets.map(judgedParts)));
  return (a, b) => compareSeeds(areas[a], areas[b]);
}
