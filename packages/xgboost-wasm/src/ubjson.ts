/**
 * UBJSON as XGBoost writes it, into plain values.
 *
 * XGBoost makes room for as many elements as a file says that there are; here they must be there.
 * @module
 */

/** Numbers of one array. */
export type Numbers = readonly number[];

/** Values inside values; XGBoost's models have about ten. */
const DEEPEST = 64;

const SIZES: Readonly<Record<string, number>> = { d: 4, D: 8, i: 1, U: 1, I: 2, l: 4, L: 8 };

/**
 * Reads a value that fills all bytes. Keys are own ones, whatever they are called.
 *
 * @throws {SyntaxError} where the bytes end too early or late, a mark is none of XGBoost's, or values are nested too deep;
 * the end of a sentence
 *
 * ```ts
 * import { readUbjson } from "./ubjson.ts";
 * const bytes = new Uint8Array([91, 36, 85, 35, 76, 0, 0, 0, 0, 0, 0, 0, 2, 7, 8]); // [$U#L 2, 7 8
 * console.assert(String(readUbjson(bytes)) === "7,8");
 * ```
 */
export function readUbjson(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  /** Where some bytes begin, which are passed. */
  function pass(count: number): number {
    if (!(count >= 0 && count <= bytes.length - at)) {
      throw new SyntaxError(`at byte ${at} of ${bytes.length} shall be ${count} more`);
    }
    at += count;
    return at - count;
  }
  function mark(): string {
    return String.fromCharCode(bytes[pass(1)]);
  }
  function expect(wanted: string): void {
    const found = mark();
    if (found !== wanted) throw new SyntaxError(`at byte ${at - 1} must be "${wanted}": found "${found}"`);
  }
  function number(type: string): number {
    const from = pass(SIZES[type]);
    if (type === "d") return view.getFloat32(from);
    if (type === "D") return view.getFloat64(from);
    if (type === "i") return view.getInt8(from);
    if (type === "U") return view.getUint8(from);
    if (type === "I") return view.getInt16(from);
    return type === "l" ? view.getInt32(from) : Number(view.getBigInt64(from));
  }
  function count(): number {
    expect("L");
    return number("L");
  }
  function text(): string {
    const length = count();
    const from = pass(length);
    return new TextDecoder().decode(bytes.slice(from, from + length));
  }
  function packed(): Numbers {
    const type = mark();
    if (!Object.hasOwn(SIZES, type)) {
      throw new SyntaxError(`at byte ${at - 1} must be a type of numbers: found "${type}"`);
    }
    expect("#");
    const length = count();
    at = pass(length * SIZES[type]);
    return Array.from({ length }, () => number(type));
  }
  function array(depth: number): unknown {
    const next = String.fromCharCode(bytes[at] ?? 0);
    if (next === "$") {
      at++;
      return packed();
    }
    const values: unknown[] = [];
    if (next !== "#") {
      for (let type = mark(); type !== "]"; type = mark()) values.push(value(type, depth));
      return values;
    }
    at++;
    const length = count();
    // Each has a byte at least.
    if (!(length >= 0 && length <= bytes.length - at)) throw new SyntaxError(`at byte ${at} shall be ${length} values`);
    for (let i = 0; i < length; i++) values.push(value(mark(), depth));
    return values;
  }
  function record(depth: number): unknown {
    const entries: [string, unknown][] = [];
    while (String.fromCharCode(bytes[at] ?? 0) !== "}") {
      const key = text();
      entries.push([key, value(mark(), depth)]);
    }
    at++;
    return Object.fromEntries(entries);
  }
  function value(type: string, depth: number): unknown {
    if (depth > DEEPEST) throw new SyntaxError(`at byte ${at} values are nested deeper than ${DEEPEST}`);
    if (type === "{") return record(depth + 1);
    if (type === "[") return array(depth + 1);
    if (type === "S") return text();
    if (type === "Z") return null;
    if (type === "T" || type === "F") return type === "T";
    if (Object.hasOwn(SIZES, type)) return number(type);
    throw new SyntaxError(`at byte ${at - 1} must be a mark of UBJSON: found "${type}"`);
  }

  const found = value(mark(), 0);
  if (at < bytes.length) throw new SyntaxError(`it goes on behind its end, at byte ${at} of ${bytes.length}`);
  return found;
}
