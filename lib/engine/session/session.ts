/** One loaded model. @module */
import * as ort from "onnxruntime-node";
import { checkWhole } from "../graph/file/outside.ts";
import { fromRuntime, toFeeds, toPort } from "./port.ts";
import type { AnyTensor, Port } from "./port.ts";
import { MemoryError } from "../../base/text/errors.ts";
import { reasonOf, tellsOfMemory } from "./runtime_words.ts";

/** A loaded model. */
export interface Session {
  /** What errors call the model. */
  readonly name: string;
  /** What it takes, in its order. */
  readonly inputs: readonly Port[];
  /** What it gives, in its order. */
  readonly outputs: readonly Port[];
  /**
   * Runs the model. The runtime computes on its own threads, but this call holds the JavaScript thread until they are
   * done (onnxruntime-node 1.30 calls the native function synchronously from `setImmediate`), so whatever is to go on
   * meanwhile, such as decoding, has to be in a Worker.
   *
   * Outputs of i64 come as i32 and of bool as u8; so must such inputs be given.
   *
   * @param fetches names of the outputs that are wanted; all where left out
   * @throws {TypeError} for a missing or unknown input or output, a wrong dtype or shape
   * @throws {RangeError} where an i64 output does not fit into i32
   * @throws {MemoryError} where the memory does not suffice
   * @throws {Error} with the model's name where the runtime fails (`cause`), or the session was released
   */
  run(feeds: Readonly<Record<string, AnyTensor>>, fetches?: readonly string[]): Promise<Record<string, AnyTensor>>;
  /** Frees the model's memory; a second call does nothing. */
  release(): Promise<void>;
}

/**
 * Loads a model. Use {@linkcode openRuntime}'s `open`, which supplies the options.
 *
 * @throws {SyntaxError} where it is no ONNX model, or keeps weights in other files
 * @throws {Error} with the model's name where the runtime refuses it (`cause`)
 */
export async function openSession(
  model: Uint8Array,
  name: string,
  options: ort.InferenceSession.SessionOptions,
): Promise<Session> {
  if (model.length === 0) throw new SyntaxError(`Cannot open model "${name}" as it is empty`);
  checkWhole(model, name);
  let native: ort.InferenceSession | undefined;
  try {
    native = await ort.InferenceSession.create(model, options);
  } catch (cause) {
    throw new Error(`Cannot open model "${name}" as ${reasonOf(cause)}`, { cause });
  }
  let inputs: Port[];
  let outputs: Port[];
  try {
    inputs = native.inputMetadata.map((meta) => toPort(meta, name));
    outputs = native.outputMetadata.map((meta) => toPort(meta, name));
  } catch (error) {
    await native.release();
    throw error;
  }

  async function run(
    feeds: Readonly<Record<string, AnyTensor>>,
    fetches: readonly string[] = outputs.map((port) => port.name),
  ): Promise<Record<string, AnyTensor>> {
    if (!native) throw new Error(`Cannot run model "${name}" as it was released`);
    const unknown = fetches.find((wanted) => !outputs.some((port) => port.name === wanted));
    if (unknown !== undefined) {
      const known = outputs.map((port) => `"${port.name}"`).join(", ");
      throw new TypeError(`Cannot run model "${name}" as it has no output "${unknown}": its outputs are ${known}`);
    }
    const values = toFeeds(feeds, inputs, name);
    let results: ort.InferenceSession.ReturnType;
    try {
      results = await native.run(values, fetches, { logSeverityLevel: 4 });
    } catch (cause) {
      const reason = reasonOf(cause);
      throw new (tellsOfMemory(reason) ? MemoryError : Error)(`Cannot run model "${name}" as ${reason}`, { cause });
    }
    return Object.fromEntries(
      fetches.map((wanted) => [wanted, fromRuntime(results[wanted] as ort.Tensor, wanted, name)]),
    );
  }

  async function release(): Promise<void> {
    const opened = native;
    native = undefined;
    await opened?.release();
  }
  return { name, inputs, outputs, run, release };
}
