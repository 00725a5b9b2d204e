/** What goes wrong in one cell of the grid of methods, benchmarks and seeds while the others go on. @module */
import type { PipelineDefinition } from "./definition.ts";
import type { BenchmarkSplit, Experiment } from "./experiment.ts";
import { causeOf, DamagedStepError, FullDiskError } from "../../base/text/errors.ts";
import { explain } from "../../base/text/explain.ts";
import { classifierOf } from "./method_parts.ts";
import type { Reporter } from "../../base/text/progress.ts";

/** A step that failed. */
export interface Failure {
  /** "Fit RD4AD, seed 333". */
  readonly step: string;
  readonly seed: number;
  /** The detector or classifier that is not there now, as the pipeline names it … */
  readonly part?: string;
  /** … and of a classifier, which is trained for each benchmark, where. */
  readonly benchmark?: string;
  /** Only the figures over pixels of `part` in `benchmark` are not there. */
  readonly pixels?: true;
  /** The pictures that have no features, where that is what is not there: forests alone need them. */
  readonly pictures?: ReadonlySet<string>;
  readonly error: unknown;
}

/** A cell of the table that could not be judged. */
export interface FailedCell {
  readonly benchmark: string;
  readonly method: string;
  readonly seed: number;
  /** The step and its error, in words. */
  readonly reason: string;
}

/**
 * Does a step. What it throws is told and given back, so that the other cells go on.
 *
 * @throws what the step throws where nothing else could go on either: it was stopped, or the disk is full; and where a
 *   finished step was damaged, which is dropped now and done again by the next run
 */
export async function attempt(
  { reporter, signal }: { readonly reporter: Reporter; readonly signal: AbortSignal },
  step: Omit<Failure, "error">,
  work: () => Promise<void>,
): Promise<Failure | undefined> {
  try {
    await work();
  } catch (error) {
    if (signal.aborted || endsAll(error)) throw error;
    reporter.warn(`${step.step} failed, and what needs it is left out: ${explain(error)}`);
    return { ...step, error };
  }
}

/** After these nothing else can go on either. */
function endsAll(error: unknown): boolean {
  return [FullDiskError, DamagedStepError].some((kind) => causeOf<Error>(error, kind) !== undefined);
}

/** Whether a benchmark trains on or judges one of some pictures. */
export function usesAny(
  { good, bad, test }: Pick<BenchmarkSplit, "good" | "bad" | "test">,
  pictures: ReadonlySet<string>,
): boolean {
  return [good, bad, test].some((sources) => sources.some(({ id }) => pictures.has(id)));
}

/** The cells of one seed that failures leave no way to judge. */
export function failedCells(
  definition: PipelineDefinition,
  { seed, benchmarks }: Experiment,
  failures: readonly Failure[],
): FailedCell[] {
  const own = failures.filter((failure) => failure.seed === seed);
  if (own.length === 0) return [];
  return benchmarks.flatMap((split) =>
    Object.entries(definition.methods).flatMap(([method, how]): FailedCell[] => {
      const { name: benchmark, bad } = split;
      if ("mean" in how || "forest" in how && bad.length === 0) return [];
      const classifier = classifierOf(definition, method);
      const parts = ["alone" in how ? [how.alone] : how.forest, classifier ?? []].flat();
      const failure = own.find((each) => {
        if (each.pictures) return "forest" in how && usesAny(split, each.pictures);
        if (each.benchmark !== undefined && each.benchmark !== benchmark) return false;
        return each.pixels ? "alone" in how && how.alone === each.part : parts.some((part) => part === each.part);
      });
      return failure ? [{ benchmark, method, seed, reason: `${failure.step}: ${explain(failure.error)}` }] : [];
    })
  );
}

/** The failed cells in words, those of one reason together; nothing where there are none. */
export function describeFailed(cells: readonly FailedCell[]): string {
  const reasons = Map.groupBy(cells, ({ reason }) => reason);
  const lines = Array.from(reasons, ([reason, some]) => {
    const names = [...new Set(some.map(({ benchmark, method }) => `${method} (${benchmark})`))];
    return `  ${reason}\n    not judged: ${names.join(", ")}`;
  });
  return lines.length === 0
    ? ""
    : `Not all cells could be judged; the same command tries them again:\n${lines.join("\n")}`;
}
