/** What the ONNX runtime would tell of itself, of the machine and of its command line. @module */
import process from "node:process";

/**
 * Turns the runtime's telemetry off; to be called before the first session is made.
 *
 * ONNX Runtime 1.30 begins it with that session: it writes a log among the temporary files, reads the id of the machine,
 * and the command line by a regular expression that overflows the stack where a few thousand names stand there.
 */
export function refuseTelemetry(): void {
  try {
    process.env.ORT_DISABLE_TELEMETRY = "1";
  } catch {
    // A program without the right to its environment says so itself.
  }
}
