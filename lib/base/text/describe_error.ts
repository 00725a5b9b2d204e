/** Errors in words. @module */
import { stripVTControlCharacters } from "node:util";

/**
 * The message of an error and those of its causes, a line each where they add something; without colours.
 *
 * ```ts
 * import { describeError } from "./describe_error.ts";
 * const error = new Error("Cannot start", { cause: new Error("no power") });
 * console.assert(describeError(error) === "Cannot start\n  because no power");
 * ```
 */
export function describeError(error: unknown): string {
  const lines: string[] = [];
  for (let current = error; current instanceof Error; current = current.cause) {
    const { message } = current;
    if (!lines.some((line) => line.includes(message))) lines.push(message);
  }
  if (lines.length === 0) lines.push(String(error));
  return stripVTControlCharacters(lines.join("\n  because "));
}
