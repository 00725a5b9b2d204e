/** Judging past parts by a candidate that sees pictures otherwise than what has judged them. @module */
import type { Reporter } from "../../../base/text/progress.ts";
import { describeError } from "../../../base/text/describe_error.ts";
import { openScorer, type ScorerOptions } from "../../../product/model/scorer.ts";
import { comparedParts, saidBy } from "../../../product/station/compare.ts";
import { readPicture } from "../../../product/station/pictures.ts";
import { keepRescored } from "../../../product/station/seen.ts";
import { findProject } from "../../../product/station/projects.ts";
import type { Station } from "../../../product/station/station.ts";
import { findVersion } from "../../../product/station/versions.ts";

/** Which version. */
export interface RescoreSpec {
  readonly version: number;
}

/** Parts of the line come first: while any waits, none of the past is judged. */
const POLITE_MS = 20;

/** Judges what a candidate, or the active version, has not judged of the parts that they are compared on. */
export async function rescore(
  { station, model, busy }: {
    readonly station: Station;
    readonly model: ScorerOptions;
    readonly busy: () => boolean;
  },
  { version: id }: RescoreSpec,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const candidate = findVersion(station, id);
  const { active } = findProject(station, candidate.project);
  for (const version of [candidate, ...active === null || active === id ? [] : [findVersion(station, active)]]) {
    const parts = comparedParts(station, version.project);
    const said = await saidBy(station, version, parts);
    const open = parts.filter((part) => !said.has(part.id));
    if (open.length === 0) continue;
    const scorer = await openScorer(version.run, model);
    try {
      for (const [i, { id: part, name, sha256 }] of open.entries()) {
        signal.throwIfAborted();
        while (busy()) await new Promise((resolve) => setTimeout(resolve, POLITE_MS));
        try {
          const photo = await scorer.read(await readPicture(station, sha256));
          const [{ score }] = await scorer.score([{ id: name, photo }]);
          keepRescored(station, version.id, part, score);
        } catch (error) {
          reporter.warn(describeError(error));
        }
        reporter.progress({ step: `Judge past parts by version ${version.number}`, done: i + 1, total: open.length });
      }
    } finally {
      await scorer.close();
    }
  }
}
