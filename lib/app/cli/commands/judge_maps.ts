/** `deno task pipeline FILE --maps DIR`: judges maps that others have made. @module */
import { checkApart } from "../../../base/io/apart.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { parseReference } from "../../../product/published/definition.ts";
import { readReference } from "../../../product/published/read_reference.ts";
import { runReference } from "../../../product/published/run.ts";
import { readBackboneOptions } from "../options/backbone_file.ts";
import { forestOptions } from "../options/device_options.ts";
import { outputsOf, type PipelineOptions } from "./chosen_pipeline.ts";
import { tell } from "./tell_run.ts";

/** Judges maps that others have made. */
export async function runMaps(
  options: PipelineOptions,
  maps: string,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  if (options.data !== undefined) throw new TypeError("Cannot use --maps with --data: maps stand in place of pictures");
  if (options.segments !== undefined) {
    throw new TypeError("Cannot use --maps with --segments: the segment maps are those in its visa_segm/");
  }
  if (options.depth ?? options.maxPixels ?? options.align) {
    throw new TypeError("Cannot use --maps with --depth, --max-pixels or --align: maps stand in place of pictures");
  }
  if (readBackboneOptions(options)) {
    throw new TypeError("Cannot use --maps with --backbone: maps stand in place of what a backbone would see");
  }
  const { definition, file } = await readReference(options.file);
  await checkApart(outputsOf(options, definition.name), [maps]);
  const seeds = options.seeds?.split(",").map(Number) ?? definition.seeds;
  const summary = await runReference(parseReference({ ...definition, seeds }), {
    file,
    maps,
    ...options.object !== undefined && { classes: [options.object] },
    forest: forestOptions(options.xgboost),
    runs: options.runs,
    cache: options.cache,
    name: options.name,
    planOnly: options.plan,
    reporter,
    signal,
  });
  return tell(summary, reporter);
}
