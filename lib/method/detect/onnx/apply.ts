/** A model from elsewhere that was taken in: from its file to maps and scores. @module */
import { type } from "arktype";
import { concat, rows } from "../../../base/tensor/tensor.ts";
import { distance, gridMap } from "../../../domain.ts";
import type { AnyTensor } from "../../../engine/session/port.ts";
import type { ConfigSchema } from "../../learn/config.ts";
import type { ApplyContext } from "../../learn/contract.ts";
import { packFitted, unpackFitted } from "../../learn/fitted_file.ts";
import type { AppliedDetector, Detection, FittedDetector } from "../contract.ts";

/** A model that was taken in: plain data. */
export interface OnnxFitted {
  /** With the normalisation in front. */
  readonly model: Uint8Array;
  readonly map: string;
  readonly score?: string;
  /** Of the file, as errors call it. */
  readonly name?: string;
}

const settingsSchema: ConfigSchema<Omit<OnnxFitted, "model">> = type({
  "+": "reject",
  map: "string",
  "score?": "string",
  "name?": "string",
});

/** What was taken in, as a file and as a detector. */
export const fittedOnnx: FittedDetector<OnnxFitted> = {
  name: "onnx",
  title: "ONNX model",
  apply,
  pack: ({ model, map, score, name }) =>
    packFitted("onnx", {
      settings: { map, ...score !== undefined && { score }, ...name !== undefined && { name } },
      tensors: { model: { dtype: "u8", shape: [model.length], data: model } },
    }),
  unpack(bytes) {
    const { settings, tensors } = unpackFitted("onnx", bytes, settingsSchema, { model: ["u8", 1] });
    return { ...settings, model: tensors.model.data };
  },
};

async function apply({ runtime }: ApplyContext, fitted: OnnxFitted): Promise<AppliedDetector> {
  const { model, map, score, name = "ONNX model" } = fitted;
  const session = await runtime.open(model, name);
  const [image] = session.inputs;
  const fetches = score === undefined ? [map] : [map, score];
  // Some files are made for one picture at a time.
  const single = image.shape[0] === 1;
  return {
    async detect({ image: seen }) {
      const count = seen.shape[0];
      const parts: Detection[] = [];
      for (let from = 0; from < count; from += single ? 1 : count) {
        const some = single ? rows(seen, from, from + 1) : seen;
        const found = await session.run({ [image.name]: some }, fetches);
        parts.push(toDetection(name, some.shape[0], found[map], score === undefined ? undefined : found[score]));
      }
      return parts.length === 1
        ? parts[0]
        : { map: concat(parts.map((part) => part.map)), score: concat(parts.map((part) => part.score)) };
    },
    release: () => session.release(),
  };
}

function toDetection(name: string, count: number, map: AnyTensor, score: AnyTensor | undefined): Detection {
  const [height, width] = map.shape.slice(-2).map(Number);
  const data = map.data as Float32Array;
  const area = height * width;
  if (data.length !== count * area || (score && score.data.length !== count)) {
    throw new TypeError(
      `Cannot use the outputs of "${name}" as there must be one map and one score a picture: for ${count} ` +
        `pictures they are [${map.shape.join(",")}]${score ? ` and [${score.shape.join(",")}]` : ""}`,
    );
  }
  const most = (n: number) =>
    data.subarray(n * area, (n + 1) * area).reduce((best, value) => Math.max(best, value), -Infinity);
  const scores = score ? score.data as Float32Array : Float32Array.from({ length: count }, (_, n) => most(n));
  return {
    map: gridMap([count, 1, height, width], data),
    score: distance([count], scores),
  };
}
