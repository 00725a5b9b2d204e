/** Parsers that meet changed files: each gives a value or an error of ours, in bounded time and memory. @module */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { describeError } from "../../lib/base/text/describe_error.ts";
import { inputOf } from "./mutate.ts";
import type { Told, Work } from "./worker.ts";

/** Where the files lie that changes begin from: a folder a parser. */
export const CORPUS: string = fileURLToPath(new URL("./corpus/", import.meta.url));

/** An input on which a parser goes wrong. */
export interface Failure {
  readonly input: Uint8Array;
  readonly reason: string;
}

/** What came of the tries. */
export interface Outcome {
  readonly tries: number;
  /** Different in their reasons. */
  readonly failures: readonly Failure[];
}

/** A try that takes longer does not end. */
const ENDLESS_MS = 40_000;
/** Of one parser, that are told. */
const MOST_FAILURES = 10;

/** The files of a parser's folder, by name. */
export async function readCorpus(parser: string, root = CORPUS): Promise<Uint8Array[]> {
  const names = (await readdir(join(root, parser)).catch(() => [])).sort();
  return await Promise.all(names.map(async (name) => new Uint8Array(await readFile(join(root, parser, name)))));
}

/** Tries a parser on files of the corpus as they are and on changed ones, for some seconds. */
export async function fuzz(
  parser: string,
  { seed, seconds, corpus }: { seed: number; seconds: number; corpus: readonly Uint8Array[] },
): Promise<Outcome> {
  if (corpus.length === 0) throw new Error(`Cannot fuzz "${parser}" as its corpus has no file`);
  const folder = await mkdtemp(join(tmpdir(), "fuzz-"));
  const failures = new Map<string, Failure>();
  const state = new SharedArrayBuffer(8);
  const tries = new Int32Array(state);
  const fail = (number: number, reason: string) => {
    if (!failures.has(reason)) failures.set(reason, { input: inputOf(corpus, seed, number), reason });
  };
  try {
    const end = performance.now() + 1000 * seconds;
    for (let from: number | undefined = 0; from !== undefined && failures.size < MOST_FAILURES;) {
      const left = Math.max(0, (end - performance.now()) / 1000);
      from = await run({ parser, corpus, seed, from, seconds: left, folder, state }, fail);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return { tries: tries[1], failures: [...failures.values()] };
}

/** Runs tries to their end; where one does not end, its thread is, and the number of the next is given back. */
function run(work: Work, fail: (number: number, reason: string) => void): Promise<number | undefined> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url));
  const state = new Int32Array(work.state);
  return new Promise((resolve, reject) => {
    let [seen, since] = [-1, performance.now()];
    // Begun when the thread is: modules are loaded first.
    const begun = state[1];
    const watch = setInterval(() => {
      const number = Atomics.load(state, 0);
      if (number !== seen || state[1] === begun) [seen, since] = [number, performance.now()];
      if (performance.now() - since < ENDLESS_MS) return;
      fail(number, "it does not end");
      stop(number + 1);
    }, 200);
    function stop(next?: number): void {
      clearInterval(watch);
      worker.terminate().then(() => resolve(next));
    }
    worker.on("message", (told: Told) => "done" in told ? stop() : fail(told.number, told.reason));
    worker.on("error", (error) => {
      clearInterval(watch);
      reject(
        new Error(`Cannot go on with "${work.parser}" at try ${state[0]} as ${describeError(error)}`, { cause: error }),
      );
    });
    worker.postMessage(work);
  });
}

/** Keeps an input in the corpus, so that every later run tries it. */
export async function keepFailure(parser: string, { input }: Failure, root = CORPUS): Promise<string> {
  const path = join(root, parser, `found-${createHash("sha256").update(input).digest("hex").slice(0, 12)}`);
  await mkdir(join(root, parser), { recursive: true });
  await writeFile(path, input);
  return path;
}
