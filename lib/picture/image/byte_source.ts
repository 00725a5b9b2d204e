/** Bytes that are read where they are wanted: of a file, so that a header is judged before all of it is read. @module */
import { open } from "node:fs/promises";

/** Bytes by their place. */
export interface ByteSource {
  /** `length` bytes from `at` on, fewer where the end comes before. */
  read(at: number, length: number): Promise<Uint8Array>;
}

/** Bytes in memory, not copied. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return { read: (at, length) => Promise.resolve(bytes.subarray(Math.min(at, bytes.length), at + length)) };
}

/**
 * Opens a file for the time of `work`.
 *
 * @throws {Error} where it cannot be opened or read
 */
export async function withFileSource<T>(path: string, work: (source: ByteSource) => Promise<T>): Promise<T> {
  const file = await open(path);
  try {
    return await work({
      async read(at, length) {
        const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, at);
        return buffer.subarray(0, bytesRead);
      },
    });
  } finally {
    await file.close();
  }
}
