/** Options of the commands that learn from a folder of good pictures. @module */
import { merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import type { InferValue } from "@optique/core/parser";
import { option } from "@optique/core/primitives";
import { integer, string } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import type { GoodFolderOptions } from "../../../product/make/good_folder.ts";
import { readBackboneOptions } from "./backbone_file.ts";
import { deviceOptions } from "./device_options.ts";
import { pictureOptions, unreadableOptions } from "./picture_options.ts";
import { ofProject } from "../place.ts";

export const goodOptions = merge(
  object({
    data: option("--data", path({ metavar: "DIR" }), {
      description:
        message`The pictures: the good ones, in train/good/ or good/ of the folder (or OK, normal, pass), or in it`,
    }),
    side: withDefault(
      option("--side", integer({ metavar: "PIXELS", min: 32, max: 2048 }), {
        description: message`Pictures are brought to this height and width`,
      }),
      256,
    ),
    backbone: optional(option("--backbone", path({ metavar: "ONNX", mustExist: true }), {
      description: message`Backbone in place of the embedded EfficientNet-Lite0`,
    })),
    layers: optional(option("--layers", string({ metavar: "NAMES" }), {
      description: message`Names of its layers, with commas, finest first; what its file says where left out`,
    })),
    seed: withDefault(
      option("--seed", integer({ metavar: "N", min: 0, max: 0xffffffff }), { description: message`Seed` }),
      0,
    ),
    cache: withDefault(
      option("--cache", path({ metavar: "DIR" }), { description: message`Where finished steps are kept` }),
      ofProject(".cache"),
    ),
  }),
  pictureOptions,
  unreadableOptions,
  deviceOptions,
);

/** As the work behind the commands takes them. */
export function toGoodOptions(
  options: InferValue<typeof goodOptions>,
): Omit<GoodFolderOptions, "detectors" | "reporter" | "signal"> {
  const { data, side, depth, maxPixels, skipUnreadable, seed, cache, device, threads } = options;
  return {
    data,
    picture: { height: side, width: side, ...depth && { depth }, ...maxPixels && { maxPixels } },
    skipUnreadable,
    backbone: readBackboneOptions(options),
    seed,
    cache,
    device,
    threads,
  };
}
