/** The options of `deno task pipeline FILE`. @module */
import { merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, command, constant, option } from "@optique/core/primitives";
import { choice, float, integer, string } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import { deviceOptions, libraryOptions } from "./device_options.ts";
import { alignOptions, pictureOptions, unreadableOptions } from "./picture_options.ts";
import { ofProject } from "../place.ts";
import { queueOption, storeOption } from "./queue_option.ts";

/** What the command does, in a line. */
export const pipelineBrief = message`Fit detectors and forests, judge them, and write a run folder`;

/** The options of `deno task pipeline`. */
export const pipelineParser = merge(
  object({
    command: constant("pipeline" as const),
    file: argument(string({ metavar: "FILE" }), {
      description: message`Pipeline file; looked up in pipelines/ as well`,
    }),
    data: optional(option("--data", path({ metavar: "DIR" }), {
      description: message`Folder of the data set; without it, a pipeline that allows it uses the stand-in`,
    })),
    object: optional(option("--object", string({ metavar: "NAME" }), {
      description: message`Object of VisA, or class of MVTec AD, in the folder; all runs them one after the other`,
    })),
    maps: optional(option("--maps", path({ metavar: "DIR" }), {
      description: message`Anomaly maps and segment maps in the layout of SegAD's published code, in place of pictures`,
    })),
    segments: optional(option("--segments", path({ metavar: "PATH" }), {
      description:
        message`Segment map, folder of one map a picture, or none, in place of the pipeline's; {object} in it stands for the object`,
    })),
    group: optional(option("--group", string({ metavar: "PATTERN" }), {
      description:
        message`Regular expression with a capture: pictures whose paths below --data have the same text there show one part`,
    })),
    table: optional(option("--table", path({ metavar: "CSV" }), {
      description:
        message`CSV file with the columns file, and part (which pictures show one part) or kind (of defects)`,
    })),
    size: withDefault(
      option("--size", choice(["small", "paper"], { metavar: "SIZE" }), {
        description: message`How many pictures of the stand-in and how many seeds`,
      }),
      "small" as const,
    ),
    backbone: optional(option("--backbone", path({ metavar: "ONNX" }), {
      description: message`Backbone in place of the embedded EfficientNet-Lite0`,
    })),
    layers: optional(option("--layers", string({ metavar: "NAMES" }), {
      description: message`Names of its layers, with commas, finest first; what its file says where left out`,
    })),
    mean: optional(option("--mean", string({ metavar: "R,G,B" }), {
      description: message`Mean that the backbone wants subtracted, of 0 to 1 (ImageNet's where left out)`,
    })),
    std: optional(option("--std", string({ metavar: "R,G,B" }), {
      description: message`Deviation that the backbone wants divided by`,
    })),
    crossFit: optional(option("--cross-fit", integer({ metavar: "N", min: 2, max: 20 }), {
      description:
        message`Forests learn from scores of classifiers that have not seen the part, N trained without a fold each; where left out as in the paper`,
    })),
    looks: multiple(option("--look", string({ metavar: "NAME=ONNX|PIXELS" }), {
      description:
        message`Backbone or size of pictures of one detector or classifier, such as devnet=resnet18.onnx or devnet=448; more than one may be given`,
    })),
    seeds: optional(option("--seeds", string({ metavar: "N,N" }), {
      description: message`Seeds in place of the pipeline's, with commas`,
    })),
    name: optional(option("--name", string({ metavar: "NAME" }), {
      description: message`Name of the run folder in place of the time`,
    })),
    runs: withDefault(
      option("--runs", path({ metavar: "DIR" }), { description: message`Where run folders go` }),
      ofProject("runs"),
    ),
    cache: withDefault(
      option("--cache", path({ metavar: "DIR" }), { description: message`Where finished steps are kept` }),
      ofProject(".cache"),
    ),
    recall: optional(option("--recall", float({ metavar: "SHARE", min: 0, max: 1 }), {
      description: message`Share of bad parts that the threshold of the model must catch, in place of the pipeline's`,
    })),
    confidence: optional(option("--confidence", float({ metavar: "SHARE", min: 0, max: 1 }), {
      description: message`How sure that must be; where left out as many are caught on average`,
    })),
    falseAlarms: optional(option("--false-alarms", float({ metavar: "SHARE", min: 0, max: 1 }), {
      description:
        message`Share of good parts that may be called bad; with it there are two thresholds, and parts between them are to be looked at ("review")`,
    })),
    minutes: withDefault(
      option("--minutes", float({ metavar: "N", min: 0 }), {
        description:
          message`Time to weigh methods where a pipeline chooses among several; what is not done in it is left out, and named`,
      }),
      20,
    ),
    queue: optional(queueOption),
    store: optional(storeOption),
    plan: option("--plan", { description: message`Print what would be done, and stop` }),
  }),
  pictureOptions,
  alignOptions,
  unreadableOptions,
  deviceOptions,
  libraryOptions,
);

export const pipelineCommand = command("pipeline", pipelineParser, { brief: pipelineBrief });
