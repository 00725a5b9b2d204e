/** How far features move by changes of the whole picture, and by a slight local defect. @module */
import type { Backbone } from "../backbone/backbone.ts";
import { type Image, image as imageOf } from "../../domain.ts";
import { buildModel } from "../../engine/graph/model.ts";
import { input } from "../../engine/graph/value.ts";
import type { Value } from "../../engine/graph/value.ts";
import { changeLight } from "../../picture/change/light.ts";
import type { Size } from "../../picture/image/resize.ts";
import type { Runtime } from "../../engine/session/runtime.ts";
import { seededRandom } from "../../base/tensor/random.ts";
import type { Random } from "../../base/tensor/random.ts";
import { concat, rows } from "../../base/tensor/tensor.ts";
import { augment, AUGMENTATIONS } from "../../picture/change/augment.ts";
import { encoderOf } from "./encoder.ts";
import { NEGATIVES } from "./views.ts";
import type { Negative } from "./views.ts";

/** Cosine distances (1 − cos, 0 to 2) from each picture to its changed version, in the order of the pictures. */
export interface Distances {
  /** After a weak change of the whole, as training has them: crop, mirror, colours. */
  readonly whole: readonly number[];
  /** After a really slight one, as between two photographs of the same part: see {@linkcode changeSlightly}. */
  readonly slight: readonly number[];
  /** With a local defect. */
  readonly local: readonly number[];
}

/** A picture and its changed versions. */
export interface ChangedPictures {
  /** As it is. */
  readonly picture: Image;
  /** Changed as a whole. */
  readonly whole: Image;
  /** Changed a little. */
  readonly slight: Image;
  /** Changed in one place. */
  readonly local: Image;
}

/** How many pixels a picture is shifted at most, and how much its light changes. */
const [SHIFT, LIGHT] = [2, 0.03];

/**
 * A picture that is shifted by one or two pixels along each side, its border repeated, in a light that is up to 3 % darker or
 * brighter.
 *
 * @param pixels three planes, 0 to 1; not changed
 * @returns new planes, 0 to 1
 *
 * ```ts
 * import { seededRandom } from "../../base/tensor/random.ts";
 * import { changeSlightly } from "./sensitivity.ts";
 * const [first] = changeSlightly(new Float32Array(768).fill(0.5), { height: 16, width: 16 }, seededRandom(0));
 * console.assert(Math.abs(first - 0.5) <= 0.015 + 1e-6);
 * ```
 */
export function changeSlightly(
  pixels: Float32Array,
  { height, width }: Size,
  random: Random,
): Float32Array<ArrayBuffer> {
  const draw = () => (random.uniform() < 0.5 ? -1 : 1) * (1 + random.below(SHIFT));
  const [down, across] = [draw(), draw()];
  const within = (at: number, length: number) => Math.min(length - 1, Math.max(0, at));
  const out = new Float32Array(pixels.length);
  for (let row = 0; row < 3 * height; row++) {
    const from = (Math.floor(row / height) * height + within(row % height - down, height)) * width;
    for (let x = 0; x < width; x++) out[row * width + x] = pixels[from + within(x - across, width)];
  }
  return changeLight(out, "brightness", 1 + LIGHT * (2 * random.uniform() - 1));
}

/**
 * Changes pictures: the whole by a weak augmentation and by {@linkcode changeSlightly}, and one place by SmoothBlend or
 * CutPaste.
 *
 * @param image f32[N,3,H,W] of 0 to 1
 */
export function changePictures(image: Image, negative: Negative, seed: number): ChangedPictures {
  const [count, , height, width] = image.shape as readonly number[];
  const [random, size] = [seededRandom(seed), { height, width }];
  const changed = (of: (pixels: Float32Array) => Float32Array) => {
    const data = new Float32Array(image.data.length);
    const area = 3 * height * width;
    for (let n = 0; n < count; n++) data.set(of(image.data.subarray(n * area, (n + 1) * area)), n * area);
    return imageOf([count, 3, height, width], data);
  };
  return {
    picture: image,
    whole: changed((pixels) => augment(pixels, size, AUGMENTATIONS.weak, random)),
    local: changed((pixels) => NEGATIVES[negative](pixels, size, random).pixels),
    slight: changed((pixels) => changeSlightly(pixels, size, random)),
  };
}

/**
 * Distances in the space of a backbone's averaged features, with its running statistics.
 *
 * @throws {SyntaxError} where the backbone has an operator that cannot be trained
 *
 * ```ts
 * import { embeddedBackbone } from "../backbone/embedded.ts";
 * import { openRuntime } from "../../engine/session/runtime.ts";
 * import { image } from "../../domain.ts";
 * import { changePictures, featureDistances } from "./sensitivity.ts";
 * const grey = new Float32Array(3 * 64 * 64).map((_, i) => (i % 64) / 64);
 * const slope = image([1, 3, 64, 64], grey);
 * const { local } = await featureDistances(
 *   await openRuntime(),
 *   await embeddedBackbone(),
 *   changePictures(slope, "smoothblend", 0),
 * );
 * console.assert(local[0] > 0 && local[0] < 1);
 * ```
 */
export async function featureDistances(
  runtime: Runtime,
  backbone: Backbone,
  { picture, whole, slight, local }: ChangedPictures,
): Promise<Distances> {
  const [count, , height, width] = picture.shape as readonly number[];
  const shape = ["N", 3, height, width] as const;
  const image = input("image", "f32", shape) as Value<"f32">;
  const pooled = encoderOf(backbone, shape)(image);
  const session = await runtime.open(buildModel({ inputs: [image], outputs: { pooled } }), backbone.name);
  const distances: { [Kind in keyof Distances]: number[] } = { whole: [], slight: [], local: [] };
  try {
    for (let n = 0; n < count; n++) {
      // Four at a time: the memory does not grow with the pictures.
      const some = concat([picture, whole, slight, local].map((each) => rows(each, n, n + 1)));
      const { data } = (await session.run({ image: some })).pooled;
      const width = data.length / 4;
      const [x, ...others] = [0, 1, 2, 3].map((i) =>
        Float64Array.from(data.subarray(i * width, (i + 1) * width) as Float32Array)
      );
      (["whole", "slight", "local"] as const).forEach((kind, i) => distances[kind].push(cosineDistance(x, others[i])));
    }
  } finally {
    await session.release();
  }
  return distances;
}

function cosineDistance(a: Float64Array, b: Float64Array): number {
  const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  return 1 - dot(a, b) / Math.sqrt(Math.max(dot(a, a) * dot(b, b), Number.MIN_VALUE));
}
