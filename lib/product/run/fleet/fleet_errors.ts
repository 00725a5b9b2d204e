/** The ends of work that was handed out to others. @module */

/** The last worker has left: nothing else could be done either. */
export class NoWorkerError extends Error {
  override readonly name = "NoWorkerError";
  constructor(reason: string) {
    super(`Cannot go on as no worker is left: ${reason}`);
  }
}

/** A worker says that nobody can do what it was asked. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}
