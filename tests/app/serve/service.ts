/** A real service on loopback, as a process of its own. @module */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { commandOf, drawPart, pipelineText, put, run, writeParts } from "../cli/product.ts";

/** A service that runs. */
export interface Running {
  readonly address: string;
  /** What it has said on its error stream. */
  said(): string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** JSON of an answer that must be a good one. */
  get<T = Json>(path: string): Promise<T>;
  send<T = Json>(method: string, path: string, body?: unknown): Promise<T>;
  /** The verdict on the bytes of a picture. */
  score<T = Json>(bytes: Uint8Array<ArrayBuffer>, query?: string): Promise<T>;
  kill(signal: Deno.Signal): Promise<Deno.CommandStatus>;
  /** Ends it where it has not ended: a test that fails leaves no process. */
  [Symbol.asyncDispose](): Promise<void>;
}

// deno-lint-ignore no-explicit-any
export type Json = any;

/** Starts a service on a free port and waits until its models are loaded. */
export async function start(
  args: readonly string[],
  { env = {}, ready = true }: { readonly env?: Record<string, string>; readonly ready?: boolean } = {},
): Promise<Running> {
  const child = commandOf("serve", ["--port", "0", "--threads", "1", ...args], env).spawn();
  let said = "";
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const errors = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) said += text;
  })();
  let ended = false;
  const status = child.status.finally(() => ended = true);
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) {
      await errors;
      throw new Error(`The service has not begun: ${said}`);
    }
    text += value;
  }
  const drained = (async () => {
    while (!(await reader.read()).done);
  })();
  const address = /http:\S+/.exec(text)![0].replace("0.0.0.0", "127.0.0.1");
  const service: Running = {
    address,
    said: () => said,
    fetch: (path, init) => fetch(`${address}${path}`, init),
    async get(path) {
      const answer = await fetch(`${address}${path}`);
      const text = await answer.text();
      assert.ok(answer.ok, `${path}: ${answer.status} ${text}`);
      return JSON.parse(text);
    },
    async send(method, path, body) {
      const answer = await fetch(`${address}${path}`, {
        method,
        ...body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } },
      });
      const text = await answer.text();
      assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
      return text === "" ? undefined : JSON.parse(text);
    },
    async score(bytes, query = "") {
      const answer = await fetch(`${address}/v1/score${query}`, { method: "POST", body: bytes });
      const text = await answer.text();
      assert.ok(answer.ok, `${answer.status} ${text}`);
      return JSON.parse(text);
    },
    async kill(signal) {
      child.kill(signal);
      await Promise.all([status, errors, drained]);
      return await status;
    },
    async [Symbol.asyncDispose]() {
      if (!ended) await service.kill("SIGKILL");
    },
  };
  if (ready) await until(async () => (await service.fetch("/ready").then(drain)).ok);
  return service;
}

async function drain(answer: Response): Promise<Response> {
  await answer.body?.cancel();
  return answer;
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>, seconds = 120): Promise<void> {
  for (const end = Date.now() + 1000 * seconds; !await holds();) {
    assert.ok(Date.now() < end, `It does not hold after ${seconds} s: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits for the end of a job, which must be a good one. */
export async function done(service: Running, job: { readonly id: number }): Promise<Json> {
  let found: Json;
  await until(async () => {
    found = await service.get(`/v1/jobs/${job.id}`);
    return found.state !== "running" && found.state !== "stopping";
  }, 300);
  assert.equal(found.state, "done", JSON.stringify(found));
  return found;
}

/** The small pipeline with folds, as the station learns with. */
export const FOLDED = {
  split: { kind: "folds", folds: 3 },
  segments: "rings",
  seeds: [1],
  methods: {
    "PatchCore": { alone: "patchcore" },
    "PaDiM": { alone: "padim" },
    "Regression": { regression: "evidence" },
  },
  decision: { benchmark: "supervised", method: "Regression", recall: 0.9 },
};

/**
 * Parts and a run over them, copied into a folder; gives the folders of both. The run is made once for all test files of a
 * process.
 */
export async function makeRun(folder: string): Promise<{ data: string; run: string }> {
  // Processes get numbers again; what one of that number left, of another version perhaps, is not taken for ours.
  process.env[OURS] ??= `${process.pid}-${crypto.randomUUID()}`;
  const shared = join(tmpdir(), SHARED + process.env[OURS]);
  const whole = join(shared, "whole");
  // Where test files run side by side, one makes it and the others wait.
  if (await mkdir(shared).then(() => true, () => false)) {
    await removeForgotten();
    await pipelineRun(shared);
    await put(whole, "");
  }
  await until(() => existsSync(whole));
  const [data, model] = [join(folder, "parts"), join(folder, "runs/small/it")];
  await cp(join(shared, "parts"), data, { recursive: true });
  await cp(join(shared, "runs/small/it"), model, { recursive: true });
  return { data, run: model };
}

const SHARED = "segad-shared-run-";
/** The name of this process among others, for all its threads. */
const OURS = "SEGAD_TEST_PROCESS";

/** Runs of test processes that are no more. */
async function removeForgotten(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(SHARED)) continue;
    if (name === SHARED + process.env[OURS]) continue;
    try {
      process.kill(Number.parseInt(name.slice(SHARED.length)), 0);
    } catch (error) {
      if ((error as { code?: string }).code !== "ESRCH") continue;
      await rm(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
}

async function pipelineRun(folder: string): Promise<void> {
  const data = join(folder, "parts");
  await writeParts(data, 24, 12);
  const file = await put(join(folder, "small.ts"), pipelineText(FOLDED));
  const made = ["--data", data, "--cache", join(folder, "cache"), "--runs", join(folder, "runs"), "--name", "it"];
  const { code, err } = await run("pipeline", file, ...made);
  assert.equal(code, 0, err);
}

/** The bytes of parts that no model has seen. */
export function freshPart(i: number, bad: boolean): Promise<Uint8Array<ArrayBuffer>> {
  return drawPart(90_000 + i + (bad ? 5000 : 0), bad);
}
