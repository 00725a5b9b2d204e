/** Turning what arktype found into one sentence. @module */
import type { type } from "arktype";

/** @throws {TypeError} always: what was to be done, then each path with what was expected and found */
export function refuse(action: string, errors: type.errors): never {
  const reasons = errors.map(({ path, message }) => path.length > 0 ? message : `it ${message}`).join("; ");
  throw new TypeError(`Cannot ${action} as ${reasons}`);
}
