/** What code made a result, as part of its key. @module */
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "../../../base/io/hash.ts";

const known = new Map<string, Promise<string>>();

/**
 * A hash of the sources of some folders and files of `lib/`, so that a change of code recomputes what depends on it and
 * no more.
 *
 * Where the code was not loaded from disk, the version of the package stands for it.
 */
export function codeVersion(places: readonly string[], release: string): Promise<string> {
  const name = places.join();
  let version = known.get(name);
  if (!version) known.set(name, version = hashPlaces(places, release));
  return version;
}

async function hashPlaces(places: readonly string[], release: string): Promise<string> {
  const here = new URL("../../../", import.meta.url);
  if (here.protocol !== "file:") return release;
  const lines: string[] = [];
  for (const place of [...places].sort()) {
    for (const file of await listSources(fileURLToPath(new URL(place, here)))) {
      lines.push(`${place} ${basename(file)} ${sha256(new Uint8Array(await readFile(file)))}`);
    }
  }
  return sha256(lines.join("\n")).slice(0, 16);
}

async function listSources(path: string): Promise<string[]> {
  if (path.endsWith(".ts")) return [path];
  const files = await readdir(path, { recursive: true });
  return files.filter((file) => /\.(ts|gz|onnx)$/.test(file)).sort().map((file) => join(path, file));
}
