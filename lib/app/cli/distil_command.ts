/** `deno task distil --data DIR --out FILE`: a teacher for EfficientAD. @module */
import type { InferValue } from "@optique/core/parser";
import { checkApart } from "../../base/io/apart.ts";
import { distilFolder } from "../../product/make/distil.ts";
import { openGoodFolder } from "../../product/make/good_folder.ts";
import type { Reporter } from "../../base/text/progress.ts";
import { EXIT } from "./exit_codes.ts";
import { toGoodOptions } from "./good_options.ts";
import type { distilCommand } from "./distil_options.ts";

export async function runDistilCommand(
  options: InferValue<typeof distilCommand>,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  const { network: size, width, steps, batch, rate, seed, out } = options;
  const good = toGoodOptions(options);
  await checkApart([
    ...[out, `${out}.unfinished`].map((path) => ({ path, option: "--out" })),
    { path: options.cache, option: "--cache" },
  ], [options.data, options.backbone]);
  // The detector that learns from it asks for the layers that it wants.
  const folder = await openGoodFolder({
    ...good,
    detectors: { efficientad: {} },
    unlabelled: true,
    reporter,
    signal,
  });
  try {
    await distilFolder(folder, { network: { size, width, padding: true }, steps, batch, rate, seed, out });
  } finally {
    await folder.work.close();
  }
  reporter.say(
    `Wrote ${out}: efficientad: { size: ${JSON.stringify(size)}, width: ${width}, teacher: ${JSON.stringify(out)} }`,
  );
  return folder.unread > 0 ? EXIT.partly : EXIT.ok;
}
