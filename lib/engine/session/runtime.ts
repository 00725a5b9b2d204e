/** Opening the ONNX runtime; the only folder that knows onnxruntime-node. @module */
import { availableParallelism } from "node:os";
import * as ort from "onnxruntime-node";
import { DeviceError, DEVICES, hasGraphicsDevice, probeElsewhere } from "./device.ts";
import type { Device } from "./device.ts";
import { probeHere } from "./probe.ts";
import { openSession } from "./session.ts";
import type { Session } from "./session.ts";
import { refuseTelemetry } from "./telemetry.ts";

/** The version of the ONNX runtime; another one may differ in the last digits. */
export const RUNTIME_VERSION: string = `onnxruntime-node ${ort.env.versions.node}`;

/** A device and the threads that it may use. */
export interface Runtime {
  /** Where its models run. */
  readonly device: Device;
  /** Threads of the CPU that a model uses. */
  readonly threads: number;
  /**
   * Loads an ONNX model.
   *
   * @param model the bytes of the file
   * @param name its name, for messages
   * @param options `training` where the model is a training step: less memory
   * @throws {SyntaxError} for an empty file, or one that is no ONNX model or keeps weights in other files
   * @throws {TypeError} for an element type that tensors do not know, such as float16
   * @throws {Error} with the model's name where the runtime refuses it
   */
  open(model: Uint8Array, name: string, options?: { readonly training?: boolean }): Promise<Session>;
}

/** See {@linkcode openRuntime}. */
export interface RuntimeOptions {
  /** "cpu" where left out, which gives the same numbers everywhere; "auto" is the fastest device that works. */
  readonly device?: Device | "auto";
  /** Threads of the CPU device; all cores where left out, and never more. */
  readonly threads?: number;
}

/**
 * Chooses a device. CUDA and WebGPU are tried in a process of their own with a small graph before they are used;
 * `auto` tries them only on a machine that has a graphics device, and falls back to the CPU.
 *
 * @throws {DeviceError} where a device that was asked for by name cannot be used
 * @throws {RangeError} where `threads` is no whole number from 1
 *
 * ```ts
 * import { openRuntime } from "./runtime.ts";
 * const runtime = await openRuntime({ device: "cpu", threads: 1 });
 * console.assert(runtime.device === "cpu");
 * ```
 */
export async function openRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const { device: wanted = "cpu", threads: asked = availableParallelism() } = options;
  if (!(Number.isInteger(asked) && asked >= 1)) {
    throw new RangeError(`Cannot open the runtime with ${asked} threads as at least one is needed`);
  }
  const threads = Math.min(asked, availableParallelism());
  if (wanted !== "auto" && !DEVICES.includes(wanted)) {
    throw new DeviceError(wanted, `there is no such device: devices are auto, ${DEVICES.join(", ")}`);
  }
  refuseTelemetry();
  // The runtime writes its warnings past the console; what matters comes as an error.
  ort.env.logLevel = "fatal";
  const device = wanted === "auto" ? await best() : await demand(wanted);
  const session: ort.InferenceSession.SessionOptions = {
    executionProviders: [device],
    graphOptimizationLevel: "all",
    executionMode: "sequential",
    // A number of our own keeps the runtime from pinning threads to cores, which other processes and Workers share.
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableCpuMemArena: true,
    // Waiting threads sleep: spinning took twice the CPU time away from the Workers that decode beside the inference.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
    logSeverityLevel: 4,
  };
  return {
    device,
    threads,
    // One block for all intermediate values of a run takes a fifth more memory in training, and gains no time there.
    open: (model, name, { training = false } = {}) =>
      openSession(model, name, { ...session, enableMemPattern: !training }),
  };
}

async function best(): Promise<Device> {
  if (!hasGraphicsDevice()) return "cpu";
  for (const device of DEVICES) {
    if (device === "cpu") return device;
    // Where no process may be started, a driver that ends ours is a risk that "auto" does not take.
    const verdict = await probe(device);
    if (verdict && verdict.reason === undefined) return device;
  }
  return "cpu";
}

async function demand(device: Device): Promise<Device> {
  if (device === "cpu") return device;
  const verdict = await probe(device) ?? { reason: await probeHere(device) };
  if (verdict.reason !== undefined) throw new DeviceError(device, verdict.reason);
  return device;
}

const verdicts = new Map<Device, ReturnType<typeof probeElsewhere>>();

/** One try a device and process. */
function probe(device: Device): ReturnType<typeof probeElsewhere> {
  const known = verdicts.get(device) ?? probeElsewhere(device);
  verdicts.set(device, known);
  return known;
}
