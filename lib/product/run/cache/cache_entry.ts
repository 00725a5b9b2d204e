/**
 * What an entry of the cache looks like on disk: the payload, and behind it what tells that it is whole and at its own place.
 *
 * ```
 * payload | {"key":…,"rows":…,"sha256":…} | length of that text, u32 little-endian | "segadkept2"
 * ```
 *
 * The seal stands at the end so that a payload begins where its file does: what is aligned stays so.
 * @module
 */
import { sha256 } from "../../../base/io/hash.ts";

const MAGIC = new TextEncoder().encode("segadkept2");
/** Bytes of the length and the mark at the end of each entry. */
export const SEAL_END = 4 + MAGIC.length;

/** What an entry says of itself. */
export interface Seal {
  /** Where in the cache it belongs. */
  readonly key: string;
  /** What its rows are called, where it holds something of several pictures. */
  readonly rows?: readonly string[];
  /** Of the key, the rows and the payload. */
  readonly sha256: string;
}

/** The bytes of an entry. */
export function sealEntry(key: string, payload: Uint8Array, rows?: readonly string[]): Uint8Array {
  const seal: Seal = { key, ...rows && { rows }, sha256: hashOf(key, rows, payload) };
  const text = new TextEncoder().encode(JSON.stringify(seal));
  const bytes = new Uint8Array(payload.length + text.length + SEAL_END);
  bytes.set(payload);
  bytes.set(text, payload.length);
  new DataView(bytes.buffer).setUint32(payload.length + text.length, text.length, true);
  bytes.set(MAGIC, bytes.length - MAGIC.length);
  return bytes;
}

/**
 * The payload of an entry, a view of its bytes.
 *
 * @throws {SyntaxError} where they are not whole, have changed, or are another entry's
 */
export function openEntry(key: string, bytes: Uint8Array): Uint8Array {
  const { seal, begin } = readSeal(key, bytes);
  const payload = bytes.subarray(0, begin);
  if (seal.sha256 !== hashOf(key, seal.rows, payload)) throw new SyntaxError("its content has changed");
  return payload;
}

/**
 * The seal of an entry, from its last bytes; whether the payload is whole it does not tell.
 *
 * @returns also where among the bytes it begins, negative where more of them are needed
 * @throws {SyntaxError} where there is none, or one of another entry
 */
export function readSeal(key: string, bytes: Uint8Array): { readonly seal: Seal; readonly begin: number } {
  const end = bytes.subarray(bytes.length - MAGIC.length);
  if (bytes.length < SEAL_END || !MAGIC.every((value, i) => value === end[i])) {
    throw new SyntaxError("its end is missing");
  }
  const place = bytes.length - SEAL_END;
  const begin = place - new DataView(bytes.buffer, bytes.byteOffset + place, 4).getUint32(0, true);
  if (begin < 0) return { seal: { key, sha256: "" }, begin };
  const seal = parseSeal(new TextDecoder().decode(bytes.subarray(begin, place)));
  if (seal.key !== key) throw new SyntaxError(`it is the entry "${seal.key}"`);
  return { seal, begin };
}

function parseSeal(text: string): Seal {
  const value: Partial<Seal> | null = JSON.parse(text);
  const { key, rows, sha256 } = value ?? {};
  const named = rows === undefined || Array.isArray(rows) && rows.every((row) => typeof row === "string");
  if (typeof key === "string" && typeof sha256 === "string" && named) return { key, rows, sha256 };
  throw new SyntaxError("its seal cannot be read");
}

function hashOf(key: string, rows: readonly string[] | undefined, payload: Uint8Array): string {
  return sha256(JSON.stringify([key, rows ?? null, sha256(payload)]));
}
