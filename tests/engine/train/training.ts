/** A small training, the same as in tools/oracles/train.py. @module */
import { add, matMul, mul, reduceMean, sub, tanh } from "../../../lib/engine/graph/ops.ts";
import { input, literal } from "../../../lib/engine/graph/value.ts";
import type { Value } from "../../../lib/engine/graph/value.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import type { Optimiser } from "../../../lib/engine/train/optimiser.ts";
import { buildStep } from "../../../lib/engine/train/step.ts";
import type { TrainingStep } from "../../../lib/engine/train/step.ts";
import type { Feeds } from "../../../lib/engine/train/train.ts";

export function wave(shape: readonly number[], phase: number): Float32Array<ArrayBuffer> {
  const count = shape.reduce((product, size) => product * size, 1);
  return Float32Array.from({ length: count }, (_, i) => Math.sin(0.7 * i + phase));
}

export function network(rows = 8): { x: Value<"f32">; y: Value<"f32">; loss: Value<"f32">; weights: Value<"f32">[] } {
  const x = input("x", "f32", [rows, 3]);
  const y = input("y", "f32", [rows, 2]);
  const shapes: [string, number[]][] = [["w1", [3, 4]], ["b1", [4]], ["w2", [4, 2]]];
  const weights = shapes.map(([name, shape], i) => literal({ dtype: "f32", shape, data: wave(shape, i) }, name));
  const [w1, b1, w2] = weights;
  const error = sub(matMul(tanh(add(matMul(x, w1), b1)), w2), y);
  return { x, y, loss: reduceMean(mul(error, error), { axes: [0, 1] }), weights };
}

export function smallStep(optimiser: Optimiser, clipNorm?: number, rows = 8): TrainingStep {
  const { x, y, loss, weights } = network(rows);
  return buildStep({ name: "a small network", inputs: [x, y], loss, weights, optimiser, clipNorm });
}

export function feed(step: number, rows = 8): Promise<Feeds> {
  return Promise.resolve({
    x: tensor("f32", [rows, 3], wave([rows, 3], 3 + step)),
    y: tensor("f32", [rows, 2], wave([rows, 2], 4 + step)),
  });
}
