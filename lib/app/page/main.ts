/** `deno task page DIR`: puts a browser page into an exported folder. @module */
import { join } from "node:path";
import process from "node:process";
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { argument } from "@optique/core/primitives";
import { run } from "@optique/run";
import { path } from "@optique/run/valueparser";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { describeError } from "../../base/text/describe_error.ts";
import { readCertificate } from "../../product/export/certificate.ts";
import { PAGE } from "../../product/export/programs.ts";
import { EXIT } from "../cli/exit_codes.ts";
import { enterTypedFolder } from "../cli/place.ts";
import { tidyUsage } from "../cli/usage.ts";
import { runtimeFiles } from "./runtime_files.ts";

/** Where the page lies in the folder. */
const PLACE = "browser";

const parser = object({
  folder: argument(path({ metavar: "DIR", mustExist: true }), { description: message`Folder of an export` }),
});

if (import.meta.main) {
  enterTypedFolder();
  const width = Math.min(80, process.stdout.columns || 80);
  const writer = (stream: { write(text: string): boolean }) => (text: string) =>
    void stream.write(`${tidyUsage(text, "deno task page", width)}\n`);
  const { folder } = run(parser, {
    ...{ programName: "deno task page", brief: message`Put a browser page into an exported folder`, help: "option" },
    ...{ maxWidth: width, termWidth: 24, errorExitCode: EXIT.usage, aboveError: "usage" },
    ...{ stdout: writer(process.stdout), stderr: writer(process.stderr) },
    colors: process.stdout.isTTY === true && !process.env.NO_COLOR,
  });
  try {
    await readCertificate(folder);
    for (const { file, read } of PAGE) await writeFileAtomic(join(folder, PLACE, file), await read());
    for (const [name, bytes] of await runtimeFiles()) await writeFileAtomic(join(folder, PLACE, "ort", name), bytes);
    process.stderr.write(
      `Wrote ${join(folder, PLACE)}, which asks for nothing outside of the folder\n` +
        `Serve it:   cd ${folder} && python3 -m http.server --bind 127.0.0.1 8000\n` +
        `Open it:    http://127.0.0.1:8000/${PLACE}/\n`,
    );
    Deno.exit(EXIT.ok);
  } catch (error) {
    process.stderr.write(`Error: ${describeError(error)}\n`);
    Deno.exit(EXIT.failed);
  }
}
