/** ONNX files from disk, with the weights that some exporters keep in a file beside. @module */
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { ModelProtoSchema, TensorProto_DataLocation } from "./onnx_pb.generated.ts";
import type { ModelProto } from "./onnx_pb.generated.ts";

/**
 * Reads an ONNX file; weights in files beside it (PyTorch's exporter writes `model.onnx.data`) become part of it.
 *
 * @throws {Error} where a file cannot be read
 * @throws {SyntaxError} where weights shall lie outside the file's folder, or the file beside is too short for them
 *
 * ```ts
 * import { readOnnxFile } from "./read.ts";
 * const told = await readOnnxFile("none.onnx").catch((error: Error) => error.message);
 * console.assert(`${told}`.startsWith('Cannot read "none.onnx"'));
 * ```
 */
export async function readOnnxFile(path: string): Promise<Uint8Array> {
  const bytes = await readBytes(path, path);
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch {
    // What it is not, whoever uses it says.
    return bytes;
  }
  const outside =
    model.graph?.initializer.filter(({ dataLocation }) => dataLocation === TensorProto_DataLocation.EXTERNAL) ?? [];
  if (outside.length === 0) return bytes;
  const files = new Map<string, Uint8Array>();
  for (const tensor of outside) {
    const facts = Object.fromEntries(tensor.externalData.map(({ key, value }) => [key, value]));
    const location = normalize(facts.location ?? "");
    const refuse = (reason: string): never => {
      throw new SyntaxError(`Cannot read "${path}" as ONNX as its weight "${tensor.name}" ${reason}`);
    };
    if (location.startsWith("..") || location.startsWith("/")) refuse(`shall lie outside its folder, in "${location}"`);
    const file = files.get(location) ?? await readBytes(join(dirname(path), location), path);
    files.set(location, file);
    const from = Number(facts.offset ?? 0);
    const to = facts.length === undefined ? file.length : from + Number(facts.length);
    if (!(to <= file.length)) refuse(`ends at byte ${to} of "${location}", which has ${file.length}`);
    tensor.rawData = file.slice(from, to);
    tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
    tensor.externalData = [];
  }
  return toBinary(ModelProtoSchema, model);
}

async function readBytes(file: string, path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    throw new Error(`Cannot read "${path}" as ${(cause as Error).message}`, { cause });
  }
}
