/** `deno task fit NAME --data DIR`: one detector on good pictures, or a classifier on good and bad ones, to score with. @module */
import { join } from "node:path";
import type { InferValue } from "@optique/core/parser";
import { checkApart } from "../../../base/io/apart.ts";
import { classifierNamed } from "../../../method/classify/table.ts";
import { BOUNDED } from "../../../method/detect/patchcore/patchcore.ts";
import { detectorNamed } from "../../../method/detect/table.ts";
import { describeFit } from "../../../product/make/describe_fit.ts";
import { fitFolder } from "../../../product/make/fit.ts";
import { openGoodFolder } from "../../../product/make/good_folder.ts";
import { checkModelsFolder } from "../../../product/model/models_folder.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { EXIT } from "../exit_codes.ts";
import { toGoodOptions } from "../options/good_options.ts";
import { LABEL_CLASSIFIER_NAMES } from "../options/names.ts";
import { alignSetting } from "../options/picture_options.ts";
import { quote } from "../quote.ts";
import type { fitCommand } from "../options/fit_options.ts";

export async function runFitCommand(
  options: InferValue<typeof fitCommand>,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  const settings = {
    ...options.what === "patchcore" && BOUNDED,
    ...Object.fromEntries(options.set.map(readSetting)),
  };
  const learnsFromLabels = LABEL_CLASSIFIER_NAMES.includes(options.what);
  // Here and not as a part of a pipeline, which the user does not have.
  (learnsFromLabels ? classifierNamed : detectorNamed)(options.what).parse(settings);
  const good = toGoodOptions(options);
  const picture = { ...good.picture, ...alignSetting(options.align) };
  await checkApart([
    { path: join(options.out, "models"), option: "--out", replaced: true },
    { path: options.cache, option: "--cache" },
  ], [options.data, options.backbone]);
  await checkModelsFolder(options.out);
  const folder = await openGoodFolder({
    ...good,
    picture,
    ...learnsFromLabels
      ? { detectors: {}, classifiers: { [options.what]: settings } }
      : { detectors: { [options.what]: settings } },
    reporter,
    signal,
  });
  try {
    const [where, promise] = describeFit(await fitFolder(folder, options));
    reporter.say(`Wrote ${options.out}: ${where}`);
    reporter.say(promise);
    reporter.say(`Score:   deno task score --run ${quote(options.out)} PICTURES…`);
  } finally {
    await folder.work.close();
  }
  return folder.unread > 0 ? EXIT.partly : EXIT.ok;
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
