/**
 * What the ONNX runtime says, in our words. Its errors have one class and no code, so that this is the one place where the
 * text of an error is looked at; from here on, errors are told apart by class.
 * @module
 */
import type { Device } from "./device.ts";

/** Turns the runtime's words into the end of a sentence that a user understands. */
export function describeRefusal(device: Device, message: string): string {
  const reason = message.replace(/^.* was false\. /s, "").replace(/\s+/g, " ").replace(/[.\s]+$/, "");
  if (/Failed to load shared library|backend not found/.test(message)) {
    return `onnxruntime-node has no ${device.toUpperCase()} library here: ${reason}`;
  }
  if (/adapter/i.test(message)) return `this machine has no adapter that it could use: ${reason}`;
  return `the runtime refuses it: ${reason}`;
}

/** The runtime's message without places in its own source. */
export function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replaceAll(/\/onnxruntime_src\/\S+ /g, "").replaceAll(/\s+/g, " ").replace(/[.\s]+$/, "");
}

/** Whether it says that the memory does not suffice. */
export function tellsOfMemory(reason: string): boolean {
  return /alloc|memory/i.test(reason);
}
