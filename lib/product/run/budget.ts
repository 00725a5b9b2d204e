/** The time that a run may take to choose among methods. @module */

/** A clock that starts when it is first asked. */
export interface Budget {
  readonly minutes: number;
  /** Whether the time is over. */
  isOver(): boolean;
}

/**
 * Opens a budget.
 *
 * @param minutes no end where left out
 * @param now milliseconds
 */
export function openBudget(minutes = Infinity, now: () => number = () => performance.now()): Budget {
  let begun: number | undefined;
  return {
    minutes,
    isOver() {
      begun ??= now();
      return now() - begun >= minutes * 60_000;
    },
  };
}
