/** One parser's tries, in a thread that can be ended. @module */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import { inputOf } from "./mutate.ts";
import { foreign, PARSERS } from "./parsers.ts";

/** What the thread is told. */
export interface Work {
  readonly parser: string;
  readonly corpus: readonly Uint8Array[];
  readonly seed: number;
  /** The number of the first try. */
  readonly from: number;
  readonly seconds: number;
  /** To write into. */
  readonly folder: string;
  /** i32[2]: the number of the try at work, and how many have begun. */
  readonly state: SharedArrayBuffer;
}

/** What it tells: a try that went wrong, or that the time is over. */
export type Told = { readonly number: number; readonly reason: string } | { readonly done: number };

/** No small file takes longer, on a machine that does other things too. */
const SLOW_MS = 10_000;
/** No small file takes more memory: a megapixel and what decodes it. */
const MEMORY = 400e6;

async function tried({ parser, corpus, seed, folder, from }: Work, number: number): Promise<string | undefined> {
  const bytes = inputOf(corpus, seed, number);
  const own = join(folder, `${parser}-${number % 2}`);
  mkdirSync(own, { recursive: true });
  const before = Deno.memoryUsage().rss;
  const begun = performance.now();
  let reason: string | undefined;
  try {
    await PARSERS[parser](bytes, own);
  } catch (error) {
    reason = foreign(error);
  }
  const [spent, taken] = [performance.now() - begun, Deno.memoryUsage().rss - before];
  // The first tries load decoders and WebAssembly.
  if (spent > SLOW_MS && number > from) reason ??= `it takes ${(spent / 1000).toFixed(1)} s`;
  if (taken > MEMORY && number >= corpus.length) reason ??= `it takes ${(taken / 1e6).toFixed(0)} MB`;
  return reason;
}

parentPort!.on("message", async (data: Work) => {
  const state = new Int32Array(data.state);
  const tell = (told: Told) => parentPort!.postMessage(told);
  const end = performance.now() + 1000 * data.seconds;
  let number = data.from;
  // All files of the corpus as they are, whatever the time.
  for (; number < data.corpus.length || performance.now() < end; number++) {
    Atomics.store(state, 0, number);
    Atomics.add(state, 1, 1);
    const reason = await tried(data, number);
    if (reason !== undefined) tell({ number, reason });
  }
  tell({ done: number });
});
