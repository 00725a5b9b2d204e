/** The process that tries a device: prints `{"probe":DEVICE,"reason":…}`, with no reason where it works. @module */
import process from "node:process";
import * as ort from "onnxruntime-node";
import { DEVICES } from "./device.ts";
import { probeHere } from "./probe.ts";

ort.env.logLevel = "fatal";
const device = DEVICES.find((name) => name === process.argv[2]);
if (device) {
  const reason = await probeHere(device);
  process.stdout.write(`${JSON.stringify({ probe: device, reason })}\n`);
}
