/** Commands that can be copied. @module */

/**
 * A path as a shell wants it: in quotes where it holds more than letters, digits and the usual marks.
 *
 * ```ts
 * import { quote } from "./quote.ts";
 * console.assert(quote("runs/vad") === "runs/vad" && quote("my runs") === "'my runs'");
 * ```
 */
export function quote(path: string): string {
  return /^[\w./:\\-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
