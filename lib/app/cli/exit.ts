/** How a command ends. @module */
import process from "node:process";
import { describeError } from "../../base/text/describe_error.ts";
import { visible } from "../../base/text/visible.ts";
import { DeviceError } from "../../engine/session/device.ts";
import { EXIT } from "./exit_codes.ts";

/**
 * Runs a command, turns what it throws into one message on the error stream, and ends the process.
 *
 * The first Ctrl-C asks the work to stop where nothing is lost; a second one ends at once.
 *
 * @param say writes a line where a progress bar may be
 * @param kept what is told after Ctrl-C of the work that was done
 */
export async function runCommand(
  work: (signal: AbortSignal) => Promise<number>,
  say: (line: string) => void,
  kept: string,
): Promise<never> {
  const controller = new AbortController();
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") Deno.exit(EXIT.unheard);
    process.stderr.write(`Error: Cannot write the output as ${error.message}\n`);
    Deno.exit(EXIT.failed);
  });
  Deno.addSignalListener("SIGINT", () => {
    if (controller.signal.aborted) Deno.exit(EXIT.stopped);
    say("\nStopping after the work in hand; press Ctrl-C again to stop at once");
    controller.abort();
  });
  try {
    Deno.exit(await work(controller.signal));
  } catch (error) {
    if (controller.signal.aborted) {
      process.stderr.write(`Stopped. ${kept}\n`);
      Deno.exit(EXIT.stopped);
    }
    process.stderr.write(`Error: ${tell(error)}\n`);
    Deno.exit(error instanceof DeviceError ? EXIT.device : EXIT.failed);
  }
}

/** An error for the reader; with SEGAD_STACK=1 also for who mends it. */
function tell(error: unknown): string {
  const wanted = process.env.SEGAD_STACK === "1" && error instanceof Error;
  return visible(describeError(error)) + (wanted ? `\n${error.stack}` : "");
}
