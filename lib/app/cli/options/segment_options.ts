/** The options of `deno task segment WAY --out …`. @module */
import { merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, command, constant, option } from "@optique/core/primitives";
import { choice, float, integer, string } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import { deviceOptions } from "./device_options.ts";
import { pictureOptions, unreadableOptions } from "./picture_options.ts";

/** What the command does, in a line. */
export const segmentBrief = message`Make segment maps: drawn, or found in pictures`;

const WAYS = ["shapes", "paint", "foreground", "clusters", "model"] as const;
/** Those that write a folder of one map a picture. */
export const WAYS_OF_FOLDERS: ReadonlySet<typeof WAYS[number]> = new Set(["foreground", "model"]);

/** The options of `deno task segment`. */
export const segmentParser = merge(
  object({
    command: constant("segment" as const),
    way: argument(choice(WAYS, { metavar: "WAY" }), {
      description:
        message`shapes: polygons of a JSON file; paint: plain colours of a PNG; foreground: part and ground of each picture; clusters: like places of aligned good pictures; model: a segmentation network`,
    }),
    from: optional(option("--from", path({ metavar: "FILE", mustExist: true }), {
      description: message`The shapes, the painting or the network (ONNX)`,
    })),
    data: optional(option("--data", path({ metavar: "DIR" }), {
      description:
        message`The pictures. Clusters: the good ones, in train/good/ or good/ of the folder (or OK, normal, pass), or in it. Shapes and paint: what the contact sheet shows`,
    })),
    out: option("--out", path({ metavar: "PATH" }), {
      description: message`PNG to write, or the folder for foreground and model`,
    }),
    parts: optional(option("--parts", integer({ metavar: "N", min: 2, max: 64 }), {
      description: message`How many, for clusters: as many as names, or else 6`,
    })),
    names: optional(option("--names", string({ metavar: "A,B" }), {
      description:
        message`Names of the segments: of a painting's colours, the most frequent first; of clusters, the largest first; of a network's labels`,
    })),
    threshold: optional(option("--threshold", float({ metavar: "X" }), {
      description:
        message`A network with one channel: the part is above this; 0.5 for an output from 0 to 1 and else 0 where left out`,
    })),
    side: withDefault(
      option("--side", integer({ metavar: "PIXELS", min: 32, max: 2048 }), {
        description: message`Pictures are brought to this height and width`,
      }),
      256,
    ),
    backbone: optional(option("--backbone", path({ metavar: "ONNX", mustExist: true }), {
      description: message`Backbone for clusters in place of the embedded one`,
    })),
    mean: optional(option("--mean", string({ metavar: "R,G,B" }), {
      description: message`Mean that the network wants subtracted, of 0 to 1`,
    })),
    std: optional(option("--std", string({ metavar: "R,G,B" }), {
      description: message`Deviation that it wants divided by`,
    })),
  }),
  pictureOptions,
  unreadableOptions,
  deviceOptions,
);

export const segmentCommand = command("segment", segmentParser, { brief: segmentBrief });
