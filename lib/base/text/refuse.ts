/** Turning what arktype found into one sentence. @module */
import type { type } from "arktype";
import { describeErrors } from "./unknown_key.ts";

/**
 * @param schema what was expected
 * @throws {TypeError} always: what was to be done, then each path with what was expected and found
 */
export function refuse(action: string, errors: type.errors, schema: unknown): never {
  throw new TypeError(`Cannot ${action} as ${describeErrors(schema, errors).join("; ")}`);
}
