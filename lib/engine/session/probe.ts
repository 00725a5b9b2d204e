/** A small graph that tells whether a device computes. @module */
import * as ort from "onnxruntime-node";
import type { Device } from "./device.ts";
import { describeRefusal } from "./runtime_words.ts";
import { refuseTelemetry } from "./telemetry.ts";

/** ONNX, opset 17: y = Relu(x) for f32[N,4]; 71 bytes. */
const RELU = Uint8Array.from(
  atob("CAg6PQoMCgF4EgF5IgRSZWx1EgFnWhQKAXgSDwoNCAESCQoDEgFOCgIIBGIUCgF5Eg8KDQgBEgkKAxIBTgoCCARCBAoAEBE="),
  (letter) => letter.charCodeAt(0),
);

/**
 * Runs the graph on a device in this process.
 *
 * @returns why the device cannot be used, as the end of a sentence; `undefined` where it can
 */
export async function probeHere(device: Device): Promise<string | undefined> {
  refuseTelemetry();
  try {
    const session = await ort.InferenceSession.create(RELU, { executionProviders: [device], logSeverityLevel: 4 });
    const x = new ort.Tensor("float32", new Float32Array([-1, 2, -3, 4]), [1, 4]);
    const { y } = await session.run({ x });
    await session.release();
    const text = String(y.data);
    return text === "0,2,0,4" ? undefined : `it computes wrongly: relu of -1, 2, -3, 4 gave ${text}`;
  } catch (error) {
    return describeRefusal(device, error instanceof Error ? error.message : String(error));
  }
}
