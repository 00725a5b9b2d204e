/** Maps of the pictures of a fit by fits that did not see them: folds, for any detector. @module */
import { BATCH } from "../backbone/backbone.ts";
import type { FitContext, Observation } from "../learn/contract.ts";
import type { Detection, Detector } from "./contract.ts";

/** What is found in some pictures of the fit. */
export interface FoldedDetection {
  /** Their numbers in the order of the fit. */
  readonly numbers: readonly number[];
  readonly detection: Detection;
}

/**
 * Fits a detector once for each fold on the pictures of all others and judges the fold's pictures with it. Each picture is
 * judged once, by a detector that has seen none of its fold: pictures of one part belong into one fold.
 *
 * A detector with `leftOut` has no need of it, and learns from all pictures but one instead of all but a fold.
 *
 * @param context of a fit on all pictures; its checkpoint is used for each fold in turn, under a name of the fold's own
 * @param folds the fold of each picture, whole numbers from 0
 * @throws {RangeError} where there is not one fold a picture, or fewer than two folds
 * @throws what fitting throws
 */
export async function* foldedMaps<Config, Fitted>(
  detector: Pick<Detector<Config, Fitted>, "title" | "fit" | "apply">,
  context: FitContext,
  config: Config,
  folds: ArrayLike<number>,
): AsyncGenerator<FoldedDetection> {
  const numbers = Array.from({ length: context.pictures }, (_, i) => i);
  const names = [...new Set(Array.from(folds))].sort((a, b) => a - b);
  if (folds.length !== context.pictures || names.length < 2) {
    throw new RangeError(
      `Cannot fold the pictures of ${detector.title} as there must be a fold for each, and at least two: ` +
        `there are ${names.length} in ${folds.length} numbers for ${context.pictures} pictures`,
    );
  }
  for (const [round, fold] of names.entries()) {
    const seen = numbers.filter((i) => folds[i] !== fold);
    const fitted = await detector.fit(some(context, seen, { round, rounds: names.length }), config);
    const applied = await detector.apply(context, fitted);
    try {
      for await (const { part, pictures } of taken(context, numbers.filter((i) => folds[i] === fold))) {
        context.signal?.throwIfAborted();
        yield { numbers: part, detection: await applied.detect(pictures) };
      }
    } finally {
      await applied.release();
    }
  }
}

/** A fit on some of the pictures. */
function some(
  context: FitContext,
  numbers: readonly number[],
  { round, rounds }: { readonly round: number; readonly rounds: number },
): FitContext {
  const { onProgress, checkpoint, ids, masks } = context;
  return {
    ...context,
    pictures: numbers.length,
    ...ids && { ids: numbers.map((i) => ids[i]) },
    ...checkpoint !== undefined && { checkpoint: `${checkpoint}.fold${round}` },
    async *batches() {
      for await (const { pictures } of taken(context, numbers)) yield pictures;
    },
    ...masks && { masks: (indices: readonly number[]) => masks(indices.map((i) => numbers[i])) },
    take: (indices) => context.take(indices.map((i) => numbers[i])),
    onProgress: onProgress &&
      ((done, total, what, note) => onProgress(round * total + done, rounds * total, what, note)),
  };
}

async function* taken(
  context: FitContext,
  numbers: readonly number[],
): AsyncGenerator<{ readonly part: readonly number[]; readonly pictures: Observation }> {
  for (let from = 0; from < numbers.length; from += BATCH) {
    const part = numbers.slice(from, from + BATCH);
    yield { part, pictures: await context.take(part) };
  }
}
