/**
 * Compiles an AssemblyScript source to a TypeScript file that holds the WebAssembly bytes.
 *
 *     deno run --allow-read --allow-write --allow-env tools/build_wasm.ts lib/method/stats/pool.as.ts lib/method/stats/pool.generated.ts
 *     deno run … tools/build_wasm.ts IN OUT --importMemory      # more options of asc come after the two files
 *     deno run … tools/build_wasm.ts IN OUT --check             # writes nothing; fails where OUT is not what IN gives
 *
 * Always on: `-O3`, 128-bit SIMD (`f32x4.mul`, `v128.load`; no relaxed SIMD, as results must not depend on the machine)
 * and the stub runtime without garbage collection: sources use `load`, `store` and plain numbers on addresses that the
 * caller hands out, and no objects. The memory is exported as `memory`, or imported as `env.memory` with
 * `--importMemory` (add `--sharedMemory --maximumMemory PAGES --enable threads` where workers share it).
 * A source with static data exports where the caller's memory begins: `export function base(): usize { return __heap_base; }`.
 *
 * The written file exports `wasmBytes()`; use it so:
 *
 *     import { wasmBytes } from "./pool.generated.ts";
 *     const module = new WebAssembly.Module(wasmBytes());
 *     const { exports } = new WebAssembly.Instance(module, {});
 *
 * The same source gives the same file. Sources are called `*.as.ts` and are no TypeScript: format, lint and type checks
 * leave them out.
 */
import asc from "assemblyscript/asc";
import { Buffer } from "node:buffer";
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import process from "node:process";
import { stripVTControlCharacters } from "node:util";

const settings = ["-O3", "--enable", "simd", "--runtime", "stub", "--use", "abort="];

/**
 * Compiles one source without imports to WebAssembly.
 *
 * @throws {SyntaxError} with the compiler's messages where the source does not compile
 */
export async function compile(name: string, source: string, options: readonly string[] = []): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const messages: string[] = [];
  const { error } = await asc.main([name, "--outFile", "out.wasm", ...settings, ...options], {
    readFile: (path) => path === name ? source : null,
    writeFile: (path, contents) => {
      if (path === "out.wasm" && typeof contents !== "string") binary = contents;
    },
    listFiles: () => [],
    stderr: { write: (text) => messages.push(stripVTControlCharacters(String(text))) },
  });
  if (error || !binary) throw new SyntaxError(`Cannot compile "${name}" as ${messages.join("") || error?.message}`);
  return binary;
}

/** The TypeScript file that holds the bytes. */
export async function generate(path: string, options: readonly string[] = []): Promise<string> {
  const name = basename(path);
  const binary = await compile(name, await readFile(path, "utf8"), options);
  const how = ["tools/build_wasm.ts", name, ...options].join(" ");
  return `// Generated from ${name} by \`${how}\`. Do not edit.
const base64 =
  "${Buffer.from(binary).toString("base64")}";

/** The WebAssembly module of ${name}. */
export function wasmBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
`;
}

if (import.meta.main) {
  const [from, to, ...rest] = process.argv.slice(2);
  if (!from || !to) {
    console.error("Usage: tools/build_wasm.ts IN.as.ts OUT.generated.ts [--check] [options of asc]");
    process.exit(2);
  }
  const text = await generate(from, rest.filter((option) => option !== "--check"));
  if (!rest.includes("--check")) await writeFile(to, text);
  else if (await readFile(to, "utf8") !== text) {
    console.error(`${to} is not what ${from} gives: build it again`);
    process.exit(1);
  }
}
