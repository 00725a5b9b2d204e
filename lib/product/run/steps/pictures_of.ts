/** Parts of a data set as the pictures of a task. @module */
import type { Source } from "../../experiment/experiment.ts";
import type { Picture } from "./task.ts";
import type { FitWorkspace } from "./workspace.ts";

/**
 * Names pictures with the hashes of what they are made of.
 *
 * @param masks whether their masks count
 */
export async function picturesOf(
  { hashes, masks: hashesOfMasks, segments }: Pick<FitWorkspace, "hashes" | "masks" | "segments">,
  sources: readonly Source[],
  masks = false,
): Promise<Picture[]> {
  return await Promise.all(sources.map(async (source): Promise<Picture> => {
    const mask = masks ? hashesOfMasks.get(source.item.id) : undefined;
    return {
      ...source,
      sha256: hashes.get(source.item.id)!,
      ...mask !== undefined && { mask },
      ...source.defect !== undefined && { segments: await segments.hashOf(source) },
    };
  }));
}
