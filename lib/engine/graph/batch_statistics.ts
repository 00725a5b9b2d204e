/** Batch norm in training: the statistics of the batch in place of the running ones. @module */
import { makeNode } from "./make_node.ts";
import { number } from "./numbers.ts";
import { add, mul } from "./ops.ts";
import { substitute } from "./substitute.ts";
import { nodesBehind } from "./traverse.ts";
import { literal } from "./value.ts";
import type { Value } from "./value.ts";

/** See {@linkcode withBatchStatistics}. */
export interface BatchStatistics<T extends readonly Value[]> {
  /** The values, with batch norms that use the statistics of their batch. */
  readonly outputs: T;
  /** The next value of each running mean and variance. */
  readonly updates: ReadonlyMap<Value<"f32">, Value<"f32">>;
}

/**
 * Rewrites the batch norms behind some values to use the statistics of the batch (Ioffe and Szegedy 2015, Alg. 1), and
 * gathers the running ones as PyTorch does: running = (1 − momentum) · running + momentum · batch, the variance unbiased.
 *
 * @param which batch norms, by the name of their running mean; all where left out
 * @throws {TypeError} where a shape is not literal, or a channel has a single pixel in the whole batch
 */
export function withBatchStatistics<T extends readonly Value[]>(
  outputs: T,
  { momentum = 0.1, which = () => true }: { readonly momentum?: number; readonly which?: (name: string) => boolean } =
    {},
): BatchStatistics<T> {
  const updates = new Map<Value<"f32">, Value<"f32">>();
  let current: Value[] = [...outputs];
  const rewritten = nodesBehind(current).filter((each) => each.op === "BatchNormalization" && each.attributes.training);
  let count = 2 * rewritten.length;
  // Each rewriting makes the nodes behind it again, so they are taken one at a time, from the input on.
  for (;;) {
    const node = nodesBehind(current).find((each) =>
      each.op === "BatchNormalization" && !each.attributes.training && which(each.inputs[3].name ?? "")
    );
    if (!node || node.op !== "BatchNormalization") break;
    const [x, scale, bias, mean, variance] = node.inputs as Value<"f32">[];
    const [N, , H, W] = x.shape.map(Number);
    const pixels = N * H * W;
    if (!(pixels > 1)) {
      throw new TypeError(
        `Cannot take batch statistics of "${
          node.name ?? mean.name
        }" as each channel must have more than one pixel in a ` +
          `batch of known size: current shape is [${x.shape.join(",")}]; use a larger batch`,
      );
    }
    // The runtime writes the batch's statistics over the running ones that it is given, so it is given others: an array for
    // each node, with a number of its own, as equal ones may be merged.
    const own = () =>
      literal({
        dtype: "f32",
        shape: mean.shape as number[],
        data: new Float32Array(Number(mean.shape[0])).fill(count++),
      });
    const [y, batchMean, batchVariance] = makeNode(
      "BatchNormalization",
      [x, scale, bias, own(), own()],
      { ...node.attributes, training: true },
      node.name,
    ) as Value<"f32">[];
    const next = (running: Value<"f32">, batch: Value<"f32">, factor: number) =>
      add(mul(updates.get(running) ?? running, number(1 - momentum)), mul(batch, number(momentum * factor)));
    updates.set(mean, next(mean, batchMean, 1));
    updates.set(variance, next(variance, batchVariance, pixels / (pixels - 1)));
    const old: Value = { ...node.outputs[0], name: node.name, source: { kind: "node", node, output: 0 } };
    const together = [...current, ...updates.values()];
    const replaced = substitute(together, new Map([[old, y]]));
    current = replaced.slice(0, outputs.length);
    [...updates.keys()].forEach((key, i) => updates.set(key, replaced[outputs.length + i] as Value<"f32">));
  }
  return { outputs: current as unknown as T, updates };
}
