/** Results on the output stream. @module */
import process from "node:process";

/**
 * Writes to the output stream.
 *
 * @throws {Error} with the reason, where the stream is a file on a full disk
 */
export function print(text: string): void {
  try {
    process.stdout.write(text);
  } catch (cause) {
    throw new Error(`Cannot write the output as ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
