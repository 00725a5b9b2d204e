/** Closing a resource when nobody uses it any more. @module */

/** Lets work through until it is closed. */
export interface Gate {
  /** Does some work. Rejects once the gate is closed. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Lets no more work through, waits for what is inside, and then frees what it has used; once, however often it is called. */
  close(free: () => Promise<void>): Promise<void>;
}

/**
 * A gate that is open.
 *
 * @param action what cannot be done any more, for the error: "score", and with what: "the scorer"
 *
 * ```ts
 * import { openGate } from "./gate.ts";
 * const gate = openGate("score", "the scorer");
 * const work = gate.run(() => Promise.resolve(1));
 * await gate.close(async () => console.assert(await work === 1));
 * ```
 */
export function openGate(action: string, resource: string): Gate {
  const inside = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  return {
    async run(work) {
      if (closing) throw new Error(`Cannot ${action} as ${resource} is closed`);
      const done = work();
      inside.add(done);
      try {
        return await done;
      } finally {
        inside.delete(done);
      }
    },
    close(free) {
      closing ??= Promise.allSettled([...inside]).then(free);
      return closing;
    },
  };
}
