/** `deno task distil --data DIR --out FILE`: a teacher for EfficientAD. @module */
import type { InferValue } from "@optique/core/parser";
import { checkApart } from "../../../base/io/apart.ts";
import { distilFolder } from "../../../product/make/distil.ts";
import { openGoodFolder } from "../../../product/make/good_folder.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { EXIT } from "../exit_codes.ts";
import { toGoodOptions } from "../options/good_options.ts";
import type { distilCommand } from "../options/distil_options.ts";

export async function runDistilCommand(
  options: InferValue<typeof distilCommand>,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  const { network: size, width, steps, batch, rate, seed, out, like, held } = options;
  const given = toGoodOptions(options);
  // The backbone sees the pictures of the folder, the authors' teacher sees them at half the size.
  const [height, wide] = [given.picture.height, given.picture.width].map((side) => like ? 2 * side : side);
  const good = { ...given, picture: { ...given.picture, height, width: wide } };
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
    const { loss, explained, unseen } = await distilFolder(folder, {
      network: { size, width, padding: true },
      ...{ steps, batch, rate, seed, out, held },
      ...like && { like, start: "pytorch" as const },
    });
    const told = [
      ...loss === "" ? [] : [loss],
      ...explained === undefined
        ? []
        : [`explains ${(100 * explained).toFixed(1)} % of the target's variance on ${unseen} unseen pictures`],
    ];
    if (told.length > 0) reporter.say(`The teacher: ${told.join("; ")}`);
  } finally {
    await folder.work.close();
  }
  reporter.say(
    `Wrote ${out}: efficientad: { size: ${JSON.stringify(size)}, width: ${width}, teacher: ${JSON.stringify(out)} }`,
  );
  return folder.unread > 0 ? EXIT.partly : EXIT.ok;
}
