/** The XGBoost that ships with the package. @module */
import { type Engine, openEngine } from "./engine.ts";
import type { Library } from "./library.ts";
import { openWasmLibrary } from "./wasm_library.ts";

let compiled: Promise<WebAssembly.Module> | undefined;
let opened: { readonly library: Library; readonly engine: Engine } | undefined;

/**
 * The compiled `xgboost.wasm`, once a thread.
 *
 * @param from where `xgboost.wasm.gz` lies, for the first call; default: beside this file
 */
export function embeddedModule(
  from: URL | string = new URL("./xgboost.wasm.gz", import.meta.url),
): Promise<WebAssembly.Module> {
  compiled ??= readGzip(new URL(from)).then(compileGzip);
  return compiled;
}

/**
 * XGBoost, ready to use: one engine a thread, and another one where that was lost. Ask for it before each task. It blocks
 * its thread while it trains; a worker that asks for it has one of its own.
 *
 * @param from see {@linkcode embeddedModule}; for bundlers that put the file elsewhere
 * @throws {Error} where the file cannot be read
 */
export async function openXgboost(from?: URL | string): Promise<Engine> {
  const module = await embeddedModule(from);
  if (!opened || opened.library.isLost()) {
    const library = openWasmLibrary(module);
    opened = { library, engine: openEngine(library) };
  }
  return opened.engine;
}

/** From disk in Deno and Node.js, which alone have such addresses; over the network where the code itself came from there. */
async function readGzip(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  if (url.protocol === "file:") {
    const { readFile } = await import("node:fs/promises");
    return new Uint8Array(await readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`Cannot read "${url}" as the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Compiles WebAssembly while it is unpacked; a server may have told the browser to unpack it. */
function compileGzip(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  if (bytes[0] === 0) return WebAssembly.compile(bytes);
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(unpacked).arrayBuffer().then((wasm) => WebAssembly.compile(wasm));
}
