/** Arguments in a library's memory, released together. @module */
import type { Library } from "./library.ts";

/** Memory for the arguments of some calls. */
export interface Scratch {
  /** Copies bytes over and gives their address. */
  bytes(data: Uint8Array): number;
  /** A text as C has it, ended by 0. */
  text(value: string): number;
  /** An array of texts. */
  texts(values: readonly string[]): number;
  /** An array of addresses. */
  addresses(values: readonly number[]): number;
  /** Copies an array over; gives the text of its `__array_interface__`, as XGBoost's C API takes arrays. */
  array(data: Float32Array, type: "<f4", shape: readonly number[]): number;
  /** Room for an address that a call writes. */
  address(): number;
  /** Room for a `bst_ulong` that a call writes. */
  u64(): number;
  readAddress(at: number): number;
  readU64(at: number): number;
  /** Reads an array of texts. */
  readTexts(at: number, count: number): string[];
  release(): void;
}

/** Opens a scratch area; whoever opens it releases it. */
export function openScratch(library: Library): Scratch {
  const taken: number[] = [];
  const width = library.addressBytes;

  function take(length: number): number {
    const address = library.allocate(length);
    taken.push(address);
    return address;
  }
  function bytes(data: Uint8Array): number {
    const address = take(data.length);
    library.view(address, data.length).set(data);
    return address;
  }
  function text(value: string): number {
    return bytes(new TextEncoder().encode(`${value}\0`));
  }
  function addresses(values: readonly number[]): number {
    const packed = width === 4 ? new Uint32Array(values) : BigUint64Array.from(values, BigInt);
    return bytes(new Uint8Array(packed.buffer));
  }
  function readU64(at: number): number {
    return Number(new BigUint64Array(library.view(at, 8).slice().buffer)[0]);
  }
  function readAddress(at: number): number {
    return width === 8 ? readU64(at) : new Uint32Array(library.view(at, 4).slice().buffer)[0];
  }
  function readText(at: number): string {
    let length = 0;
    while (library.view(at + length, 1)[0] !== 0) length++;
    return new TextDecoder().decode(library.view(at, length).slice());
  }

  return {
    bytes,
    text,
    addresses,
    texts: (values) => addresses(values.map(text)),
    array(data, type, shape) {
      const address = bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      return text(JSON.stringify({ data: [address, true], typestr: type, shape, version: 3 }));
    },
    address: () => bytes(new Uint8Array(width)),
    u64: () => bytes(new Uint8Array(8)),
    readAddress,
    readU64,
    readTexts: (at, count) => Array.from({ length: count }, (_, i) => readText(readAddress(at + i * width))),
    release: () => taken.forEach((address) => library.release(address)),
  };
}
