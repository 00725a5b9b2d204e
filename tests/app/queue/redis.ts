/** A Redis of a test's own, and workers at it: real processes. @module */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { here } from "../cli/commands.ts";
import { freePort } from "../free_port.ts";
import { commandOf, pipelineText, put, withFolder, writeParts } from "../cli/product.ts";

const installed = (() => {
  try {
    execFileSync("redis-server", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    console.warn("Tests of queues are left out as there is no redis-server on this machine");
    return false;
  }
})();

/** A test that needs Redis; left out where there is none. */
export function queueTest(name: string, fn: () => Promise<void>): void {
  // Processes of a test that fails may still be there at its end.
  Deno.test({ name, fn, ignore: !installed, sanitizeResources: false, sanitizeOps: false });
}

/** A server that is started, killed and started again. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** What `redis-cli` says. */
  ask(...words: string[]): string;
  /** What the processes at the queue are there for; asked of the server, as a command that asks takes a second of a core. */
  roles(): readonly string[];
  /** Jobs that wait. */
  waiting(): number;
}

/** Runs a test with a server on a port of its own; what it keeps lies in the folder. */
export async function withRedis(
  folder: string,
  test: (server: RedisServer) => Promise<void>,
  { more = [], auth = "", scheme = "redis" }: {
    readonly more?: readonly string[];
    /** `:password@` of the URL. */
    readonly auth?: string;
    readonly scheme?: string;
  } = {},
): Promise<void> {
  const port = await freePort();
  const place = scheme === "redis" ? ["--port", String(port)] : ["--port", "0", "--tls-port", String(port)];
  let child: Deno.ChildProcess | undefined;
  const ask = (...words: string[]) =>
    execFileSync("redis-cli", ["-p", String(port), ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
      .trim();
  const keysLike = (pattern: string) => ask("--raw", "keys", pattern).split("\n").filter((key) => key !== "");
  const roles = () => keysLike("*:fleet:member:*").map((key): string => JSON.parse(ask("--raw", "get", key)).role);
  const waiting = () => keysLike("*:wait").reduce((sum, key) => sum + Number(ask("llen", key)), 0);
  async function start(): Promise<void> {
    child = new Deno.Command("redis-server", {
      args: [...place, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendfsync", "always", ...more],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    let ended = false;
    child.status.then(() => ended = true);
    // Another server that took the port would answer in its place.
    for (let i = 0; i < 2400 && !ended; i++) {
      const there = await Deno.connect({ port, hostname: "127.0.0.1" }).then(
        (socket) => (socket.close(), true),
        () => false,
      );
      if (there && !ended && (auth !== "" || scheme !== "redis" || ask("ping") === "PONG")) return;
      await sleep(25);
    }
    throw new Error("redis-server does not start");
  }
  async function kill(): Promise<void> {
    child?.kill("SIGKILL");
    await child?.status;
    child = undefined;
  }
  await start();
  try {
    await test({ port, url: `${scheme}://${auth}127.0.0.1:${port}`, kill, start, ask, roles, waiting });
  } finally {
    await kill();
  }
}

/** A command that runs until it is ended. */
export interface Running {
  /** What it has said so far. */
  readonly said: () => string;
  /** Waits until it has said something. */
  saying(pattern: RegExp, seconds?: number): Promise<void>;
  signal(signal: Deno.Signal): void;
  readonly pid: number;
  readonly end: Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
}

/** Starts a command. */
export function start(task: string, args: readonly string[], env: Record<string, string> = {}): Running {
  const child = commandOf(task, args, env).spawn();
  const heard = { out: "", err: "" };
  const listen = async (stream: ReadableStream<Uint8Array>, name: "out" | "err") => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) heard[name] += decoder.decode(bytes, { stream: true });
  };
  const heardAll = Promise.all([listen(child.stdout, "out"), listen(child.stderr, "err")]);
  const end = (async () => {
    const { code } = await child.status;
    await heardAll;
    return { code, ...heard };
  })();
  const said = () => heard.out + heard.err;
  return {
    said,
    pid: child.pid,
    async saying(pattern, seconds = 120) {
      for (const begun = performance.now(); !pattern.test(said());) {
        if (performance.now() - begun > 1000 * seconds) throw new Error(`Not said: ${pattern} in\n${said()}`);
        await sleep(20);
      }
    },
    signal(signal) {
      try {
        child.kill(signal);
      } catch {
        // It has ended.
      }
    },
    end,
  };
}

/** Runs a test with some workers, which are killed at its end. */
export async function withWorkers(
  count: number,
  args: readonly string[],
  test: (workers: Running[]) => Promise<void>,
): Promise<void> {
  const workers = Array.from({ length: count }, () => startWorker(args));
  try {
    await Promise.all(workers.map((worker) => worker.saying(/Taking jobs/)));
    await test(workers);
  } finally {
    for (const worker of workers) worker.signal("SIGKILL");
    await Promise.all(workers.map(({ end }) => end));
  }
}

/** Starts a worker with one thread. */
export function startWorker(args: readonly string[]): Running {
  return start("worker", ["--threads", "1", "--patience", "2", ...args]);
}

/** Asks again and again until something holds. */
export async function until(what: () => boolean | Promise<boolean>, seconds = 120): Promise<void> {
  for (const begun = performance.now(); !await what();) {
    if (performance.now() - begun > 1000 * seconds) throw new Error(`Not so after ${seconds} s: ${what}`);
    // What asks the server begins processes, which others then wait for.
    await sleep(100);
  }
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A small run: its pictures, its pipeline file, and what one machine makes of it. */
export interface Small {
  /** A folder of the test's own. */
  readonly folder: string;
  readonly file: string;
  readonly data: string;
  /** The run folder of one machine. */
  readonly alone: string;
}

let made: Promise<{ readonly root: string } & Omit<Small, "folder">> | undefined;

/** Made once for all tests of a file, and removed behind them. */
async function make(): Promise<{ readonly root: string } & Omit<Small, "folder">> {
  const root = await mkdtemp(join(tmpdir(), "small-run-"));
  globalThis.addEventListener("unload", () => rmSync(root, { recursive: true }));
  const data = join(root, "parts");
  await writeParts(data, 14, 8);
  const file = await put(join(root, "small.ts"), pipelineText());
  const alone = placesOf(root, "alone");
  const { code, err } = await here("pipeline", file, "--data", data, "--threads", "1", ...alone.args);
  assert.equal(code, 0, err);
  return { root, data, file, alone: alone.run };
}

/** Runs a test of a small run, which one machine does first. */
export async function withSmall(test: (small: Small) => Promise<void>): Promise<void> {
  made ??= make();
  const { data, file, alone } = await made;
  await withFolder((folder) => test({ folder, data, file, alone }));
}

/** Where a run of a test keeps what it makes. */
export function placesOf(
  folder: string,
  name: string,
): { readonly cache: string; readonly args: string[]; readonly run: string } {
  const cache = join(folder, name, "cache");
  const runs = join(folder, name, "runs");
  return { cache, args: ["--cache", cache, "--runs", runs, "--name", "it"], run: join(runs, "small/it") };
}
