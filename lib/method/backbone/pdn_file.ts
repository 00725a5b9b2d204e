/** Patch description networks as ONNX files: backbones of one layer, and teachers for EfficientAD. @module */
import { type Type, type } from "arktype";
import { importModel } from "../../engine/graph/file/import.ts";
import { buildModel } from "../../engine/graph/model.ts";
import { readModel } from "../../engine/graph/file/parse.ts";
import { input } from "../../engine/graph/value.ts";
import type { Literal } from "../../engine/graph/value.ts";
import { storedWeights, weightData, weightsBehind } from "../../engine/graph/weights.ts";
import { BACKBONE_FACTS } from "./metadata.ts";
import { pdn } from "./pdn.ts";
import type { PdnShape } from "./pdn.ts";

/** A patch description network and its weights, by anomalib's names. */
export interface PdnWeights {
  /** Of the network. */
  readonly shape: PdnShape;
  /** Its arrays by name. */
  readonly weights: Readonly<Record<string, Literal<"f32">>>;
}

/** The name of the network's layer in a file. */
const LAYER = "features";
const PDN_FACTS = "segad.pdn";

const shapeSchema: Type<PdnShape> = type({
  "+": "reject",
  size: "'small' | 'medium' | 'far'",
  width: "0 < number <= 4",
  channels: "number.integer >= 1",
  padding: "boolean",
});

/**
 * The ONNX file of a network. With padding it serves as a backbone as well: one layer, `features`, of stride 4.
 *
 * @throws {TypeError} where weights are missing or do not fit the shape
 */
export function writePdn({ shape, weights }: PdnWeights, name = `pdn_${shape.size}`): Uint8Array<ArrayBuffer> {
  const image = input("image", "f32", ["N", 3, "H", "W"]);
  // The network normalises by itself.
  const facts = { layers: [LAYER], mean: [0, 0, 0], std: [1, 1, 1] };
  return buildModel({
    inputs: [image],
    outputs: { [LAYER]: pdn(image, storedWeights(weights, name), shape) },
    name,
    metadata: {
      [PDN_FACTS]: JSON.stringify(shape),
      ...shape.padding && { [BACKBONE_FACTS]: JSON.stringify(facts) },
    },
  });
}

/**
 * Reads what {@linkcode writePdn} wrote.
 *
 * @param name the name of the file, for messages
 * @throws {SyntaxError} where the bytes are no such file
 *
 * ```ts
 * import { drawWeights, weightData, weightsBehind } from "../../engine/graph/weights.ts";
 * import { input } from "../../engine/graph/value.ts";
 * import { seededRandom } from "../../base/tensor/random.ts";
 * import { pdn } from "./pdn.ts";
 * import { readPdn, writePdn } from "./pdn_file.ts";
 * const shape = { size: "small", width: 0.125, channels: 8, padding: true } as const;
 * const made = pdn(input("image", "f32", [1, 3, 64, 64]), drawWeights(seededRandom(0)), shape);
 * const weights = Object.fromEntries([...weightsBehind([made])].map(([name, w]) => [name, weightData(w)]));
 * console.assert(readPdn(writePdn({ shape, weights }), "pdn.onnx").shape.channels === 8);
 * ```
 */
export function readPdn(bytes: Uint8Array, name: string): PdnWeights {
  const shape = type("string.json.parse").to(shapeSchema)(readModel(bytes, name).metadata[PDN_FACTS] ?? "");
  if (shape instanceof type.errors) {
    throw new SyntaxError(`Cannot read "${name}" as a patch description network as its metadata does not say so`);
  }
  const { outputs } = importModel(bytes, name, { outputs: [LAYER], shape: [1, 3, 64, 64] });
  const found = [...weightsBehind(outputs)].filter(([weight]) => /^conv\d\.(weight|bias)$/.test(weight));
  const weights = Object.fromEntries(found.map(([weight, value]) => [weight, weightData(value)]));
  try {
    pdn(input("image", "f32", [1, 3, 64, 64]), storedWeights(weights, name), shape);
  } catch (cause) {
    throw new SyntaxError(`Cannot read "${name}" as a patch description network: its weights do not fit`, { cause });
  }
  return { shape, weights };
}
