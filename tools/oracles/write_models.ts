/**
 * Writes ONNX files of all that graphs are made of, for `check_models.py`: cases of every operator with literal and with
 * free sizes, their gradients, compositions, the networks, and steps of training.
 *
 *     deno run --allow-read --allow-write --allow-env --allow-sys --allow-ffi tools/oracles/write_models.ts FOLDER
 * @module
 */
import fc from "fast-check";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { embeddedBackbone } from "../../lib/method/backbone/embedded.ts";
import { ARCHITECTURES, makeBackbone } from "../../lib/method/backbone/make_file.ts";
import { resNet, RESNETS } from "../../lib/method/backbone/resnet.ts";
import { withBatchStatistics } from "../../lib/engine/graph/batch_statistics.ts";
import { binaryCrossEntropy, globalAverage, linear } from "../../lib/engine/graph/compose.ts";
import { gradients } from "../../lib/engine/graph/gradients/differentiate.ts";
import { buildModel } from "../../lib/engine/graph/model.ts";
import { add, reduceMean, reduceSum } from "../../lib/engine/graph/ops.ts";
import { input } from "../../lib/engine/graph/value.ts";
import type { Value } from "../../lib/engine/graph/value.ts";
import { drawWeights, fanUniform, weightsBehind } from "../../lib/engine/graph/weights.ts";
import { seededRandom } from "../../lib/base/tensor/random.ts";
import { adam, sgd } from "../../lib/engine/train/optimiser.ts";
import type { Optimiser } from "../../lib/engine/train/optimiser.ts";
import { buildStep } from "../../lib/engine/train/step.ts";
import { evaluate } from "../../tests/engine/graph/case.ts";
import type { Case } from "../../tests/engine/graph/case.ts";
import { CASES } from "../../tests/engine/graph/cases.ts";
import { COMPOSED } from "../../tests/engine/graph/cases_compose.ts";

/** Cases of an operator. */
const EACH = 12;
const isFloat = ({ dtype }: Value) => dtype === "f32" || dtype === "f64";

/** The graph of a case; with numbers for sizes, also that of the gradients of the sum of its float outputs. */
function modelsOf(given: Case): Record<string, Uint8Array> {
  const valuesOf = (named: boolean) =>
    given.inputs.map(({ dtype, dims }, i) =>
      input(`x${i}`, dtype, named ? dims : dims.map((dim) => evaluate(dim, given.axes)))
    );
  const modelOf = (inputs: readonly Value[], outputs: readonly Value[]) =>
    buildModel({ inputs, outputs: Object.fromEntries(outputs.map((value, i) => [`y${i}`, value])) });
  const [free, literal] = [valuesOf(true), valuesOf(false)];
  const outputs = given.build(literal);
  const by = literal.filter((value, i) => isFloat(value) && !given.inputs[i].constant);
  const losses = outputs.filter((value, i) => isFloat(value) && !(i > 0 && outputs.length === 3)).map((value) =>
    value.shape.length === 0 ? value : reduceSum(value as Value<"f32">, { axes: value.shape.map((_, axis) => axis) })
  );
  const models = { free: modelOf(free, given.build(free)), literal: modelOf(literal, outputs) };
  if (losses.length === 0 || by.length === 0) return models;
  const loss = losses.reduce((sum, part) => add(sum as Value<"f32">, part as Value<"f32">));
  return { ...models, gradient: modelOf(literal, gradients(loss, by)) };
}

/** A step of ResNet-18 as a classifier of two pictures. */
function trainingStep(optimiser: Optimiser, clipNorm?: number): Uint8Array {
  const image = input("image", "f32", [2, 3, 64, 64]) as Value<"f32">;
  const label = input("label", "f32", [2, 1]) as Value<"f32">;
  const weights = drawWeights(seededRandom(0));
  const pooled = globalAverage(resNet(image, weights, RESNETS.resnet18).layer4);
  const logit = linear(
    pooled,
    weights("fc.weight", [1, 512], fanUniform(512)),
    weights("fc.bias", [1], fanUniform(512)),
  );
  const entropy = reduceMean(binaryCrossEntropy(logit, label), { axes: [0, 1] });
  const { outputs: [loss], updates } = withBatchStatistics([entropy] as const);
  const trained = [...weightsBehind([loss]).values()].filter((weight) => !updates.has(weight));
  const inputs = [image, label];
  return buildStep({ name: "a step", inputs, loss, weights: trained, updates, optimiser, clipNorm }).model;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new TypeError("Cannot write models without a folder: name one");
await mkdir(folder, { recursive: true });
const write = async (name: string, bytes: Uint8Array) => await writeFile(join(folder, `${name}.onnx`), bytes);

for (const [op, cases] of Object.entries({ ...CASES, ...COMPOSED })) {
  for (const [i, given] of fc.sample(cases, { seed: 1, numRuns: EACH }).entries()) {
    for (const [kind, bytes] of Object.entries(modelsOf(given))) {
      await write(`${op.replaceAll(" ", "_")}_${i}_${kind}`, bytes);
    }
  }
}
await write("backbone_embedded", (await embeddedBackbone()).model);
for (const each of ARCHITECTURES) await write(`backbone_${each}`, makeBackbone(each, { seed: 0 }));
await write("training_sgd", trainingStep(sgd({ momentum: 0.9, weightDecay: 1e-4 })));
await write("training_adam_clipped", trainingStep(adam(), 1));
