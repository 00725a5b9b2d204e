/** How far a step is, and what it will take. @module */
import type { Progress } from "../../../base/text/progress.ts";

/** How far a job is in the step in hand. */
export interface JobProgress extends Progress {
  /** Of the step, by what was done since it began here; null where that cannot be told yet. */
  readonly secondsLeft: number | null;
}

/** Follows steps; gives what to tell of each report. */
export function followProgress(now: () => number = () => performance.now()): (progress: Progress) => JobProgress {
  let step: string | undefined;
  let begun = 0;
  let first = 0;
  return (progress) => {
    if (progress.step !== step) {
      step = progress.step;
      begun = now();
      first = progress.done;
    }
    const [elapsed, done] = [now() - begun, progress.done - first];
    const known = done > 0 && elapsed >= 1000;
    return {
      ...progress,
      secondsLeft: known ? Math.round(elapsed * (progress.total - progress.done) / done / 1000) : null,
    };
  };
}
