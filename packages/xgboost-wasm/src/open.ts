/** The XGBoost that ships with the code. @module */
import { readAsset } from "../../base/io/asset.ts";
import { type Engine, openEngine } from "./engine.ts";
import type { Library } from "./library.ts";
import { openWasmLibrary } from "./wasm_library.ts";

let compiled: Promise<WebAssembly.Module> | undefined;
let opened: { readonly library: Library; readonly engine: Engine } | undefined;

/** The compiled `xgboost.wasm`, once a thread. */
export function embeddedModule(): Promise<WebAssembly.Module> {
  compiled ??= readAsset(new URL("./xgboost.wasm.gz", import.meta.url)).then(compileGzip);
  return compiled;
}

/**
 * The engine over it, one a thread, and another one where that was lost. It blocks the thread while it trains:
 * {@linkcode openForestRunner} has it in workers. Ask for it before each task.
 */
export async function embeddedEngine(): Promise<Engine> {
  const module = await embeddedModule();
  if (!opened || opened.library.isLost()) {
    const library = openWasmLibrary(module);
    opened = { library, engine: openEngine(library) };
  }
  return opened.engine;
}

/** Compiles gzipped WebAssembly while it is unpacked. */
function compileGzip(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(unpacked).arrayBuffer().then((wasm) => WebAssembly.compile(wasm));
}
