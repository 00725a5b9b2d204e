/** Segment maps of the pictures of a folder by a segmentation network. @module */
import { IGNORED, type Photo } from "../../domain.ts";
import { checkThreshold } from "../../method/evaluate/decide.ts";
import { readModel } from "../../engine/graph/file/parse.ts";
import { readOnnxFile } from "../../engine/graph/file/read.ts";
import { toImage } from "../../picture/image/image.ts";
import { resizePhoto } from "../../picture/image/resize.ts";
import {
  areLabels,
  levelThreshold,
  networkInput,
  networkLabels,
  outputLayout,
  within,
} from "../../picture/segment/network_labels.ts";
import type { NetworkInput } from "../../picture/segment/network_labels.ts";
import { resizePlane } from "../../picture/segment/plane.ts";
import type { LabelPlane } from "../../picture/segment/plane.ts";
import type { AnyTensor } from "../../engine/session/port.ts";
import type { Runtime } from "../../engine/session/runtime.ts";
import { tensor } from "../../base/tensor/tensor.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import { type Picture, type SegmentWork, writeMaps } from "./segment_pictures.ts";

/** See {@linkcode segmentByModel}. */
export interface ModelSettings {
  readonly model: string;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  /** Of the labels, in their order; segment_1, … where left out. */
  readonly names?: readonly string[];
  /** Above it, a pixel of a network with one channel is segment_2; see {@linkcode levelThreshold} where left out. */
  readonly threshold?: number;
}

/**
 * Maps of a segmentation network, one a picture: the largest of the output's channels; of one channel, where it is above
 * the threshold; or the whole numbers that it gives. Pictures are brought to the size that the network's input is fixed
 * at, or else to the maps' own.
 *
 * @returns the contact sheet's file
 * @throws {TypeError} where input or output are none of those of {@linkcode networkInput} and {@linkcode outputLayout},
 * or names or threshold do not suit them
 * @throws {RangeError} where the output holds a number that is no segment
 */
export async function segmentByModel(
  work: SegmentWork,
  runtime: Runtime,
  { model, mean, std, names: given, threshold }: ModelSettings,
): Promise<string> {
  const action = `Cannot segment with "${model}"`;
  if (threshold !== undefined) checkThreshold(threshold);
  const bytes = await readOnnxFile(model);
  const { inputs: [port, more], outputs: [{ name: wanted }] } = readModel(bytes, model);
  if (port === undefined || more !== undefined) {
    throw new TypeError(`${action} as it must have one input: it has ${more ? "several" : "none"}`);
  }
  const input = told(action, () => networkInput(port, work.side));
  const session = await runtime.open(bytes, model);
  // The same for all pictures, from the first on.
  let kinds: number | undefined;
  let cut = threshold;
  const planeOf = async ({ name, original }: Picture): Promise<LabelPlane> => {
    const { [wanted]: found } = await session.run({ [port.name]: toInput(original, input, mean, std) }, [wanted]);
    return told(`Cannot segment "${name}" with "${model}"`, () => {
      const layout = outputLayout(found, input);
      if (layout.kind !== "labels") kinds ??= Math.max(2, layout.channels);
      if (kinds !== undefined && given && given.length !== kinds) {
        throw new TypeError(`it tells ${kinds} segments apart and ${given.length} names are given`);
      }
      if (layout.kind !== "level") {
        if (threshold === undefined) return networkLabels(found, layout, 0);
        throw new TypeError(`--threshold is for an output of one channel of scores: it gives ${layout.kind}`);
      }
      if (threshold === undefined && areLabels(found.data)) {
        throw new TypeError("its output of one channel holds labels as floats: let it give whole numbers (i64)");
      }
      if (cut === undefined) cut = levelThreshold(found.data);
      else if (threshold === undefined && cut === 0.5 && !within(found.data)) {
        throw new RangeError("its output is not from 0 to 1, as that of pictures before: name a --threshold");
      }
      return networkLabels(found, layout, cut);
    });
  };
  const size = { height: work.side, width: work.side };
  try {
    return await writeMaps(
      work,
      namesOf,
      "Segment with the model",
      async (picture) => resizePlane(await planeOf(picture), size),
    );
  } finally {
    await session.release();
  }

  function namesOf(pixels: readonly number[]): readonly string[] {
    const count = kinds ?? pixels.findLastIndex((count) => count > 0) + 1;
    if (given && given.length < count) {
      throw new TypeError(`${action} as it gives ${count} labels and ${given.length} names are given`);
    }
    if (count < 2 && !given) {
      throw new RangeError(`${action} as it gives no label but 0 and ${IGNORED}, which is ignored`);
    }
    return given ?? Array.from({ length: count }, (_, i) => `segment_${i + 1}`);
  }
}

/** A picture as the network wants it. */
function toInput(
  photo: Photo<Dim, Dim>,
  { height, width, channelsLast }: NetworkInput,
  mean: readonly number[],
  std: readonly number[],
): AnyTensor {
  const planes = toImage([resizePhoto(photo, { height, width })]).data;
  const area = height * width;
  const data = new Float32Array(planes.length);
  for (let c = 0; c < 3; c++) {
    for (let p = 0; p < area; p++) {
      data[channelsLast ? 3 * p + c : c * area + p] = (planes[c * area + p] - mean[c]) / std[c];
    }
  }
  return channelsLast ? tensor("f32", [1, height, width, 3], data) : tensor("f32", [1, 3, height, width], data);
}

/** Does something; what it throws says first what could not be done. */
function told<T>(action: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TypeError) throw new TypeError(`${action} as ${error.message}`, { cause: error });
    if (error instanceof RangeError) throw new RangeError(`${action} as ${error.message}`, { cause: error });
    throw error;
  }
}
