/** Files that ship with the code (weights, WebAssembly). @module */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** Reads a file that lies beside the code: from disk, or over the network where the code itself came from there. */
export async function readAsset(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  if (url.protocol === "file:") return new Uint8Array(await readFile(fileURLToPath(url)));
  const response = await fetch(url);
  if (!response.ok) throw new Error(`Cannot read "${url}" as the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * A module beside another one, to be started in a thread or a process: `.ts` where the code runs as it is written, `.js`
 * where it was compiled for a package.
 *
 * ```ts
 * import { moduleBeside } from "./asset.ts";
 * console.assert(moduleBeside("worker", "file:///lib/method/forest/runner.js").href === "file:///lib/method/forest/worker.js");
 * ```
 *
 * @param name without its extension
 * @param base `import.meta.url` of the module that asks
 */
export function moduleBeside(name: string, base: string): URL {
  return new URL(`./${name}${base.endsWith(".ts") ? ".ts" : ".js"}`, base);
}
