/** Fitting EfficientAD: its teacher, the training of student and autoencoder, and what its maps are measured by. @module */
import { seededRandom } from "../../../base/tensor/random.ts";
import type { FitContext } from "../../learn/contract.ts";
import type { EfficientAdFitted } from "./apply.ts";
import { placesOf, quantilesOf } from "./calibrate.ts";
import { negatives, penaltyFolder } from "./negatives.ts";
import { LEAST_SIDE } from "./network.ts";
import { LEAST_PICTURES } from "./places.ts";
import type { EfficientAdConfig } from "./settings.ts";
import { trainStudent } from "./student.ts";
import { teacherFor } from "./teacher.ts";

/** The share of the good pictures that are held out of the training, for the quantiles (SegAD, appendix B). */
const HELD_OUT = 0.1;

/** So many of few good pictures are held out where places are measured, a quarter at most. */
const HELD_FOR_PLACES = 20;

/**
 * See `efficientAd`.
 *
 * @throws {RangeError} for fewer than two pictures, pictures that are too small, or a backbone as the teacher of networks
 *   without padding
 * @throws {TypeError} where the teacher is of another size
 * @throws {Error} where a file that the settings name cannot be read
 */
export async function fitEfficientAd(context: FitContext, config: EfficientAdConfig): Promise<EfficientAdFitted> {
  const { pictures, size, seed } = context;
  if (Math.min(size.height, size.width) < LEAST_SIDE) {
    throw new RangeError(
      `Cannot fit EfficientAD to pictures of ${size.height} × ${size.width} as each side must be at least ${LEAST_SIDE}`,
    );
  }
  if (pictures < 2) throw new RangeError(`Cannot fit EfficientAD to ${pictures} picture as at least 2 are needed`);
  const order = [...seededRandom(seed).permutation(pictures)];
  const least = config.places ? Math.min(HELD_FOR_PLACES, Math.round(pictures / 4)) : 1;
  const heldOut = order.splice(0, Math.max(1, least, Math.round(HELD_OUT * pictures)));
  const others = config.penalty === undefined
    ? negatives(size)
    : await penaltyFolder(config.penalty, size, config.penaltyCrop);
  const teacher = await teacherFor(context, config, order);
  const weights = await trainStudent(context, config, { ...teacher, order, others });
  const { shape, layers, fixed } = teacher;
  const trained = { shape, picture: size, ...layers && { layers }, weights: { ...fixed, ...weights } };
  const quantiles = await quantilesOf(context, trained, heldOut);
  const places = config.places && heldOut.length >= LEAST_PICTURES
    ? await placesOf(context, trained, quantiles, heldOut)
    : {};
  return {
    ...trained,
    weights: { ...trained.weights, ...places },
    quantiles,
    ...config.scored && { scored: config.scored },
  };
}
