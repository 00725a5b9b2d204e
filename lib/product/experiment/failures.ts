/** What goes wrong in one cell of the grid of methods, benchmarks and seeds while the others go on. @module */
import { causeOf, DamagedStepError, FullDiskError } from "../../base/text/errors.ts";
import { describeError } from "../../base/text/describe_error.ts";
import type { Reporter } from "../../base/text/progress.ts";

/** A step that failed. */
export interface Failure {
  /** "Fit RD4AD, seed 333". */
  readonly step: string;
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
  step: string,
  work: () => Promise<void>,
): Promise<Failure | undefined> {
  try {
    await work();
  } catch (error) {
    if (signal.aborted || endsAll(error)) throw error;
    reporter.warn(`${step} failed, and what needs it is left out: ${describeError(error)}`);
    return { step, error };
  }
}

/** After these nothing else can go on either. */
function endsAll(error: unknown): boolean {
  return [FullDiskError, DamagedStepError].some((kind) => causeOf<Error>(error, kind) !== undefined);
}

/** A failure as the reason of a failed cell. */
export function reasonOf({ step, error }: Failure): string {
  return `${step}: ${describeError(error)}`;
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
