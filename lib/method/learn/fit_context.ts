/** Making what a fit is given. @module */
import { labels } from "../../domain.ts";
import type { FitContext, LabelledContext, Observation, TrainingPictures } from "./contract.ts";
import { joinObservations, observationAt } from "./observation.ts";

/** What {@linkcode fitContext} makes a context of. */
export interface FitInputs
  extends
    Pick<FitContext, "runtime" | "backbone" | "layers" | "size" | "seed" | "checkpoint" | "onProgress" | "signal"> {
  /** What the pictures are called in their data set, one a picture. */
  readonly ids: readonly string[];
  /** The pictures, in the order of their names. */
  readonly source: TrainingPictures;
  /**
   * The mask of a picture by number, u8[H·W], 1 where it is bad; undefined for a good part. Left out for what learns from
   * no masks.
   */
  mask?(index: number): Promise<Uint8Array | undefined>;
}

/** What a fit on labelled pictures is made of. */
export interface LabelledInputs extends FitInputs {
  /** 1 for a bad picture, 0 for a good one; one a picture. */
  readonly labels: readonly (0 | 1)[];
}

/**
 * The context of a fit.
 *
 * @throws {RangeError} where there is not one label a picture
 */
export function fitContext(inputs: LabelledInputs): LabelledContext;
/** {@linkcode fitContext} without labels. */
export function fitContext(inputs: FitInputs): FitContext;
export function fitContext(inputs: FitInputs & { readonly labels?: LabelledInputs["labels"] }): FitContext {
  const { source, mask, labels, ...rest } = inputs;
  const pictures = inputs.ids.length;
  if (labels && labels.length !== pictures) {
    throw new RangeError(`Cannot fit on ${pictures} pictures with ${labels.length} labels as each must have one`);
  }
  return {
    ...rest,
    pictures,
    ...labels && { labels },
    ...mask && { masks: rememberMasks(mask, inputs.size) },
    batches: () => source.batches(),
    take: (indices) => source.take(indices),
  };
}

/** Masks by number; each is asked for once. Good parts share their empty one. */
function rememberMasks(
  mask: NonNullable<FitInputs["mask"]>,
  { height, width }: FitContext["size"],
): NonNullable<FitContext["masks"]> {
  const pixels = height * width;
  const none = new Uint8Array(pixels);
  const kept = new Map<number, Promise<Uint8Array>>();
  return async (indices) => {
    const data = new Uint8Array(indices.length * pixels);
    for (const [i, index] of indices.entries()) {
      let found = kept.get(index);
      if (!found) kept.set(index, found = mask(index).then((read) => read ?? none));
      data.set(await found, i * pixels);
    }
    return labels([indices.length, height, width], data);
  };
}

/**
 * Pictures that lie in memory, for a fit.
 *
 * @param all what is seen of them
 * @param batch how many a batch has
 *
 * ```ts
 * import { image as imageOf } from "../../domain.ts";
 * import { picturesInMemory } from "./fit_context.ts";
 * const image = imageOf([3, 3, 8, 8]);
 * const { image: taken } = await picturesInMemory({ image, features: {} }).take([2, 0]);
 * console.assert(taken.shape[0] === 2);
 * ```
 */
export function picturesInMemory(all: Observation, batch = 8): TrainingPictures {
  const count = all.image.shape[0];
  const some = (indices: readonly number[]) => joinObservations(indices.map((n) => observationAt(all, n)));
  return {
    async *batches() {
      for (let from = 0; from < count; from += batch) {
        yield await Promise.resolve(
          some(Array.from({ length: Math.min(batch, count - from) }, (_, i) => from + i)),
        );
      }
    },
    take: (indices) => Promise.resolve(some(indices)),
  };
}
