/** Files read whole, and what stands in the way in words. @module */
import { readFile, stat } from "node:fs/promises";

/**
 * Bytes of a file. What would never end is no file: a pipe, a device, a socket.
 *
 * @throws {Error} where there is none at the path, with the path
 */
export async function fileSize(path: string): Promise<number> {
  const found = await orRefuse(path, stat(path));
  if (found.isFile()) return found.size;
  const kind = found.isDirectory()
    ? "a folder"
    : found.isFIFO()
    ? "a named pipe"
    : found.isSocket()
    ? "a socket"
    : "a device";
  throw new Error(`Cannot read "${path}" as it is ${kind} and no file`);
}

/**
 * The content of a file.
 *
 * @throws {Error} where it cannot be read, with the path
 */
export async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  await fileSize(path);
  return new Uint8Array(await orRefuse(path, readFile(path)));
}

async function orRefuse<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const reason = isForeign(path)
      ? "its name is not UTF-8, so it cannot be opened: give it another name"
      : cause instanceof Error
      ? cause.message
      : cause;
    throw new Error(`Cannot read "${path}" as ${reason}`, { cause });
  }
}

/** Whether a name was listed with bytes that are no text: U+FFFD stands for them, and no file has that name. */
export function isForeign(path: string): boolean {
  return path.includes("\ufffd");
}
