/**
 * XGBoost's C API as the engine sees it, whatever it runs on: the embedded WebAssembly or a native library.
 *
 * Addresses are numbers (a native address stays far below 2⁵³). Nothing in this file or in `engine.ts` and
 * `wasm_library.ts` needs more than a web browser.
 * @module
 */

/** What a parameter of the C API is: an address, a `bst_ulong` (64 bits everywhere) or an `int`. */
export type Parameter = "address" | "u64" | "i32";

/** The functions that the engine calls, with their parameters. */
export const FUNCTIONS = {
  XGDMatrixCreateFromDense: ["address", "address", "address"],
  XGDMatrixSetInfoFromInterface: ["address", "address", "address"],
  XGDMatrixSetStrFeatureInfo: ["address", "address", "address", "u64"],
  XGDMatrixFree: ["address"],
  XGBoosterCreate: ["address", "u64", "address"],
  XGBoosterFree: ["address"],
  XGBoosterSetParam: ["address", "address", "address"],
  XGBoosterSetStrFeatureInfo: ["address", "address", "address", "u64"],
  XGBoosterGetStrFeatureInfo: ["address", "address", "address", "address"],
  XGBoosterGetNumFeature: ["address", "address"],
  XGBoosterUpdateOneIter: ["address", "i32", "address"],
  XGBoosterPredictFromDMatrix: ["address", "address", "address", "address", "address", "address"],
  XGBoosterLoadModelFromBuffer: ["address", "address", "u64"],
  XGBoosterSaveModelToBuffer: ["address", "address", "address", "address"],
} as const satisfies Record<string, readonly Parameter[]>;

/** The name of a function that the engine calls. */
export type FunctionName = keyof typeof FUNCTIONS;

type ArgumentOf<P extends Parameter> = P extends "u64" ? bigint : number;

type ArgumentsOf<P extends readonly Parameter[]> = { -readonly [I in keyof P]: ArgumentOf<P[I]> };

/** The arguments of a function: addresses and `int` as numbers, `bst_ulong` as bigint. */
export type Arguments<Name extends FunctionName> = ArgumentsOf<(typeof FUNCTIONS)[Name]>;

/** A loaded XGBoost with its memory. */
export interface Library {
  /** Bytes of an address. */
  readonly addressBytes: 4 | 8;
  /** Calls a function; 0 is success, as in the C API. */
  call<Name extends FunctionName>(name: Name, ...args: Arguments<Name>): number;
  /** The message of the last failure. */
  lastError(): string;
  /** The three numbers of XGBoost's version. */
  version(): string;
  /** Whether a call was cut short (a full stack, a trap), so that the memory cannot be trusted any more. */
  isLost(): boolean;
  /** Memory of XGBoost's side, aligned to 8 bytes, until it is released. */
  allocate(bytes: number): number;
  release(address: number): void;
  /** A window on XGBoost's memory. It may go stale with the next call: write at once, copy what is read. */
  view(address: number, bytes: number): Uint8Array<ArrayBuffer>;
}
