/** Folders whose files are known by their hashes: what is read is what was written. @module */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "./hash.ts";
import { walk } from "./walk.ts";

/** SHA-256 of files, in hexadecimal, by their names with `/` between folders. */
export type FileHashes = Readonly<Record<string, string>>;

/** Files of a folder. */
export interface SealedFolder {
  /** Of the folder. */
  readonly path: string;
  /** Whether there is such a file: by the hashes, or on the disk where none are known. */
  has(name: string): boolean;
  /**
   * The bytes of a file, once it is known that they are the right ones.
   *
   * @throws {Error} with its path, where it cannot be read
   * @throws {SyntaxError} with its path, where it has another content than was written
   */
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** A folder in it. */
  below(folder: string): SealedFolder;
}

/** How a folder is opened. */
export interface SealedOptions {
  /** Of its files; where they are left out, files are taken as they are. */
  readonly hashes?: FileHashes;
  /** What to do about a file that is not right, for the message. */
  readonly remedy?: string;
}

/**
 * Opens a folder; nothing is read yet.
 *
 * ```ts
 * import { sealedFolder } from "./sealed_folder.ts";
 * const folder = sealedFolder("models", { hashes: { "backbone.onnx": "9f86d081…" } });
 * console.assert(folder.has("backbone.onnx") && !folder.has("forest/model.json"));
 * ```
 */
export function sealedFolder(path: string, { hashes, remedy = "make it again" }: SealedOptions = {}): SealedFolder {
  return folderAt(path, "");

  function folderAt(path: string, under: string): SealedFolder {
    const pathOf = (name: string) => join(path, name);
    const hashOf = (name: string) => hashes && Object.hasOwn(hashes, under + name) ? hashes[under + name] : undefined;
    return {
      path,
      has: (name) => hashes ? hashOf(name) !== undefined : existsSync(pathOf(name)),
      async read(name) {
        const bytes = await readBytes(pathOf(name), remedy);
        if (!hashes || sha256(bytes) === hashOf(name)) return bytes;
        throw new SyntaxError(
          `Cannot use "${pathOf(name)}" as it is not the file that was written with the others, ` +
            `but damaged or of another run: ${remedy}`,
        );
      },
      below: (folder) => folderAt(join(path, folder), `${under}${folder}/`),
    };
  }
}

/** The hashes of all files below a folder, in the order of their names; hidden files are left out. */
export async function hashFolder(path: string): Promise<FileHashes> {
  const { files, failed: [failed] } = await walk(path);
  if (failed) throw failed.error;
  const hashes: Record<string, string> = {};
  for (const { name, path } of files) hashes[name] = sha256(await readBytes(path, "make it again"));
  return hashes;
}

async function readBytes(path: string, remedy: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new Error(`Cannot read "${path}": ${remedy}`, { cause });
  }
}
