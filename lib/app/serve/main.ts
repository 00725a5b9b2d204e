/** `deno task serve`: the station as a process. @module */
import process from "node:process";
import { run } from "@optique/run";
import { enterTypedFolder } from "../cli/place.ts";
import { EXIT } from "../cli/exit_codes.ts";
import { tidyUsage } from "../cli/usage.ts";
import { describeError } from "../../base/text/describe_error.ts";
import { serveBrief, serveParser } from "./options.ts";

if (import.meta.main) {
  enterTypedFolder();
  const width = Math.min(80, process.stdout.columns || 80);
  const writer = (stream: { write(text: string): boolean }) => (text: string) =>
    void stream.write(`${tidyUsage(text, "deno task serve", width)}\n`);
  const options = run(serveParser, {
    ...{ programName: "deno task serve", brief: serveBrief, help: "option", showDefault: true, maxWidth: width },
    ...{ termWidth: 24, errorExitCode: EXIT.usage, aboveError: "usage" },
    ...{ stdout: writer(process.stdout), stderr: writer(process.stderr) },
    colors: process.stdout.isTTY === true && !process.env.NO_COLOR,
  });
  // What options say is checked before anything else is loaded.
  const { serve } = await import(new URL("./serve.ts", import.meta.url).href) as typeof import("./serve.ts");
  try {
    await serve(options);
    Deno.exit(EXIT.ok);
  } catch (error) {
    process.stderr.write(`Error: ${describeError(error)}\n`);
    Deno.exit(EXIT.failed);
  }
}
