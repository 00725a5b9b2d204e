/** `deno task pretrain --method NAME --data DIR --out FILE`: a backbone from pictures. @module */
import { merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import type { InferValue } from "@optique/core/parser";
import { command, constant, option } from "@optique/core/primitives";
import { choice, float, integer, string } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import { checkApart } from "../../base/io/apart.ts";
import type { Backbone } from "../../method/backbone/backbone.ts";
import { loadBackbone } from "../../method/backbone/load.ts";
import { exists } from "../../base/io/listing.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { pretrainFolder } from "../../product/make/pretrain.ts";
import type { PretrainedFolder } from "../../product/make/pretrain.ts";
import type { Reporter } from "../../base/text/progress.ts";
import { SPD_LOSSES } from "../../method/pretrain/contract.ts";
import { PRETRAINING_METHODS } from "../../method/pretrain/settings.ts";
import type { PretrainingMethod } from "../../method/pretrain/settings.ts";
import { startingBackbone } from "../../method/pretrain/initial_network.ts";
import { type Negative, NEGATIVES } from "../../method/pretrain/views.ts";
import { type DistanceMeans, distanceMeans, renderPretraining } from "../../product/report/pretrain_page.ts";
import { openRuntime } from "../../engine/session/runtime.ts";
import { deviceOptions } from "./device_options.ts";
import { EXIT } from "./exit.ts";
import { quote } from "./quote.ts";

/** What the command does, in a line. */
export const pretrainBrief = message`Pre-train a backbone on pictures, sensitive to local defects with --spd`;

/** The options of `deno task pretrain`. */
export const pretrainParser = merge(
  object({
    command: constant("pretrain" as const),
    method: option("--method", choice(Object.keys(PRETRAINING_METHODS) as PretrainingMethod[], { metavar: "METHOD" }), {
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
    spdLoss: optional(option("--spd-loss", choice(SPD_LOSSES, { metavar: "LOSS" }), {
      description:
        message`The SPD term: cosine of projections, or xent of a classifier of local defects, which supervised always has; cosine where left out`,
    })),
    negative: withDefault(
      option("--negative", choice(Object.keys(NEGATIVES) as Negative[], { metavar: "KIND" }), {
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
  deviceOptions,
);

export const pretrainCommand = command("pretrain", pretrainParser, { brief: pretrainBrief });

/** Below this spread of projections all pictures have become about the same. */
const COLLAPSED = 0.1;

export async function runPretrainCommand(
  options: InferValue<typeof pretrainCommand>,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  const { method, preset, epochs, batch, layers, side, out, spd, spdLoss } = options;
  await check(options);
  const compared = options.compare?.split(",").map((name) => name.trim()) ?? [];
  const page = `${out.replace(/\.onnx$/i, "")}.sensitivity.html`;
  await checkApart(
    [out, `${out}.unfinished`, page].map((path) => ({ path, option: "--out" })),
    [options.data, options.weights, options.backbone, ...compared],
  );
  const runtime = await openRuntime(options);
  const given = { ...epochs !== undefined && { epochs }, ...batch !== undefined && { batch } };
  const settings = { ...PRETRAINING_METHODS[method].presets[preset], ...given };
  const backbone = await startingBackbone({
    ...options,
    layers: layers?.split(",").map((name) => name.trim()).filter((name) => name !== ""),
    runtime,
  });
  const compare: Backbone[] = [];
  for (const path of compared) {
    // Files of different folders may have the same name.
    compare.push({ ...await loadBackbone(path, { runtime }), name: path.replace(/\.onnx$/i, "") });
  }
  const found = await pretrainFolder({
    ...{ ...options, backbone, compare, settings, runtime, reporter, signal },
    size: { height: side, width: side },
  });
  const names = backbone.layers.map(({ name }) => name).join(",");
  const title = PRETRAINING_METHODS[method].title +
    (spd === undefined ? "" : ` with the SPD term${spdLoss === "xent" ? " as a classifier" : ""}, weight ${spd}`);
  await writeFileAtomic(
    page,
    renderPretraining({
      title: `Backbone ${backbone.name}: ${title}`,
      facts: [
        ["Pictures", `${found.pictures} of ${options.data}, ${side} × ${side}`],
        ["Training", `${settings.epochs} epochs, ${found.losses.length} steps, seed ${options.seed}`],
        ["Local defects", options.negative === "cutpaste" ? "CutPaste" : "SmoothBlend"],
      ],
      ...found,
    }),
  );
  for (const line of [`Wrote ${out}: layers ${names}`, ...describe(found), `Plot:   ${page}`]) reporter.say(line);
  const { spread } = found.metrics;
  if (method !== "supervised" && spread[spread.length - 1] < COLLAPSED) {
    reporter.warn(
      `All pictures have nearly the same features (spread ${spread[spread.length - 1].toPrecision(2)}): ` +
        "lower the rate, take larger batches, or another method",
    );
  }
  reporter.say(`Use it: deno task fit padim --data DIR --backbone ${quote(out)} --out MODEL`);
  return EXIT.ok;
}

/** What is wrong with the options is told before a training that may take hours. */
async function check({ method, out, spd, spdLoss }: InferValue<typeof pretrainCommand>): Promise<void> {
  if (spdLoss !== undefined && spd === undefined) {
    throw new TypeError(`Cannot take the SPD term as ${spdLoss} as there is none: give --spd WEIGHT too`);
  }
  if (spdLoss === "cosine" && method === "supervised") {
    throw new TypeError(
      "Cannot take the SPD term as cosine in supervised pre-training as it has no projections: leave out --spd-loss",
    );
  }
  if (await exists(out, "folder")) {
    throw new Error(`Cannot write "${out}" as it is a folder: give --out the name of a file, such as ${out}/made.onnx`);
  }
}

/** The numbers before and after. */
function describe({ before, after }: PretrainedFolder): string[] {
  const [old, now] = [distanceMeans(before), distanceMeans(after)];
  const row = (name: string, key: keyof DistanceMeans) =>
    `  ${name.padEnd(22)} ${old[key].toPrecision(3).padStart(9)} → ${now[key].toPrecision(3)}`;
  return [
    `Distance of features over ${after.whole.length} pictures, before → after:`,
    row("whole changed weakly", "whole"),
    row("whole changed slightly", "slight"),
    row("local defect", "local"),
    row("local ÷ weakly", "ratio"),
    row("local ÷ slightly", "slightRatio"),
  ];
}
