/** Results on the output stream. @module */
import process from "node:process";
import { visible } from "../../base/text/visible.ts";

/**
 * Writes to the output stream; to a terminal, with control characters written out.
 *
 * @throws {Error} with the reason, where the stream is a file on a full disk
 */
export function print(text: string): void {
  try {
    process.stdout.write(process.stdout.isTTY === true ? visible(text) : text);
  } catch (cause) {
    throw new Error(`Cannot write the output as ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
