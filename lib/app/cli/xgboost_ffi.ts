/**
 * A user's native libxgboost by Deno's foreign function interface: the optional fast path beside the embedded
 * WebAssembly, with the same engine over it. Models stay the same where the library is XGBoost 3.2.0.
 * @module
 */
import {
  type Arguments,
  type FunctionName,
  FUNCTIONS,
  type Library,
  type Parameter,
} from "../../../packages/xgboost-wasm/mod.ts";

const TYPES = { address: "usize", u64: "u64", i32: "i32" } as const satisfies Record<Parameter, Deno.NativeType>;

const symbols = {
  ...Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, parameters]) => [
      name,
      { parameters: parameters.map((parameter) => TYPES[parameter]), result: "i32" },
    ]),
  ) as Record<FunctionName, { parameters: Deno.NativeType[]; result: "i32" }>,
  XGBGetLastError: { parameters: [], result: "pointer" },
  XGBoostVersion: { parameters: ["buffer", "buffer", "buffer"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

/**
 * Opens `libxgboost.so` (or `.dylib`, `.dll`). Needs the permissions `--allow-ffi` and `--allow-env`.
 *
 * @throws {Error} with the path where it cannot be opened or is no XGBoost
 *
 * ```ts ignore
 * const engine = openEngine(openNativeLibrary("/usr/lib/libxgboost.so"));
 * ```
 */
export function openNativeLibrary(path: string): Library {
  // Threads of OpenMP that wait actively would fight for the cores with other workers; it reads this when opened.
  Deno.env.set("OMP_WAIT_POLICY", "PASSIVE");
  let library: Deno.DynamicLibrary<typeof symbols>;
  try {
    library = Deno.dlopen(path, symbols);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot use "${path}" as XGBoost as ${reason}`, { cause });
  }
  /** Memory that is lent to XGBoost, kept from the garbage collector until it is released. */
  const lent = new Map<number, Uint8Array<ArrayBuffer>>();
  const functions = library.symbols as unknown as Record<FunctionName, (...args: (number | bigint)[]) => number>;

  return {
    addressBytes: 8,
    call<Name extends FunctionName>(name: Name, ...args: Arguments<Name>): number {
      const values = args as (number | bigint)[];
      return functions[name](...values.map((value, i) => FUNCTIONS[name][i] === "i32" ? value : BigInt(value)));
    },
    lastError() {
      const message = library.symbols.XGBGetLastError();
      return message ? Deno.UnsafePointerView.getCString(message) : "";
    },
    version() {
      const parts = [new Int32Array(1), new Int32Array(1), new Int32Array(1)] as const;
      library.symbols.XGBoostVersion(...parts);
      return parts.map((part) => part[0]).join(".");
    },
    isLost: () => false,
    allocate(bytes) {
      const memory = new Uint8Array(Math.max(bytes, 8));
      const address = Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(memory)));
      lent.set(address, memory);
      return address;
    },
    release: (address) => void lent.delete(address),
    view(address, bytes) {
      const known = lent.get(address);
      if (known) return known.subarray(0, bytes);
      const pointer = Deno.UnsafePointer.create(BigInt(address));
      if (!pointer || bytes === 0) return new Uint8Array(0);
      return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(pointer, bytes));
    },
  };
}
