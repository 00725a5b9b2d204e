/** Reading what a pipeline file says of maps that others have made. @module */
import { loadPipeline } from "../run/read_pipeline.ts";
import { parseReference, type ReferenceDefinition } from "./definition.ts";

/**
 * The export `maps` of a pipeline file: what it says of maps that others have made. See {@linkcode loadPipeline}.
 *
 * @throws {Error} where there is no such file, or it cannot be loaded
 * @throws {TypeError} where it has no such export, or one that cannot be used
 */
export async function readReference(
  name: string,
): Promise<{ readonly definition: ReferenceDefinition; readonly file: string }> {
  const { file, content } = await loadPipeline(name);
  if (!("maps" in content)) {
    throw new TypeError(`Cannot use "${file}" with maps as it has no export "maps": visa.ts has one`);
  }
  try {
    return { definition: parseReference(content.maps), file };
  } catch (cause) {
    throw new TypeError(`Cannot use the pipeline file "${file}"`, { cause });
  }
}
