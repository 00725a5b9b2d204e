/** Errors that somebody catches: by their class, never by their words. @module */

/** Settings of a detector, classifier or pipeline that cannot be used. */
export class SettingsError extends TypeError {
  /**
   * @param action what was to be done: "configure PatchCore"
   * @param problems each the path of a setting with what was expected and found: "pool must be an odd number (was 2)"
   */
  constructor(action: string, readonly problems: readonly string[], options?: ErrorOptions) {
    super(`Cannot ${action} as ${problems.join("; ")}`, options);
  }
}

/** A disk that is full or takes no files: no other file could be written either. */
export class FullDiskError extends Error {}

/** A finished step that the disk has damaged. It is removed, so that the same command makes it again. */
export class DamagedStepError extends Error {
  constructor(readonly path: string, options?: ErrorOptions) {
    super(
      `Cannot use the finished step "${path}" as it is damaged; it is removed now: run the same command again`,
      options,
    );
  }
}

/** A worker that ended in the middle of its work: whoever has given it something can give it to another one. */
export class EndedWorkerError extends Error {}

/** The memory does not suffice. */
export class MemoryError extends Error {}

/**
 * The first error of a class among an error and its causes.
 *
 * ```ts
 * import { causeOf, FullDiskError } from "./errors.ts";
 * const error = new Error("Cannot keep it", { cause: new FullDiskError("no space") });
 * console.assert(causeOf(error, FullDiskError)?.message === "no space");
 * ```
 */
export function causeOf<E extends Error>(error: unknown, kind: new (...given: never[]) => E): E | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof kind) return current;
  }
  return undefined;
}
