/** A closer look at scored pictures: their drawings, and lines with all that a verdict is made of. @module */
import { existsSync } from "node:fs";
import { checkApart } from "../../base/io/apart.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { listFiles } from "../../product/model/score_files.ts";
import type { PictureScore } from "../../product/model/score_loaded.ts";
import type { Scorer } from "../../product/model/scorer.ts";
import { drawOverlay } from "../../product/verdict/overlay.ts";
import { overlayFiles } from "../../product/verdict/overlay_files.ts";
import { structureVerdict } from "../../product/verdict/structured.ts";

/** What is made of scored pictures beside a line of CSV. */
export interface ScoredPictures {
  /** Draws a picture into its file, where drawings are wanted and it could be scored. */
  draw(result: PictureScore, scorer: Pick<Scorer, "goodParts">): Promise<void>;
  /** A line of JSON with the structured verdict; undefined where the picture could not be scored. */
  line(result: PictureScore, scorer: Pick<Scorer, "threshold" | "review" | "goodParts">): string | undefined;
}

/**
 * Opens what makes drawings and lines.
 *
 * @param overlays the folder of the drawings; none are made where it is left out
 * @throws {Error} where a drawing would take the place of a picture, lie in an input, or of another one
 */
export async function openScoredPictures(
  overlays: string | undefined,
  { paths, inputs }: { readonly paths: readonly string[]; readonly inputs: readonly string[] },
): Promise<ScoredPictures> {
  const files = overlays === undefined ? new Map<string, string>() : await checkedFiles(overlays, paths, inputs);
  return {
    async draw(result, { goodParts }) {
      const file = files.get(result.file);
      if (file === undefined || result.error !== undefined || !result.closer) return;
      const { details, photo } = result.closer;
      await writeFileAtomic(
        file,
        await drawOverlay({ decision: result.decision, details }, photo, { ranges: goodParts?.ranges }),
      );
    },
    line(result, scorer) {
      if (result.error !== undefined || !result.closer) return undefined;
      const { closer: { details, photo, size }, file, score, decision, reason } = result;
      return JSON.stringify(
        structureVerdict(file, { verdict: { score, decision, reason, details }, photo, size }, scorer),
      );
    },
  };
}

async function checkedFiles(
  overlays: string,
  paths: readonly string[],
  inputs: readonly string[],
): Promise<Map<string, string>> {
  const pictures = await listFiles(paths);
  await checkApart([{ path: overlays, option: "--overlays" }], inputs);
  const files = overlayFiles(overlays, pictures);
  const there = [...files.values()].filter((path) => existsSync(path));
  // What is not there yet is no picture, so that thousands need not be looked at.
  if (there.length > 0) await checkApart(there.map((path) => ({ path, option: "--overlays" })), pictures);
  return files;
}
