/** ONNX files from disk, with the weights that some exporters keep in a file beside. @module */
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { isWithin } from "../../../base/io/apart.ts";
import { readWhole } from "../../../base/io/read_file.ts";
import { ModelProtoSchema, TensorProto_DataLocation } from "./onnx_pb.generated.ts";
import type { ModelProto } from "./onnx_pb.generated.ts";

/** What a protobuf message can hold: many weights may name the same bytes. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * Reads an ONNX file; weights in files beside it (PyTorch's exporter writes `model.onnx.data`) become part of it. Other
 * tensors that lie in files, such as constants, are refused by whoever opens the model.
 *
 * @throws {Error} where a file cannot be read
 * @throws {SyntaxError} where weights would lie outside the file's folder, by their path or by a link, or the file beside is
 * too short for them
 *
 * ```ts
 * import { readOnnxFile } from "./read.ts";
 * const told = await readOnnxFile("none.onnx").catch((error: Error) => error.message);
 * console.assert(`${told}`.startsWith('Cannot read "none.onnx"'));
 * ```
 */
export async function readOnnxFile(path: string): Promise<Uint8Array> {
  const bytes = await readWhole(path);
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
  let total = 0;
  for (const tensor of outside) {
    const facts = Object.fromEntries(tensor.externalData.map(({ key, value }) => [key, value]));
    const location = normalize(facts.location ?? "");
    const refuse = (reason: string): never => {
      throw new SyntaxError(`Cannot read "${path}" as ONNX as its weight "${tensor.name}" ${reason}`);
    };
    const file = files.get(location) ?? await readBeside(path, location, refuse);
    files.set(location, file);
    const from = Number(facts.offset ?? 0);
    const to = facts.length === undefined ? file.length : from + Number(facts.length);
    if (!(from >= 0 && to >= from)) refuse(`begins at byte ${from} and ends at byte ${to} of "${location}"`);
    if (!(to <= file.length)) refuse(`ends at byte ${to} of "${location}", which has ${file.length}`);
    total += to - from;
    if (total > MOST_BYTES) refuse(`and those before it have ${total} bytes, and a model at most ${MOST_BYTES}`);
    tensor.rawData = file.slice(from, to);
    tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
    tensor.externalData = [];
  }
  return toBinary(ModelProtoSchema, model);
}

/** A file beside the model; what its path, or a link, leads out of the model's folder to is not read. */
async function readBeside(model: string, location: string, refuse: (reason: string) => never): Promise<Uint8Array> {
  const leaves = () => refuse(`would lie outside its folder, in "${location}"`);
  if (location.startsWith("..") || isAbsolute(location)) leaves();
  const path = join(dirname(model), location);
  const [real, folder] = await Promise.all([realpath(path).catch(() => path), realpath(dirname(model))]);
  if (real !== path && !isWithin(real, folder)) leaves();
  return await readWhole(path);
}
