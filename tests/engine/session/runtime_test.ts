import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { DeviceError, hasGraphicsDevice, readVerdict } from "../../../lib/engine/session/device.ts";
import { describeRefusal, tellsOfMemory } from "../../../lib/engine/session/runtime_words.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";

Deno.test("the CPU is there and its options are checked", async () => {
  const runtime = await openRuntime({ threads: 1 });
  assert.deepEqual([runtime.device, runtime.threads], ["cpu", 1]);
  assert.equal((await openRuntime({ threads: 100_000 })).threads, availableParallelism());
  await assert.rejects(openRuntime({ threads: 0 }), {
    name: "RangeError",
    message: "Cannot open the runtime with 0 threads as at least one is needed",
  });
  await assert.rejects(openRuntime({ device: "tpu" as never }), {
    name: "DeviceError",
    message:
      'Cannot use device "tpu" as there is no such device: devices are auto, cuda, webgpu, cpu; use --device cpu',
  });
});

Deno.test("auto gives a device that works", async () => {
  const runtime = await openRuntime({ device: "auto" });
  assert.ok(["cuda", "webgpu", "cpu"].includes(runtime.device));
});

for (const device of ["cuda", "webgpu"] as const) {
  Deno.test(`${device} either works or is refused in one sentence`, async () => {
    try {
      assert.equal((await openRuntime({ device })).device, device);
    } catch (error) {
      assert.ok(error instanceof DeviceError);
      assert.equal(error.device, device);
      assert.match(error.message, new RegExp(`^Cannot use device "${device}" as [^\n]+; use --device cpu$`));
    }
  });
}

Deno.test("what the runtime says of a missing device becomes the end of a sentence", () => {
  assert.equal(
    describeRefusal("cuda", "OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library"),
    "onnxruntime-node has no CUDA library here: OrtSessionOptionsAppendExecutionProvider_Cuda: " +
      "Failed to load shared library",
  );
  assert.equal(
    describeRefusal(
      "webgpu",
      "/src/webgpu_context.cc:136 Initialize() status == Success was false. Failed to get a WebGPU adapter: " +
        "No supported adapters\n",
    ),
    "this machine has no adapter that it could use: Failed to get a WebGPU adapter: No supported adapters",
  );
});

Deno.test("only what the runtime says of memory is told as a lack of memory", () => {
  for (
    const reason of [
      "Non-zero status code: Failed to allocate memory for requested buffer of size 1",
      "bad allocation",
      "std::bad_alloc",
      "CUDA failure 2: out of memory",
    ]
  ) assert.ok(tellsOfMemory(reason), reason);
  assert.ok(
    !tellsOfMemory("Got invalid dimensions for input: x for the following indices index: 1 Got: 3 Expected: 4"),
  );
});

Deno.test("a driver that ends the process is a reason, not the end of ours", () => {
  assert.deepEqual(readVerdict("", null, "SIGABRT"), { reason: "its driver ends the process (SIGABRT)" });
  assert.deepEqual(readVerdict("noise", 134, null), { reason: "its driver ends the process (exit code 134)" });
  assert.deepEqual(readVerdict('noise\n{"probe":"cuda"}\n', 0, null), {});
  assert.deepEqual(readVerdict('{"probe":"cuda","reason":"of this"}', 0, null), { reason: "of this" });
});

Deno.test("software adapters do not count as a graphics device", () => {
  assert.equal(hasGraphicsDevice("linux", () => []), false);
  assert.equal(hasGraphicsDevice("linux", (path) => path === "/dev" ? ["null", "nvidia0"] : []), true);
  assert.equal(hasGraphicsDevice("linux", (path) => path === "/dev/dri" ? ["card0", "renderD128"] : []), true);
  assert.equal(hasGraphicsDevice("darwin", () => []), true);
});
