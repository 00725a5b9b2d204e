import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fastFlow } from "../../../lib/method/detect/fastflow/fastflow.ts";
import type { FastFlowFitted } from "../../../lib/method/detect/fastflow/apply.ts";
import { flow, flowLoss, likelihoodMap } from "../../../lib/method/detect/fastflow/flow.ts";
import { gradients } from "../../../lib/engine/graph/gradients/differentiate.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { literal } from "../../../lib/engine/graph/value.ts";
import { input } from "../../../lib/engine/graph/value.ts";
import { scoped, weightsBehind } from "../../../lib/engine/graph/weights.ts";
import type { Weights } from "../../../lib/engine/graph/weights.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import { featureMaps, fitContext, observed, relativeError, runtime, takeRows } from "./feature_maps.ts";

/** Made by tools/oracles/fastflow.py. */
const oracle = JSON.parse(readFileSync(new URL("./fixtures/fastflow.json", import.meta.url), "utf8"));

function wave(shape: readonly number[], phase: number, scale = 1, offset = 0): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1);
  return Float32Array.from({ length: count }, (_, i) => scale * Math.sin(0.7 * i + phase) + offset);
}

/** The weights of the oracle, by name. */
const formula: Weights = (name, shape) => {
  const [, layer, rest] = /^layers\.(\d+)\.(.*)$/.exec(name)!;
  const block = Number(/blocks\.(\d+)/.exec(rest)?.[1] ?? 0);
  const subnet = Number(/subnet\.(\d+)/.exec(rest)?.[1] ?? 0);
  const data = rest === "norm.weight"
    ? wave(shape, Number(layer), 0.1, 1)
    : rest === "norm.bias"
    ? wave(shape, Number(layer) + 0.5, 0.1)
    : rest.endsWith("global_scale")
    ? wave(shape, block, 0.3, 9)
    : rest.endsWith("global_offset")
    ? wave(shape, block + 0.3, 0.2)
    : rest.endsWith("weight")
    ? wave(shape, block + subnet, 0.2)
    : wave(shape, block + subnet + 0.1, 0.2);
  return literal({ dtype: "f32", shape, data }, name);
};

Deno.test("loss, gradients and maps are those of anomalib with the same weights", async () => {
  const shapes = [[2, 5, 8, 8], [2, 6, 4, 4]];
  const inputs = shapes.map((shape, i) => input(`x${i}`, "f32", shape));
  const flows = inputs.map((x, i) =>
    flow(
      x,
      scoped(formula, `layers.${i}`),
      { blocks: 3, only3x3: false, hidden: 1 },
      (block) => Int32Array.from(oracle.permutations[`layers.${i}.${block}`]),
    )
  );
  const loss = flowLoss(flows);
  const weights = weightsBehind([loss]);
  const grads = gradients(loss, [...weights.values()]);
  const names = [...weights.keys()];
  assert.deepEqual([...names].sort(), Object.keys(oracle.gradients).sort());
  const session = await runtime.open(
    buildModel({
      inputs,
      outputs: {
        loss,
        map0: likelihoodMap(flows[0]),
        ...Object.fromEntries(grads.map((grad, i) => [names[i], grad])),
      },
    }),
    "flow",
  );
  const results = await session.run(Object.fromEntries(shapes.map((shape, i) => [
    `x${i}`,
    tensor("f32", shape, wave(shape, 10 + i, 2, 0.3)),
  ])));
  await session.release();
  assert.ok(relativeError(results.loss.data, [oracle.loss]) < 1e-5);
  for (const name of names) {
    const { norm, first } = oracle.gradients[name];
    const data = [...results[name].data];
    assert.ok(Math.abs(Math.hypot(...data) / norm - 1) < 1e-4, `${name}: ${Math.hypot(...data)} instead of ${norm}`);
    data.slice(0, 3).forEach((value, i) => assert.ok(Math.abs(value - first[i]) < 1e-4 * norm, name));
  }
});

Deno.test("the map of a fitted FastFlow is anomalib's at the finest grid", async () => {
  const weights = new Map<string, FastFlowFitted["weights"][string]>();
  const layers = [{ name: "fine", channels: 5, height: 8, width: 8 }, {
    name: "coarse",
    channels: 6,
    height: 4,
    width: 4,
  }];
  for (const [i, { channels, height, width }] of layers.entries()) {
    const { hidden } = flow(
      input("x", "f32", [1, channels, height, width]),
      scoped(formula, `layers.${i}`),
      { blocks: 3, only3x3: false, hidden: 1 },
      (block) => Int32Array.from(oracle.permutations[`layers.${i}.${block}`]),
    );
    for (const [name, value] of weightsBehind([hidden])) {
      if (value.source.kind === "literal") weights.set(name, value.source.literal);
    }
  }
  const permutations = Object.fromEntries(
    Object.entries(oracle.permutations as Record<string, number[]>).map((
      [name, order],
    ) => [name, Int32Array.from(order)]),
  );
  const fitted = { blocks: 3, only3x3: false, hidden: 1, layers, weights: Object.fromEntries(weights), permutations };
  const applied = await fastFlow.apply({ runtime }, fastFlow.unpack(fastFlow.pack(fitted)));
  const features = Object.fromEntries(layers.map(({ name, channels, height, width }, i) => [
    name,
    tensor<"f32", ["N", "C", "H", "W"], "activation">(
      "f32",
      [2, channels, height, width],
      wave([2, channels, height, width], 10 + i, 2, 0.3),
    ),
  ]));
  const { map, score } = await applied.detect(observed(features));
  await applied.release();
  assert.deepEqual(map.shape, [2, 1, 8, 8]);
  assert.ok(relativeError(map.data, oracle.map) < 1e-4, `${relativeError(map.data, oracle.map)}`);
  assert.equal(score.data[0], Math.max(...map.data.subarray(0, 64)));
});

Deno.test("a fit learns, is the same for the same seed, and finds others less likely", async () => {
  const good = featureMaps(1, 12);
  const config = fastFlow.parse({ epochs: 30, batch: 4, blocks: 2 });
  const losses: number[] = [];
  const context = {
    ...fitContext(good, 4),
    onProgress: (_: number, __: number, ___?: string, note?: string) => losses.push(Number(note?.split(" ")[1])),
  };
  const fitted = await fastFlow.fit(context, config);
  assert.ok(losses.at(-1)! < 0.9 * losses[0], `${losses[0]} to ${losses.at(-1)}`);
  assert.deepEqual(fastFlow.pack(await fastFlow.fit(fitContext(good, 4), config)), fastFlow.pack(fitted));
  const applied = await fastFlow.apply({ runtime }, fitted);
  const { map } = await applied.detect(observed(takeRows(good, 0, 4)));
  const strange = await applied.detect(observed(featureMaps(9, 4)));
  await applied.release();
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  assert.ok(mean(strange.map.data) > mean(map.data), `${mean(strange.map.data)} and ${mean(map.data)}`);
});

Deno.test("a loss that is not finite names the pictures of its batch", async () => {
  const broken = featureMaps(1, 4);
  broken.stride4.data[0] = NaN;
  const config = fastFlow.parse({ epochs: 1, batch: 4, blocks: 1 });
  const named = { ...fitContext(broken, 4), ids: ["a.png", "b.png", "c.png", "d.png"] };
  const told: string[] = [];
  for (const context of [named, fitContext(broken, 4)]) {
    await assert.rejects(fastFlow.fit(context, config), (error: Error) => {
      told.push(error.message);
      return error instanceof RangeError;
    });
  }
  assert.match(told[0], /at step 0 \(pictures ("[abcd]\.png"(, )?){4}\) as its loss is NaN: lower the learning rate$/);
  assert.match(told[1], /at step 0 \(pictures ([0123](, )?){4}\) as its loss is NaN/);
});

Deno.test("the smaller batch at an epoch's end is a step of its own where it counts, as in the paper's preset", async () => {
  const stepsOf = async (rest?: true) => {
    let steps = 0;
    const context = {
      ...fitContext(featureMaps(1, 6), 3),
      onProgress: (_: number, total: number) => void (steps = total),
    };
    const config = fastFlow.parse({ ...{ epochs: 2, batch: 4, blocks: 1 }, ...rest && { rest } });
    const weights = fastFlow.pack(await fastFlow.fit(context, config));
    return { steps, weights };
  };
  const [whole, rest] = [await stepsOf(), await stepsOf(true)];
  assert.deepEqual([whole.steps, rest.steps], [2, 4]);
  assert.notDeepEqual(rest.weights, whole.weights);
  assert.deepEqual([fastFlow.parse({ preset: "paper" }).rest, fastFlow.parse({}).rest], [true, undefined]);
});

Deno.test("a batch of pictures equals pictures one by one", async () => {
  const fitted = await fastFlow.fit(
    fitContext(featureMaps(1, 6), 3),
    fastFlow.parse({ epochs: 1, batch: 3, blocks: 2 }),
  );
  const applied = await fastFlow.apply({ runtime }, fitted);
  const all = await applied.detect(observed(featureMaps(5, 4)));
  for (let n = 0; n < 4; n++) {
    const one = await applied.detect(observed(takeRows(featureMaps(5, 4), n, n + 1)));
    assert.deepEqual([...one.map.data], [...all.map.data.subarray(n * 256, (n + 1) * 256)]);
  }
  await applied.release();
});

Deno.test("settings, layers and files that do not fit are refused", async () => {
  assert.throws(() => fastFlow.parse({ blocks: 0 }), {
    name: "TypeError",
    message: /^Cannot configure FastFlow as blocks/,
  });
  assert.throws(() => fastFlow.parse({ preset: "large" }), {
    message: 'Cannot configure FastFlow as preset must be one of "paper", "small": found "large"',
  });
  const fitted = await fastFlow.fit(
    fitContext(featureMaps(1, 2), 2),
    fastFlow.parse({ epochs: 1, batch: 2, blocks: 1 }),
  );
  const bytes = fastFlow.pack({ ...fitted, blocks: 2 });
  assert.throws(() => fastFlow.unpack(bytes), { name: "SyntaxError", message: /do not fit its settings/ });
});
