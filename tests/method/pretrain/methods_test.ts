import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { openBackbone } from "../../../lib/method/backbone/backbone.ts";
import { toBackbone } from "../../../lib/method/backbone/load.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { input } from "../../../lib/engine/graph/value.ts";
import type { Value } from "../../../lib/engine/graph/value.ts";
import type { SpdLoss } from "../../../lib/method/pretrain/contract.ts";
import { encoderOf, exportBackbone } from "../../../lib/method/pretrain/encoder.ts";
import { pretrainingStep, viewsOf } from "../../../lib/method/pretrain/network.ts";
import { PRETRAINING_METHODS } from "../../../lib/method/pretrain/settings.ts";
import type { PretrainingMethod } from "../../../lib/method/pretrain/settings.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { image } from "../../../lib/domain.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import { constant } from "../../../lib/engine/train/schedule.ts";
import { nextOf } from "../../../lib/engine/train/step.ts";
import { train } from "../../../lib/engine/train/train.ts";
import { formula, smallBackbone } from "./small_backbone.ts";

interface Summary {
  readonly norm: number;
  readonly first: readonly number[];
}
interface Case {
  readonly losses: readonly number[];
  readonly gradients: Readonly<Record<string, Summary>>;
  readonly after: Readonly<Record<string, Summary>>;
}
/** Made by tools/oracles/pretrain.py. */
const oracle: Record<PretrainingMethod, Record<"plain" | "spd", Case> & { readonly xent?: Case }> = JSON.parse(
  readFileSync(new URL("./fixtures/pretrain.json", import.meta.url), "utf8"),
);
const runtime = await openRuntime({ threads: 1 });
const backbone = smallBackbone();
const [BATCH, SIDE, CLASSES] = [8, 16, 3];
const ALL = ["anchor", "strong", "positive", "negative"] as const;

function pictures(phase: number) {
  const length = 3 * SIDE * SIDE;
  const data = Float32Array.from({ length: BATCH * length }, (_, at) => {
    const [n, i] = [Math.floor(at / length), at % length];
    return 0.5 + 0.5 * Math.sin((0.3 + 0.05 * n + 0.02 * phase) * i + phase);
  });
  return image([BATCH, 3, SIDE, SIDE], data);
}

const labels = tensor(
  "f32",
  [BATCH, CLASSES],
  Float32Array.from({ length: BATCH * CLASSES }, (_, i) => Math.floor(i / CLASSES) % CLASSES === i % CLASSES ? 1 : 0),
);

function feedOf(method: PretrainingMethod, spd: boolean) {
  return (step: number) =>
    Promise.resolve({
      ...Object.fromEntries(
        viewsOf(method, spd).map((name) => [name, pictures(10 * step + ALL.indexOf(name))]),
      ),
      ...method === "supervised" && { classes: labels },
    });
}

function stepOf(method: PretrainingMethod, spd: number | undefined, spdLoss?: SpdLoss) {
  const settings = {
    ...PRETRAINING_METHODS[method].presets.paper,
    ...{ weightDecay: 0.01, hidden: 6, dim: 8, temperature: 0.2, queue: 12, keyMomentum: 0.9 },
  };
  const size = { height: SIDE, width: SIDE };
  const classes = method === "supervised" ? CLASSES : undefined;
  return pretrainingStep({
    backbone,
    method,
    settings,
    spd,
    spdLoss,
    classes,
    size,
    batch: BATCH,
    seed: 0,
    weights: formula,
  });
}

function far(data: Float32Array, { norm, first }: Summary): number {
  const length = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
  return Math.max(Math.abs(length - norm), ...first.map((value, i) => Math.abs(data[i] - value))) / norm;
}

for (const method of Object.keys(PRETRAINING_METHODS) as PretrainingMethod[]) {
  for (const [kind, wanted] of Object.entries(oracle[method])) {
    const { losses, gradients, after } = wanted;
    const spoken = { plain: "", spd: " with the SPD term", xent: " with a classifier in place of the SPD term" }[kind];
    const title = PRETRAINING_METHODS[method].title + spoken;

    Deno.test(`${title}: loss, gradients and three steps are PyTorch's`, async () => {
      const step = stepOf(method, kind === "plain" ? undefined : 0.3, kind === "xent" ? "xent" : "cosine");
      const feed = feedOf(method, kind !== "plain");
      const session = await runtime.open(step.model, title, { training: true });
      const state = Object.fromEntries([...step.state].map(([name, { shape, data }]) => [
        name,
        tensor("f32", shape, data),
      ]));
      // After one step from rest the velocity is the gradient with the weight's decay.
      const rate = { "scalar rate": tensor("f32", [], new Float32Array([0.05])) };
      const found = await session.run({ ...await feed(0), ...state, ...rate });
      await session.release();
      assert.deepEqual(
        Object.keys(gradients).sort(),
        [...step.state.keys()].flatMap((name) => name.startsWith("sgd velocity ") ? [name.slice(13)] : []).sort(),
      );
      for (const [name, summary] of Object.entries(gradients)) {
        const weight = state[name].data;
        const velocity = found[nextOf(`sgd velocity ${name}`)].data as Float32Array;
        const error = far(velocity.map((value, i) => value - 0.01 * weight[i]), summary);
        assert.ok(error < 1e-4, `gradient of ${name}: ${error}`);
      }
      const trained = await train({ runtime, step, steps: 3, feed, rate: constant(0.05) });
      losses.forEach((wanted, i) => assert.ok(Math.abs(trained.losses[i] - wanted) < 1e-4, `loss of step ${i}`));
      assert.deepEqual([...trained.weights.keys()].sort(), Object.keys(after).sort());
      for (const [name, summary] of Object.entries(after)) {
        const error = far(trained.weights.get(name)!.data, summary);
        assert.ok(error < 1e-4, `${name} after three steps: ${error}`);
      }
    });
  }
}

Deno.test("the exported backbone gives the features of the trained network with its running statistics", async () => {
  const feed = feedOf("moco", true);
  const { weights } = await train({ runtime, step: stepOf("moco", 0.3), steps: 3, feed, rate: constant(0.05) });
  const bytes = exportBackbone(backbone, Object.fromEntries(weights));
  const made = await toBackbone(bytes, "made", { runtime });
  assert.deepEqual(made.layers, backbone.layers);
  const image = pictures(5);
  const extractor = await openBackbone(runtime, made, ["high"]);
  const { high } = await extractor.extract(image);
  await extractor.release();
  const old = await openBackbone(runtime, backbone, ["high"]);
  assert.notDeepEqual((await old.extract(image)).high.data, high.data);
  await old.release();
  // By hand: convolution, running statistics, ReLU and the mean over the grid.
  const shape = [BATCH, 3, SIDE, SIDE] as const;
  const seen = input("image", "f32", shape) as Value<"f32">;
  const pooled = encoderOf(made, shape)(seen);
  const session = await runtime.open(buildModel({ inputs: [seen], outputs: { pooled } }), "encoder");
  const found = await session.run({ image });
  await session.release();
  const naive = naiveFeatures(image.data, (name) => weights.get(name)!.data);
  naive.forEach((value, i) => assert.ok(Math.abs(found.pooled.data[i] - value) < 1e-5, `${i}`));
  naive.forEach((value, i) => {
    const grid = high.data.subarray(i * 16, i * 16 + 16);
    assert.ok(Math.abs(grid.reduce((sum, each) => sum + each) / 16 - value) < 1e-5);
  });
});

/** Loops over the two layers of the small backbone. */
function naiveFeatures(image: Float32Array, weight: (name: string) => Float32Array): number[] {
  let x = image.map((value, i) => {
    const c = Math.floor(i / (SIDE * SIDE)) % 3;
    return (value - backbone.mean[c]) / backbone.std[c];
  });
  let [side, channels] = [SIDE, 3];
  for (const [i, out] of [[1, 4], [2, 5]]) {
    const kernel = weight(`conv${i}.weight`);
    const [mean, variance] = [weight(`bn${i}.running_mean`), weight(`bn${i}.running_var`)];
    const [scale, bias] = [weight(`bn${i}.weight`), weight(`bn${i}.bias`)];
    const half = side / 2;
    const made = new Float32Array(BATCH * out * half * half);
    made.forEach((_, at) => {
      const [column, row] = [at % half, Math.floor(at / half) % half];
      const [k, n] = [Math.floor(at / half ** 2) % out, Math.floor(at / half ** 2 / out)];
      let sum = 0;
      for (let c = 0; c < channels; c++) {
        for (let tap = 0; tap < 9; tap++) {
          const [u, v] = [2 * row + Math.floor(tap / 3) - 1, 2 * column + tap % 3 - 1];
          if (u < 0 || v < 0 || u >= side || v >= side) continue;
          sum += kernel[(k * channels + c) * 9 + tap] * x[((n * channels + c) * side + u) * side + v];
        }
      }
      made[at] = Math.max(0, (sum - mean[k]) / Math.sqrt(variance[k] + 1e-5) * scale[k] + bias[k]);
    });
    [x, side, channels] = [made, half, out];
  }
  return Array.from({ length: BATCH * channels }, (_, i) => {
    const grid = x.subarray(i * side * side, (i + 1) * side * side);
    return grid.reduce((sum, value) => sum + value) / grid.length;
  });
}
