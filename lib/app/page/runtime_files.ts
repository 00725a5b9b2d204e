/** The files of the ONNX runtime for browsers, from its package. @module */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** One WebAssembly module for the CPU and for WebGPU alike, with what loads it. */
const FILES = ["ort.webgpu.min.mjs", "ort-wasm-simd-threaded.asyncify.mjs", "ort-wasm-simd-threaded.asyncify.wasm"];

/** Never called: what is imported somewhere is what Deno fetches. */
export const fetched = (): Promise<unknown> => import("onnxruntime-web/webgpu");

/** The bytes of each file by its name. */
export async function runtimeFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const folder = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));
  const read = async (name: string) => [name, new Uint8Array(await readFile(join(folder, name)))] as const;
  return new Map(await Promise.all(FILES.map(read)));
}
