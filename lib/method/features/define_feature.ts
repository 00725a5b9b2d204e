/** A user's own feature of the pixels of a segment. @module */
import { type Features, features as featuresOf } from "../../domain.ts";
import { orderOf } from "../stats/order.ts";
import { type FeatureContext, isWord } from "./columns.ts";
import { checkFinite, checkInputs, type FeatureInputs, type FeatureSet } from "./feature_set.ts";

/** What may be said about a feature besides its function. */
export interface FeatureOptions {
  /** Changes with the values that the function captures. */
  readonly version?: string;
}

/**
 * A feature set from a function of one map's pixels in one segment: one column, or one for each of several names, for
 * every segment and detector (`solder_dots.patchcore.p90`). NaN is "missing". A segment without pixels gives 0 and the
 * function is not asked, as with the paper's statistics.
 *
 * The identity, by which caches tell features apart, is made of the names, the function's source text and `version`. A
 * value that the function captures is not in its text: such a function must be given a version that changes with it.
 *
 * @param names letters, digits and underscores
 * @param of gets f32 pixels in raster order, its own copy; must give the same numbers for the same pixels
 * @param options.version any text; another one makes another identity
 * @throws {TypeError} when made: where a name does not fit; when used: where there is not one number a name, or maps and
 * names do not fit together
 * @throws {RangeError} when used: where a map holds NaN or an infinity, or a number is infinite
 *
 * ```ts
 * import { defineFeature } from "./define_feature.ts";
 * const p90 = defineFeature("p90", (pixels) => pixels.sort()[Math.floor(0.9 * (pixels.length - 1))]);
 * console.assert(p90.columns({ detectors: ["padim"], segments: ["wire"] }).join() === "wire.padim.p90");
 * const limit = 12.5;
 * const area = defineFeature("area", (pixels) => pixels.filter((pixel) => pixel > limit).length, { version: `${limit}` });
 * console.assert(area.identity.includes("12.5"));
 * ```
 */
export function defineFeature(
  names: string,
  of: (pixels: Float32Array) => number,
  options?: FeatureOptions,
): FeatureSet;
/** {@linkcode defineFeature} of several columns at once. */
export function defineFeature(
  names: readonly string[],
  of: (pixels: Float32Array) => readonly number[],
  options?: FeatureOptions,
): FeatureSet;
export function defineFeature(
  names: string | readonly string[],
  of: (pixels: Float32Array) => number | readonly number[],
  { version }: FeatureOptions = {},
): FeatureSet {
  const each = typeof names === "string" ? [names] : [...names];
  const name = each.join("_");
  const odd = each.find((word) => !isWord(word));
  if (odd !== undefined || each.length === 0) {
    throw new TypeError(`Cannot define feature "${odd ?? ""}" as its name must be letters, digits and underscores`);
  }

  function columns({ segments, detectors }: FeatureContext): string[] {
    return segments.flatMap((segment) =>
      detectors.flatMap((detector) => each.map((word) => `${segment}.${detector}.${word}`))
    );
  }

  function compute(inputs: FeatureInputs, context: FeatureContext): Features {
    const { N, H, W } = checkInputs(inputs, context);
    checkFinite(inputs, context);
    const [K, L, pixels] = [context.detectors.length, context.segments.length, H * W];
    const { labels } = inputs.segmentMap;
    const features = featuresOf([N, L * K * each.length]);
    let at = 0;
    for (let n = 0; n < N; n++) {
      const { order, starts } = orderOf(labels, n, L);
      for (let l = 0; l < L; l++) {
        const places = order.subarray(starts[l], starts[l + 1]);
        for (let k = 0; k < K; k++, at += each.length) {
          if (places.length === 0) continue;
          const map = (n * K + k) * pixels;
          const some = Float32Array.from(places, (place) => inputs.maps.data[map + place]);
          const numbers = [of(some)].flat();
          checkNumbers(numbers, `${context.segments[l]}.${context.detectors[k]}`, n);
          features.data.set(numbers, at);
        }
      }
    }
    return features;
  }

  function checkNumbers(numbers: readonly number[], where: string, picture: number): void {
    const action = `Cannot compute feature "${name}" of ${where} for picture ${picture} of the batch`;
    if (numbers.length !== each.length || !numbers.every((value) => typeof value === "number")) {
      throw new TypeError(`${action} as it must be ${each.length} numbers: it is [${numbers.join(", ")}]`);
    }
    const infinite = numbers.find((value) => Math.abs(Math.fround(value)) === Infinity);
    if (infinite !== undefined) {
      throw new RangeError(`${action} as it must be a float32 number, or NaN for "missing": it is ${infinite}`);
    }
  }

  // JSON, so that no version can look like a part of a function's text. Functions without one keep their identity.
  const identity = version === undefined ? `${name}:${of}` : `${name}@${JSON.stringify(version)}:${of}`;
  return { name, identity, columns, compute };
}
