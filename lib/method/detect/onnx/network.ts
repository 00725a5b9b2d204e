/** A model from elsewhere with the ports of a detector. @module */
import { readModel } from "../../../engine/graph/file/parse.ts";
import { linkModels } from "../../../engine/graph/file/link.ts";
import { buildModel } from "../../../engine/graph/model.ts";
import { reduceMax, reshape } from "../../../engine/graph/ops.ts";
import { input } from "../../../engine/graph/value.ts";
import type { Network } from "../../learn/contract.ts";
import type { OnnxFitted } from "./apply.ts";

/**
 * The model with its map as f32[N,1,h,w] and its score as f32[N]: its own, or the largest of the map.
 *
 * @throws {TypeError} where the file does not say how large its map is
 */
export function onnxNetwork({ model, map, score, name = "ONNX model" }: OnnxFitted): Network {
  const { inputs: [image], outputs } = readModel(model, name);
  const port = outputs.find((one) => one.name === map);
  const sides = port?.shape.slice(-2) ?? [];
  const [height, width] = sides.map(Number);
  if (!port || ![height, width].every((side) => Number.isInteger(side))) {
    throw new TypeError(
      `Cannot export "${name}" as its file must say how large its map "${map}" is: it says [${port?.shape.join(",")}]`,
    );
  }
  const N = image.shape[0] === 1 ? 1 : "N";
  const found = input("found", "f32", port.shape.length === 3 ? [N, height, width] : [N, 1, height, width]);
  const shaped = reshape(found, [N, 1, height, width]);
  const own = outputs.find((one) => one.name === score);
  const given = own && input("given", "f32", own.shape.length === 2 ? [N, 1] : [N]);
  const ports = buildModel({
    inputs: given ? [found, given] : [found],
    outputs: { map: shaped, score: given ? reshape(given, [N]) : reduceMax(shaped, { axes: [1, 2, 3] }) },
  });
  return {
    model: linkModels({
      name,
      inputs: { image: { dtype: "f32", shape: [N, ...image.shape.slice(1)] } },
      parts: [
        { name: "model", model, inputs: { [image.name]: "image" } },
        { name: "ports", model: ports, inputs: { found: `model/${map}`, ...given && { given: `model/${score}` } } },
      ],
      outputs: { map: "ports/map", score: "ports/score" },
    }),
    outputs: ["map", "score"],
  };
}
