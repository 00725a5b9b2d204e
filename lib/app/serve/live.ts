/** What pages are told while it happens and nobody keeps: the progress of jobs. @module */

/** Something to tell. */
export interface LiveMessage {
  readonly project: string;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Who tells, and who listens. */
export interface Live {
  tell(message: LiveMessage): void;
  /** Until the returned function is called. */
  listen(listener: (message: LiveMessage) => void): () => void;
}

export function openLive(): Live {
  const listeners = new Set<(message: LiveMessage) => void>();
  return {
    tell(message) {
      for (const listener of [...listeners]) listener(message);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
