/** The embedded XGBoost: one WebAssembly instance. @module */
import type { Arguments, FunctionName, Library } from "./library.ts";

interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(bytes: number): number;
  free(address: number): void;
  XGBGetLastError(): number;
  XGBoostVersion(major: number, minor: number, patch: number): void;
}

const ERRNO_NOSYS = 52;
const MEMORY_LIMIT = 4;

/**
 * Instantiates a compiled `xgboost.wasm`. It has no clock, no environment, no files and no network: the same calls give
 * the same results. What it would print is dropped; failures come as errors.
 *
 * ```ts
 * import { embeddedModule } from "./open.ts";
 * import { openWasmLibrary } from "./wasm_library.ts";
 * console.assert(openWasmLibrary(await embeddedModule()).version() === "3.2.0");
 * ```
 */
export function openWasmLibrary(module: WebAssembly.Module): Library {
  const u32 = () => new DataView(exports.memory.buffer);
  const instance = new WebAssembly.Instance(module, {
    env: { emscripten_notify_memory_growth: () => {} },
    wasi_snapshot_preview1: {
      clock_time_get(_clock: number, _precision: bigint, time: number): number {
        u32().setBigUint64(time, 0n, true);
        return 0;
      },
      environ_sizes_get(count: number, bytes: number): number {
        u32().setUint32(count, 0, true);
        u32().setUint32(bytes, 0, true);
        return 0;
      },
      environ_get: () => 0,
      fd_write(_file: number, parts: number, count: number, written: number): number {
        let bytes = 0;
        for (let i = 0; i < count; i++) bytes += u32().getUint32(parts + 8 * i + 4, true);
        u32().setUint32(written, bytes, true);
        return 0;
      },
      fd_close: () => ERRNO_NOSYS,
      fd_read: () => ERRNO_NOSYS,
      fd_seek: () => ERRNO_NOSYS,
      proc_exit(code: number): never {
        throw new Error(`Cannot go on as XGBoost ended with code ${code}`);
      },
    },
  });
  const exports = instance.exports as unknown as Exports;
  const functions = instance.exports as unknown as Record<FunctionName, (...args: (number | bigint)[]) => number>;
  let lost = false;
  exports._initialize();

  function text(address: number): string {
    const heap = new Uint8Array(exports.memory.buffer);
    return new TextDecoder().decode(heap.subarray(address, heap.indexOf(0, address)));
  }

  return {
    addressBytes: 4,
    call<Name extends FunctionName>(name: Name, ...args: Arguments<Name>): number {
      if (lost) return -1;
      try {
        return functions[name](...args as (number | bigint)[]);
      } catch (cause) {
        lost = true;
        throw new Error(`its work was cut short: ${cause instanceof Error ? cause.message : cause}`, { cause });
      }
    },
    isLost: () => lost,
    lastError: () => lost ? "an earlier task was cut short" : text(exports.XGBGetLastError()),
    version() {
      const address = exports.malloc(12);
      exports.XGBoostVersion(address, address + 4, address + 8);
      const parts = [0, 4, 8].map((offset) => u32().getInt32(address + offset, true));
      exports.free(address);
      return parts.join(".");
    },
    allocate(bytes) {
      const address = exports.malloc(Math.max(bytes, 1)) >>> 0;
      if (address === 0) {
        throw new RangeError(
          `Cannot give XGBoost ${bytes} bytes as its memory is full: the limit is ${MEMORY_LIMIT} GiB a worker`,
        );
      }
      return address;
    },
    release(address) {
      if (!lost) exports.free(address);
    },
    view: (address, bytes) => new Uint8Array(exports.memory.buffer as ArrayBuffer, address >>> 0, bytes),
  };
}
