import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { readSafetensors } from "../../../lib/base/io/safetensors.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import type { Runtime } from "../../../lib/engine/session/runtime.ts";
import { MemoryError } from "../../../lib/base/text/errors.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import { adam, adamW, sgd } from "../../../lib/engine/train/optimiser.ts";
import { epochOrder, stepsOfEpoch } from "../../../lib/engine/train/order.ts";
import { constant, cosine, stepped, warmedUp } from "../../../lib/engine/train/schedule.ts";
import { buildStep } from "../../../lib/engine/train/step.ts";
import { train, type Trained } from "../../../lib/engine/train/train.ts";
import { feed, network, smallStep } from "./training.ts";

/** Made by tools/oracles/train.py. */
const oracle = JSON.parse(readFileSync(new URL("./fixtures/optimisers.json", import.meta.url), "utf8"));
const runtime = await openRuntime({ threads: 1 });

const CASES = {
  "sgd": [smallStep(sgd({})), constant(0.1)],
  "sgd momentum decay": [smallStep(sgd({ momentum: 0.9, weightDecay: 0.01 })), constant(0.1)],
  "sgd nesterov": [smallStep(sgd({ momentum: 0.9, nesterov: true })), constant(0.05)],
  "adam": [smallStep(adam()), constant(0.01)],
  "adam betas decay": [smallStep(adam({ betas: [0.5, 0.999], weightDecay: 0.1, epsilon: 1e-6 })), constant(0.01)],
  "adamw": [smallStep(adamW({ weightDecay: 0.1 })), constant(0.01)],
  "clipped": [smallStep(sgd({ momentum: 0.9 }), 0.2), constant(0.1)],
  "stepped": [smallStep(sgd({ momentum: 0.9 })), stepped(0.1, [2, 4], 0.1)],
} as const;

function assertTrained({ weights, losses }: Trained, name: string): void {
  const near = (actual: ArrayLike<number>, expected: readonly number[]) =>
    expected.forEach((wanted, i) => assert.ok(Math.abs(actual[i] - wanted) < 2e-6, `${actual[i]}, not ${wanted}`));
  near(losses, oracle[name].losses);
  for (const weight of ["w1", "b1", "w2"]) near(weights.get(weight)!.data, oracle[name][weight]);
}

for (const [name, [step, rate]] of Object.entries(CASES)) {
  Deno.test(`five steps of ${name} are PyTorch's`, async () => {
    assertTrained(await train({ runtime, step, steps: 5, feed: (number) => feed(number), rate }), name);
  });
}

Deno.test("where some batches are smaller, the same weights and slots go through both, as in PyTorch", async () => {
  const takes = (number: number) => number % 3 === 2;
  const trained = await train({
    runtime,
    step: smallStep(adam()),
    other: { step: smallStep(adam(), undefined, 3), takes },
    steps: 5,
    feed: (number) => feed(number, takes(number) ? 3 : 8),
    rate: constant(0.01),
  });
  assertTrained(trained, "adam rest");
});

Deno.test("what is left over at an epoch's end is a smaller batch where it counts: each picture once an epoch", () => {
  const order = epochOrder(5, 11, 4, true);
  for (const epoch of [0, 1, 2]) {
    const steps = [0, 1, 2].map((step) => order(3 * epoch + step));
    assert.deepEqual(steps.map(({ length }) => length), [4, 4, 3]);
    assert.deepEqual(steps.flat().sort((a, b) => a - b), [...Array(11).keys()]);
  }
  assert.deepEqual([stepsOfEpoch(11, 4, true), stepsOfEpoch(12, 4, true), stepsOfEpoch(11, 4)], [3, 3, 2]);
  assert.deepEqual(order(0), epochOrder(5, 11, 4)(0));
});

function inFolder(name: string, of: (path: string) => Promise<void>): void {
  Deno.test(name, async () => {
    const folder = mkdtempSync(join(tmpdir(), "training-"));
    try {
      await of(join(folder, "state.safetensors"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

const step = smallStep(adam());
const whole = await train({ runtime, step, steps: 12, feed, rate: constant(0.01) });

inFolder("a training that was stopped goes on to the same bytes", async (path) => {
  const checkpoint = { path, identity: "a", seconds: 0 };
  const stop = new AbortController();
  await assert.rejects(
    train({
      runtime,
      step,
      steps: 12,
      feed,
      rate: constant(0.01),
      checkpoint,
      signal: stop.signal,
      onProgress: (done) => done === 5 && stop.abort(new Error("stopped")),
    }),
    /stopped/,
  );
  const fed: number[] = [];
  const rest = await train({
    runtime,
    step,
    steps: 12,
    rate: constant(0.01),
    checkpoint,
    feed: (number) => (fed.push(number), feed(number)),
  });
  assert.equal(fed[0], 5);
  assert.deepEqual(rest, whole);
});

inFolder("a training that was killed goes on to the same bytes", async (path) => {
  const child = spawn(process.execPath, [
    "run",
    "-A",
    "-q",
    fileURLToPath(new URL("./killed.ts", import.meta.url)),
    path,
  ]);
  const code = await new Promise((resolve) => child.on("close", (_, signal) => resolve(signal)));
  assert.equal(code, "SIGKILL");
  assert.ok(existsSync(path));
  const fed: number[] = [];
  const rest = await train({
    runtime,
    step,
    steps: 12,
    rate: constant(0.01),
    checkpoint: { path, identity: "killed" },
    feed: (number) => (fed.push(number), feed(number)),
  });
  assert.ok(fed[0] >= 1 && fed[0] < 12, `went on at ${fed[0]}`);
  assert.deepEqual(rest, whole);
});

inFolder("a training that is finished is not done again while its state is there", async (path) => {
  const run = (fed: number[]) =>
    train({
      ...{ runtime, step, steps: 12, rate: constant(0.01), checkpoint: { path, identity: "a", seconds: 1000 } },
      feed: (number) => (fed.push(number), feed(number)),
    });
  const fed: number[] = [];
  assert.deepEqual(await run(fed), whole);
  assert.equal(fed.length, 12);
  assert.deepEqual(await run(fed), whole);
  assert.equal(fed.length, 12, "no step was fed again");
});

inFolder("checkpoints of other trainings are left out, damaged ones set aside", async (path) => {
  const run = (identity: string) =>
    train({ runtime, step, steps: 12, feed, rate: constant(0.01), checkpoint: { path, identity, seconds: 0 } });
  await run("a");
  assert.deepEqual(await run("b"), whole);
  writeFileSync(path, readFileSync(path).subarray(0, 100));
  assert.deepEqual(await run("b"), whole);
  assert.ok(existsSync(`${path}.damaged`));
  const bytes = readFileSync(path);
  for (const place of [0.5, 0.75, 1]) {
    const flipped = Uint8Array.from(bytes);
    flipped[Math.floor(place * (bytes.length - 1))] ^= 4;
    writeFileSync(path, flipped);
    assert.deepEqual(await run("b"), whole, `flipped at ${place}`);
    assert.deepEqual(Uint8Array.from(readFileSync(`${path}.damaged`)), flipped);
  }
});

inFolder("a loss that is not finite ends the training and keeps the last good state", async (path) => {
  const broken = (number: number) =>
    number < 4 ? feed(number) : feed(number).then(({ y }) => ({
      x: tensor("f32", [8, 3], new Float32Array(24).fill(NaN)),
      y,
    }));
  const checkpoint = { path, identity: "a", seconds: 0 };
  const describe = (number: number) => `pictures ${number} and ${number + 1}`;
  const options = { runtime, step, steps: 12, feed: broken, rate: constant(0.01), describe };
  const told = "Cannot go on with the training of a small network at step 4 (pictures 4 and 5) as its loss is NaN: " +
    "lower the learning rate";
  await assert.rejects(train(options), { name: "RangeError", message: told });
  await assert.rejects(train({ ...options, checkpoint: { ...checkpoint, seconds: 1000 } }), {
    message: `${told}; no state was written before it`,
  });
  await assert.rejects(train({ ...options, checkpoint }), RangeError);
  // How often it is written depends on how long that takes.
  const { metadata } = readSafetensors(new Uint8Array(readFileSync(path)), path);
  assert.ok(Number(metadata.step) >= 1 && Number(metadata.step) <= 4);
  // Where no step came between, what stays is what was resumed from.
  await assert.rejects(train({ ...options, checkpoint: { ...checkpoint, seconds: 1000 } }), {
    message: `${told}; the state after ${metadata.step} of 12 steps stays in "${path}"`,
  });
  assert.deepEqual(await train({ runtime, step, steps: 12, feed, rate: constant(0.01), checkpoint }), whole);
});

Deno.test("a checkpoint that cannot be written ends the training with its path", async () => {
  const checkpoint = { path: "/proc/nowhere/state.safetensors", identity: "a", seconds: 0 };
  await assert.rejects(train({ runtime, step, steps: 12, feed, rate: constant(0.01), checkpoint }), /\/proc\/nowhere/);
});

Deno.test("where the memory does not suffice, the message says what to lower", async () => {
  const full: Runtime = {
    ...runtime,
    open: async (...args) => ({
      ...await runtime.open(...args),
      // As a session does where the system gives no more.
      run: () => Promise.reject(new MemoryError("Failed to allocate memory for requested buffer of size 1")),
    }),
  };
  await assert.rejects(train({ runtime: full, step, steps: 12, feed, rate: constant(0.01) }), {
    message: "Cannot train a small network as the memory does not suffice: lower the batch or the size of the pictures",
  });
});

Deno.test("what feeding throws is thrown when its turn comes", async () => {
  const failing = (number: number) => number === 3 ? Promise.reject(new Error("no picture")) : feed(number);
  await assert.rejects(train({ runtime, step, steps: 12, feed: failing, rate: constant(0.01) }), /no picture/);
});

Deno.test("each epoch shows each picture once, in an order of its own", () => {
  const order = epochOrder(3, 10, 3);
  const epoch = (number: number) => [0, 1, 2].flatMap((i) => order(number * 3 + i));
  for (const number of [0, 1, 5]) assert.equal(new Set(epoch(number)).size, 9);
  assert.notDeepEqual(epoch(0), epoch(1));
  assert.deepEqual(epochOrder(3, 10, 3)(4), order(4));
  assert.throws(() => epochOrder(0, 3, 4), { name: "RangeError" });
});

Deno.test("schedules rise and fall where they should", () => {
  const rate = warmedUp(cosine(1, 100), 10);
  assert.ok(Math.abs(rate(0) - 0.1) < 1e-9 && rate(9) > 0.97 && Math.abs(rate(50) - 0.5) < 1e-9);
  assert.ok(rate(100) < 1e-12);
  assert.deepEqual([1, 2, 4].map(stepped(1, [2, 4], 0.5)), [1, 0.5, 0.25]);
});

Deno.test("weights without names, twice the same or without effect are refused", () => {
  const { x, y, loss, weights } = network();
  const build = (chosen: typeof weights) =>
    buildStep({ name: "a network", inputs: [x, y], loss, weights: chosen, optimiser: sgd({}) });
  assert.throws(() => build([weights[0], weights[0]]), /two of its weights are called "w1"/);
  assert.throws(() => build([{ ...weights[0], name: undefined }]), /has no name/);
  assert.throws(() => build([{ ...weights[0], name: "other" }]), /does not depend on "other"/);
});
