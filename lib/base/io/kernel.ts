/** WebAssembly kernels that ship with the code. @module */

/**
 * A function that makes instances of a kernel, each with a memory of its own; the module is compiled with the first.
 *
 * `Exports` is what the caller knows of the kernel's source; nothing checks it.
 *
 * ```ts
 * import { kernelOf } from "./kernel.ts";
 * const empty = kernelOf<Record<string, never>>(() => new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
 * console.assert(Object.keys(empty()).length === 0);
 * ```
 */
export function kernelOf<Exports>(bytes: () => Uint8Array<ArrayBuffer>): () => Exports {
  let compiled: WebAssembly.Module | undefined;
  return () => {
    compiled ??= new WebAssembly.Module(bytes());
    return new WebAssembly.Instance(compiled).exports as unknown as Exports;
  };
}
