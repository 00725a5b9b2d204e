/** What a long piece of work tells of itself. @module */

/** One report of progress. */
export interface Progress {
  /** What is being done, in words: "Fit PatchCore, seed 333". */
  readonly step: string;
  readonly done: number;
  readonly total: number;
  /** How it goes, where that is known: "loss 0.012". Shown beside the numbers; the step stays the same. */
  readonly note?: string;
  /** Seconds that the rest will take, where that is known better than by what was done so far. */
  readonly left?: number;
}

/** Where a run reports to; the command line draws it, a test records it. */
export interface Reporter {
  /** A line for the reader: the plan, a finding, a table. */
  say(line: string): void;
  /** Something that the reader should know of, and that does not stop the run. */
  warn(line: string): void;
  progress(progress: Progress): void;
}

/**
 * Tells with each call that one more is done.
 *
 * @param next what the first call tells: 0 to say that it begins
 */
export function counter(reporter: Pick<Reporter, "progress">, step: string, total: number, next = 1): () => void {
  return () => reporter.progress({ step, done: next++, total });
}
