/** The options of `deno task export --run RUNDIR --out DIR`. @module */
import { merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, command, constant, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
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
    precision: withDefault(
      option("--precision", choice(["f32", "f16", "i8"], { metavar: "BITS" }), {
        description:
          message`In how many bits weights are kept: f16 halves the file, i8 keeps convolutions in 8 bits; the certificate says what that does to scores`,
      }),
      "f32" as const,
    ),
    input: withDefault(
      option("--input", choice(["model", "any"], { metavar: "SIZE" }), {
        description:
          message`Which pictures the graph takes: those of the model's size, or of any, which it resizes as the product does`,
      }),
      "model" as const,
    ),
    segments: optional(option("--segments", string({ metavar: "input|DIR" }), {
      description:
        message`The graph takes a segment map with each picture; a run with one a picture wants the folder of their maps, for the certificate`,
    })),
    pictures: multiple(argument(path({ metavar: "PICTURE", mustExist: true }), {
      description:
        message`Pictures for the certificate, which go into the folder; some of the run's own where left out, or drawn ones where those are gone`,
    })),
  }),
  libraryOptions,
);

export const exportCommand = command("export", exportParser, { brief: exportBrief });
