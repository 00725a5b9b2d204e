/** `deno task fit NAME --data DIR`: one detector on good pictures, or a classifier on good and bad ones, to score with. @module */
import { join } from "node:path";
import { merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple, withDefault } from "@optique/core/modifiers";
import type { InferValue } from "@optique/core/parser";
import { argument, command, constant, option } from "@optique/core/primitives";
import { choice, float, string } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import { checkApart } from "../../base/io/apart.ts";
import { classifierNamed, CLASSIFIERS } from "../../method/classify/table.ts";
import { detectorNamed, DETECTORS } from "../../method/detect/table.ts";
import { fitFolder } from "../../product/make/fit.ts";
import { openGoodFolder } from "../../product/make/good_folder.ts";
import { checkModelsFolder } from "../../product/model/models_folder.ts";
import type { Reporter } from "../../base/text/progress.ts";
import { EXIT } from "./exit.ts";
import { goodOptions, toGoodOptions } from "./good_options.ts";
import { quote } from "./quote.ts";

/** Classifiers that need no masks. */
const LEARNING_FROM_LABELS = Object.values(CLASSIFIERS).filter(({ masks }) => !masks).map(({ name }) => name);

/** Detectors that need no masks. */
const FROM_GOOD = Object.values(DETECTORS).filter(({ masks }) => !masks).map(({ name }) => name);

/** What the command does, in a line. */
export const fitBrief = message`Fit one detector on good pictures, or a classifier on good and bad ones`;

/** The options of `deno task fit`. */
export const fitParser = merge(
  object({
    command: constant("fit" as const),
    what: argument(choice([...FROM_GOOD, ...LEARNING_FROM_LABELS], { metavar: "NAME" }), {
      description: message`Which detector, or a classifier, which learns from the pictures in bad/ too`,
    }),
    set: multiple(option("--set", string({ metavar: "KEY=VALUE" }), {
      description: message`A setting of it, such as preset=paper; more than one may be given`,
    })),
    falseAlarms: withDefault(
      option("--false-alarms", float({ metavar: "SHARE", min: 0, max: 1 }), {
        description: message`Share of good parts that the threshold may call bad`,
      }),
      0.01,
    ),
    out: option("--out", path({ metavar: "DIR" }), { description: message`Folder to write the model to` }),
  }),
  goodOptions,
);

export const fitCommand = command("fit", fitParser, { brief: fitBrief });

export async function runFitCommand(
  options: InferValue<typeof fitCommand>,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  const settings = Object.fromEntries(options.set.map(readSetting));
  const learnsFromLabels = LEARNING_FROM_LABELS.includes(options.what);
  // Here and not as a part of a pipeline, which the user does not have.
  (learnsFromLabels ? classifierNamed : detectorNamed)(options.what).parse(settings);
  await checkApart([
    { path: join(options.out, "models"), option: "--out", replaced: true },
    { path: options.cache, option: "--cache" },
  ], [options.data, options.backbone]);
  await checkModelsFolder(options.out);
  const folder = await openGoodFolder({
    ...toGoodOptions(options),
    ...learnsFromLabels
      ? { detectors: {}, classifiers: { [options.what]: settings } }
      : { detectors: { [options.what]: settings } },
    reporter,
    signal,
  });
  try {
    const { threshold, parts } = await fitFolder(folder, options);
    reporter.say(
      `Wrote ${options.out}: threshold ${
        threshold.toPrecision(4)
      }, set on ${parts} good pictures that the fit did not see`,
    );
    reporter.say(`Score:   deno task score --run ${quote(options.out)} PICTURES…`);
  } finally {
    await folder.work.close();
  }
  return EXIT.ok;
}

/** `key=value`; values are JSON where they can be, or else text. */
function readSetting(text: string): [string, unknown] {
  const at = text.indexOf("=");
  if (at < 1) throw new TypeError(`Cannot use the setting "${text}" as it must be KEY=VALUE`);
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(value)];
  } catch {
    return [text.slice(0, at), value];
  }
}
