/** The options of `deno task export --run RUNDIR --out DIR`. @module */
import { merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple, optional } from "@optique/core/modifiers";
import { argument, command, constant, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import { libraryOptions } from "./device_options.ts";

/** What the command does, in a line. */
export const exportBrief = message`Write the model of a run as one ONNX graph, with a certificate`;

/** The options of `deno task export`. */
export const exportParser = merge(
  object({
    command: constant("export" as const),
    run: option("--run", path({ metavar: "RUNDIR", mustExist: true }), { description: message`Folder of a run` }),
    object: optional(option("--object", string({ metavar: "NAME" }), {
      description: message`Class of a run over several`,
    })),
    out: option("--out", path({ metavar: "DIR" }), {
      description: message`Folder to write; an export that lies there is replaced`,
    }),
    pictures: multiple(argument(path({ metavar: "PICTURE", mustExist: true }), {
      description:
        message`Pictures for the certificate, which go into the folder; some of the run's own where left out, or drawn ones where those are gone`,
    })),
  }),
  libraryOptions,
);

export const exportCommand = command("export", exportParser, { brief: exportBrief });
