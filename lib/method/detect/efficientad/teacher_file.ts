/** Teachers for EfficientAD from files: ours, and those that are published. @module */
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { makeBackbone, readWeights } from "../../backbone/make_file.ts";
import { readPdn } from "../../backbone/pdn_file.ts";
import type { PdnWeights } from "../../backbone/pdn_file.ts";
import type { PdnShape } from "../../backbone/pdn.ts";

/**
 * Reads a teacher: an ONNX file of `deno task distil` or `deno task backbone pdn_medium`, or weights as safetensors, by the
 * names of anomalib's files (`conv1.weight`) or of nelson1425's (`0.weight`).
 *
 * @throws {TypeError} where the teacher is of another size, or the weights are of another network
 * @throws {Error} where the file cannot be read, with the way out where it is PyTorch's own format
 */
export async function readTeacher(
  path: string,
  { size, width, padding }: Omit<PdnShape, "channels">,
): Promise<PdnWeights> {
  const teacher = readPdn(await bytesOf(path, size), path);
  if (teacher.shape.size === size && teacher.shape.width === width) {
    return { ...teacher, shape: { ...teacher.shape, padding } };
  }
  throw new TypeError(
    `Cannot use teacher "${path}" as it must be of size "${size}" and width ${width}: ` +
      `it is of size "${teacher.shape.size}" and width ${teacher.shape.width}`,
  );
}

async function bytesOf(path: string, size: PdnShape["size"]): Promise<Uint8Array> {
  if ([".safetensors", ".pth", ".pt", ".bin"].includes(extname(path))) {
    if (size === "far") {
      throw new TypeError(
        `Cannot use teacher "${path}" as published ones are of size "small" or "medium": found "far"`,
      );
    }
    return makeBackbone(`pdn_${size}`, { tensors: await readWeights(path), name: path });
  }
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new Error(`Cannot read teacher "${path}" as ${(cause as Error).message}`, { cause });
  }
}
