/** Steps of painting that can be taken back and done again. @module */

/** What one step has changed. */
interface Step {
  readonly pixels: Uint32Array;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** What can be taken back, the last step at the end, and what can be done again. */
export interface History {
  readonly done: readonly Step[];
  readonly undone: readonly Step[];
}

/** As many steps are kept. */
const MOST = 200;

/** Nothing has been painted. */
export const NO_HISTORY: History = { done: [], undone: [] };

/** Adds what differs between two states of the labels; where nothing does, the history stays as it is. */
export function recordStep(history: History, before: Uint8Array, after: Uint8Array): History {
  const pixels: number[] = [];
  for (let p = 0; p < after.length; p++) if (before[p] !== after[p]) pixels.push(p);
  if (pixels.length === 0) return history;
  const step = {
    pixels: Uint32Array.from(pixels),
    before: Uint8Array.from(pixels, (p) => before[p]),
    after: Uint8Array.from(pixels, (p) => after[p]),
  };
  return { done: [...history.done, step].slice(-MOST), undone: [] };
}

/** Takes the last step back in `labels`; gives the history from then on. */
export function undo(history: History, labels: Uint8Array): History {
  const step = history.done.at(-1);
  if (!step) return history;
  for (const [i, p] of step.pixels.entries()) labels[p] = step.before[i];
  return { done: history.done.slice(0, -1), undone: [...history.undone, step] };
}

/** Does the step again that was taken back last. */
export function redo(history: History, labels: Uint8Array): History {
  const step = history.undone.at(-1);
  if (!step) return history;
  for (const [i, p] of step.pixels.entries()) labels[p] = step.after[i];
  return { done: [...history.done, step], undone: history.undone.slice(0, -1) };
}
