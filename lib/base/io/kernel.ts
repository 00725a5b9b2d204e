/** WebAssembly kernels that ship with the code, and their memory. @module */

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

const PAGE = 65536;
/** Bytes that a kernel can address. */
export const MOST_MEMORY = PAGE * PAGE;

/**
 * Grows the memory of a kernel to at least so many bytes.
 *
 * @param what cannot be done where they are too many, and `instead` what then helps, for the message
 * @throws {RangeError} for more than 4 GiB
 *
 * ```ts
 * import { reserve } from "./kernel.ts";
 * const memory = new WebAssembly.Memory({ initial: 0 });
 * reserve(memory, 65_537, "Cannot hold the points", "use fewer");
 * console.assert(memory.buffer.byteLength === 131_072);
 * ```
 */
export function reserve(memory: WebAssembly.Memory, bytes: number, what: string, instead: string): void {
  if (bytes > MOST_MEMORY) {
    throw new RangeError(
      `${what} as ${Math.ceil(bytes / 2 ** 20)} MiB is more than the ${
        MOST_MEMORY / 2 ** 20
      } MiB of WebAssembly: ${instead}`,
    );
  }
  const pages = Math.ceil(bytes / PAGE) - memory.buffer.byteLength / PAGE;
  if (pages > 0) memory.grow(pages);
}
