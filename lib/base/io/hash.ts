/** Content addresses. @module */
import { createHash } from "node:crypto";

/** The SHA-256 of some bytes or text, in hexadecimal. */
export function sha256(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}

/**
 * JSON with sorted keys: equal values give equal text, whatever order they were written in.
 * Numbers that JSON does not know (NaN, ±Infinity) and `undefined` array entries are refused rather than turned to null.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new TypeError(`Cannot write ${value} as JSON as it is not finite`);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => item === undefined ? refuse() : canonicalJson(item)).join(",")}]`;
  }
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined).sort(([a], [b]) => a < b ? -1 : 1);
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

function refuse(): never {
  throw new TypeError("Cannot write an undefined array entry as JSON");
}
