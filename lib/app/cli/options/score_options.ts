/** The options of `deno task score --run RUNDIR PATHS…`. @module */
import { merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, command, constant, option } from "@optique/core/primitives";
import { choice, float } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import { deviceOptions, libraryOptions } from "./device_options.ts";
import { pictureOptions } from "./picture_options.ts";
import { ofProject } from "../place.ts";
import { queueOption, storeOption } from "./queue_option.ts";

/** What the command does, in a line. */
export const scoreBrief = message`Score new pictures with the models of a run`;

const noRun = (run: string) =>
  message`There is no folder ${run}. Name the folder of a finished run, such as runs/vad/NAME, or what "deno task fit" wrote to --out.`;

/** The options of `deno task score`. */
export const scoreParser = merge(
  object({
    command: constant("score" as const),
    run: option("--run", path({ metavar: "RUNDIR", mustExist: true, errors: { pathNotFound: noRun } }), {
      description: message`Folder of a run`,
    }),
    paths: multiple(
      argument(path({ metavar: "PATH" }), { description: message`Pictures, or folders of pictures` }),
      { min: 1 },
    ),
    format: withDefault(
      option("--format", choice(["csv", "excel", "jsonl"], { metavar: "FORMAT" }), {
        description:
          message`Form of a line; excel is CSV as Excel opens it where numbers have decimal commas: with semicolons`,
      }),
      "csv" as const,
    ),
    details: option("--details", {
      description:
        message`In JSON lines also the threshold, a reason for operators, what each segment adds, and the worst place`,
    }),
    overlays: optional(option("--overlays", path({ metavar: "DIR" }), {
      description: message`Folder for drawings of the pictures: heatmap, segment outlines, box around the worst place`,
    })),
    out: optional(option("--out", path({ metavar: "FILE" }), {
      description: message`File to write in place of the output stream`,
    })),
    threshold: optional(option("--threshold", float({ metavar: "X" }), {
      description: message`Score from which a part is bad, in place of the run's`,
    })),
    review: optional(option("--review", float({ metavar: "X" }), {
      description: message`Score from which a part is to be looked at ("review"), not above that from which it is bad`,
    })),
    judgeAll: option("--judge-all", {
      description:
        message`Judge pictures too that cannot be of this part: black, white, shifted, of another thing; "not_judged" otherwise`,
    }),
    align: option("--align", {
      description: message`Turn and move pictures first, so that the part lies as in the mean good picture`,
    }),
    features: optional(option("--features", path({ metavar: "MODULE" }), {
      description:
        message`Pipeline file, or module with a feature set, that the run's own feature set is loaded from; a model alone loads no code`,
    })),
    segments: optional(option("--segments", path({ metavar: "DIR" }), {
      description: message`Segment maps of the pictures, where the run has one a picture`,
    })),
    queue: optional(queueOption),
    store: optional(storeOption),
    cache: withDefault(
      option("--cache", path({ metavar: "DIR" }), {
        description: message`With --queue: the folder that the workers keep finished steps in`,
      }),
      ofProject(".cache"),
    ),
  }),
  pictureOptions,
  deviceOptions,
  libraryOptions,
);

export const scoreCommand = command("score", scoreParser, { brief: scoreBrief });
