/** `deno task pretrain --method NAME --data DIR --out FILE`: a backbone from pictures. @module */
import type { InferValue } from "@optique/core/parser";
import { checkApart } from "../../../base/io/apart.ts";
import type { Backbone } from "../../../method/backbone/backbone.ts";
import { loadBackbone } from "../../../method/backbone/load.ts";
import { exists } from "../../../base/io/walk.ts";
import { writeFileAtomic } from "../../../base/io/atomic.ts";
import { pretrainFolder } from "../../../product/make/pretrain.ts";
import type { PretrainedFolder } from "../../../product/make/pretrain.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { PRETRAINING_METHODS } from "../../../method/pretrain/settings.ts";
import { startingBackbone } from "../../../method/pretrain/initial_network.ts";
import { type DistanceMeans, distanceMeans, renderPretraining } from "../../../product/report/pretrain_page.ts";
import { openRuntime } from "../../../engine/session/runtime.ts";
import { EXIT } from "../exit_codes.ts";
import { quote } from "../quote.ts";
import type { pretrainCommand } from "../options/pretrain_options.ts";

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
  const title = PRETRAINING_METHODS[method].title +
    (spd === undefined ? "" : ` with the SPD term${spdLoss === "xent" ? " as a classifier" : ""}, weight ${spd}`);
  const finish = (found: PretrainedFolder) =>
    writeFileAtomic(
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
  const found = await pretrainFolder({
    ...{ ...options, backbone, compare, settings, runtime, reporter, signal },
    size: { height: side, width: side },
    finish,
  });
  const names = backbone.layers.map(({ name }) => name).join(",");
  for (const line of [`Wrote ${out}: layers ${names}`, ...describe(found), `Plot:   ${page}`]) reporter.say(line);
  const { spread } = found.metrics;
  if (method !== "supervised" && spread[spread.length - 1] < COLLAPSED) {
    reporter.warn(
      `All pictures have nearly the same features (spread ${spread[spread.length - 1].toPrecision(2)}): ` +
        "lower the rate, take larger batches, or another method",
    );
  }
  reporter.say(`Use it: deno task fit padim --data DIR --backbone ${quote(out)} --out MODEL`);
  return found.unread > 0 ? EXIT.partly : EXIT.ok;
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
