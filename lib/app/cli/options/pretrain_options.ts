/** The options of `deno task pretrain --method NAME --data DIR --out FILE`. @module */
import { merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { command, constant, option } from "@optique/core/primitives";
import { choice, float, integer, string } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import { deviceOptions } from "./device_options.ts";
import { pictureOptions, unreadableOptions } from "./picture_options.ts";
import { NEGATIVE_NAMES, PRETRAINING_NAMES, SPD_LOSS_NAMES } from "./names.ts";

/** What the command does, in a line. */
export const pretrainBrief = message`Pre-train a backbone on pictures, sensitive to local defects with --spd`;

/** The options of `deno task pretrain`. */
export const pretrainParser = merge(
  object({
    command: constant("pretrain" as const),
    method: option("--method", choice(PRETRAINING_NAMES, { metavar: "METHOD" }), {
      description: message`How it learns; supervised takes each object or sub-folder as a class`,
    }),
    data: option("--data", path({ metavar: "DIR" }), {
      description:
        message`The pictures: good training ones of VisA (split_csv/1cls.csv), MVTec AD and VAD (train/good/), good ones of ELPV (labels.csv) and of a folder (good/), of all objects in it; else all in it`,
    }),
    out: option("--out", path({ metavar: "ONNX" }), { description: message`Backbone file to write` }),
    spd: optional(option("--spd", float({ metavar: "WEIGHT", min: 0 }), {
      description: message`Add the SPD term with this weight; the paper's is 0.1`,
    })),
    spdLoss: optional(option("--spd-loss", choice(SPD_LOSS_NAMES, { metavar: "LOSS" }), {
      description:
        message`The SPD term: cosine of projections, or xent of a classifier of local defects, which supervised always has; cosine where left out`,
    })),
    negative: withDefault(
      option("--negative", choice(NEGATIVE_NAMES, { metavar: "KIND" }), {
        description: message`Local defects of the SPD term and of the plot; of the plot alone without --spd`,
      }),
      "smoothblend" as const,
    ),
    backbone: withDefault(
      option("--backbone", string({ metavar: "NETWORK" }), {
        description:
          message`Where training begins: resnet18, resnet50, wide_resnet50_2, efficientnet_lite0 or an ONNX file`,
      }),
      "efficientnet_lite0",
    ),
  }),
  object({
    random: option("--random", { description: message`Begin with drawn weights` }),
    weights: optional(option("--weights", path({ metavar: "FILE", mustExist: true }), {
      description: message`Begin with these weights: safetensors with torchvision's or timm's names`,
    })),
    layers: optional(option("--layers", string({ metavar: "NAMES" }), {
      description: message`Layers of an ONNX file, with commas; what the file says where left out`,
    })),
    preset: withDefault(
      option("--preset", choice(["small", "paper"], { metavar: "PRESET" }), {
        description: message`Settings: for thousands of pictures on a few cores, or the paper's for ImageNet`,
      }),
      "small" as const,
    ),
    epochs: optional(option("--epochs", integer({ metavar: "N", min: 1 }), {
      description: message`Times that each picture is seen; the preset's where left out`,
    })),
    batch: optional(option("--batch", integer({ metavar: "N", min: 2 }), {
      description: message`Pictures a step; the preset's where left out`,
    })),
    rate: optional(option("--rate", float({ metavar: "R", min: 0 }), {
      description: message`Learning rate; where left out, the preset's in proportion to the batch`,
    })),
    side: withDefault(
      option("--side", integer({ metavar: "PIXELS", min: 32, max: 2048 }), {
        description: message`Pictures are brought to this height and width`,
      }),
      256,
    ),
    compare: optional(option("--compare", string({ metavar: "ONNX,ONNX" }), {
      description: message`Backbones to show in the plot too, with commas, such as one that was trained without --spd`,
    })),
    seed: withDefault(
      option("--seed", integer({ metavar: "N", min: 0, max: 0xffffffff }), { description: message`Seed` }),
      0,
    ),
  }),
  pictureOptions,
  unreadableOptions,
  deviceOptions,
);

export const pretrainCommand = command("pretrain", pretrainParser, { brief: pretrainBrief });
