/** Drawing progress: a bar in a terminal, plain lines elsewhere. @module */
import cliProgress from "cli-progress";
import type { Progress, Reporter } from "../../base/text/progress.ts";
import { visible } from "../../base/text/visible.ts";

/** Where text goes: the terminal in the command line, a list in a test. */
export interface Output {
  readonly terminal: boolean;
  write(text: string): void;
}

/** Between two plain lines of one step. */
const PLAIN_INTERVAL_MS = 10_000;

/** A reporter that must be closed, so that a half-drawn bar does not stay behind. */
export interface TerminalReporter extends Reporter {
  close(): void;
}

/** Draws to the error stream, so that the output stream holds results alone. */
export function openReporter(output: Output, now: () => number = () => performance.now()): TerminalReporter {
  let step: string | undefined;
  let begun = 0;
  // Where a step goes on with work that was stopped, the time left counts only what was done since.
  let first = 0;
  let shown = 0;
  let bar: cliProgress.SingleBar | undefined;

  /** Leaves the bar as it is, above what comes next; the step and its time go on. */
  function leaveBar(): void {
    bar?.stop();
    bar = undefined;
  }
  function finish(): void {
    leaveBar();
    step = undefined;
  }
  function left(progress: Progress): string {
    const note = progress.note ? `, ${progress.note}` : "";
    if (progress.left !== undefined) return `${note}, ${duration(1000 * progress.left)} left`;
    const elapsed = now() - begun;
    if (progress.done === first || elapsed < 1000) return note;
    const remaining = elapsed * (progress.total - progress.done) / (progress.done - first);
    return `${note}, ${duration(remaining)} left`;
  }
  return {
    say(line) {
      leaveBar();
      output.write(`${visible(line)}\n`);
    },
    warn(line) {
      leaveBar();
      output.write(`Warning: ${visible(line)}\n`);
    },
    progress(progress) {
      if (progress.step !== step) {
        finish();
        step = progress.step;
        begun = shown = now();
        first = progress.done;
      }
      if (output.terminal && !bar && progress.done < progress.total) {
        bar = new cliProgress.SingleBar({
          format: "{step} {bar} {value}/{total}{left}",
          barsize: 16,
          hideCursor: true,
          stopOnComplete: false,
          clearOnComplete: false,
          forceRedraw: true,
        }, cliProgress.Presets.legacy);
        bar.start(progress.total, progress.done, { step: fit(progress.step, 33), left: "" });
      }
      if (bar) {
        bar.setTotal(progress.total);
        bar.update(progress.done, { step: fit(progress.step, 33), left: left(progress) });
      }
      const complete = progress.done >= progress.total;
      if (!output.terminal && (complete || now() - shown >= PLAIN_INTERVAL_MS)) {
        shown = now();
        const note = progress.note ? `, ${progress.note}` : "";
        const end = complete ? `${note}, took ${duration(now() - begun)}` : left(progress);
        output.write(`${progress.step}: ${progress.done}/${progress.total}${end}\n`);
      }
      if (complete) finish();
    },
    close: finish,
  };
}

/** `1 h 05 min`, `3 min 20 s`, `12 s`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}
