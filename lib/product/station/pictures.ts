/** The files of pictures, named by their content. @module */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { sha256 } from "../../base/io/hash.ts";
import type { Station } from "./station.ts";

/** Where a picture lies. */
export function picturePath({ folder }: Station, hash: string): string {
  return join(folder, "pictures", hash.slice(0, 2), hash);
}

/** Keeps the bytes of a picture and gives their hash; what is there already is not written again. */
export async function keepPicture(station: Station, bytes: Uint8Array): Promise<string> {
  const hash = sha256(bytes);
  const path = picturePath(station, hash);
  if (!existsSync(path)) await writeFileAtomic(path, bytes);
  return hash;
}

/** The bytes of a picture that is kept. */
export async function readPicture(station: Station, hash: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(picturePath(station, hash)));
}
