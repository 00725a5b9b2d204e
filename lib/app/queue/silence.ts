/** A limit for what says nothing: work that hangs says nothing either, and no other sign tells it from work that is slow. @module */

/** A limit that runs. */
export interface Silence {
  /** Something was said: the time begins anew. */
  broken(): void;
  /** Nothing is waited for any more. */
  over(): void;
}

/**
 * Calls `late` once where nothing was said for so long.
 *
 * @param limit in milliseconds, at most 2³¹ − 1
 * @param after what calls a function later and gives what takes that back, as timers do
 */
export function openSilence(
  limit: number,
  late: () => void,
  after: (wait: number, then: () => void) => () => void = timer,
): Silence {
  let cancel = after(limit, late);
  return {
    broken() {
      cancel();
      cancel = after(limit, late);
    },
    over: () => cancel(),
  };
}

function timer(wait: number, then: () => void): () => void {
  const id = setTimeout(then, wait);
  return () => clearTimeout(id);
}
