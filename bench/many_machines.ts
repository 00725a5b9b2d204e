/**
 * What a queue costs, and how many machines it feeds:
 *
 *     deno task bench:queue real [RUN PICTURES…]   1, 2 and 4 workers of one thread on this machine's cores, and none
 *     deno task bench:queue simulated [N] [HANDS] [MILLISECONDS]
 *
 * `simulated` hands N pictures (a million) to HANDS workers (64) that take MILLISECONDS (10) for one on average and compute
 * nothing: the run's own code lists, cuts and orders them, and the queue is the real one. `real` without a run draws the stand-in
 * and fits PatchCore on its good training parts. Both start a Redis of their own.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openFleet } from "../lib/app/queue/fleet.ts";
import { openQueueProcess } from "../lib/app/queue/queue_process.ts";
import { openReporter } from "../lib/app/cli/terminal.ts";
import { seededRandom } from "../lib/base/tensor/random.ts";
import { unpackJob } from "../lib/product/run/fleet/job_payload.ts";
import { openCache } from "../lib/product/run/cache/cache.ts";
import { scoreStream } from "../lib/product/run/fleet/score_stream.ts";
import { Redis } from "ioredis";

/** Hands of one process at the queue. */
const TOGETHER = 8;

const [mode = "simulated", ...rest] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "bench-queue-"));
const port = 20_000 + process.pid % 20_000;
const server = new Deno.Command("redis-server", {
  args: ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes"],
  stdout: "null",
}).spawn();
const redis = new Redis(port, "127.0.0.1", { maxRetriesPerRequest: null });
redis.on("error", () => {});
await redis.ping();
const url = `redis://127.0.0.1:${port}`;
try {
  await (mode === "real" ? real(rest) : simulated(rest.map(Number)));
} finally {
  redis.disconnect();
  server.kill("SIGTERM");
  await server.status;
  await rm(folder, { recursive: true });
}

async function simulated([pictures = 1_000_000, hands = 64, milliseconds = 10]: number[]): Promise<void> {
  const kin = { id: "simulated", text: "simulated" };
  const cache = join(folder, "cache");
  const random = seededRandom(1);
  let [worked, idle, jobs, lastIdle] = [0, 0, 0, 0];
  const waits: number[] = [];
  const workers = await Promise.all(Array.from({ length: Math.ceil(hands / TOGETHER) }, async (_, i) => {
    const atOnce = Math.min(TOGETHER, hands - i * TOGETHER);
    // When each hand had nothing to do last.
    const free: number[] = [];
    const worker = await openQueueProcess({ url, role: "worker", kin, atOnce, patience: 30 }, async (message) => {
      if (message.type !== "take") return;
      const since = free.shift();
      if (since !== undefined) {
        idle += performance.now() - since;
        waits.push(performance.now() - since);
      }
      const job = await unpackJob(openCache(cache), message.job);
      if (job.kind !== "score") return;
      // Log-normal: most take about as long, some take long.
      const time = job.files.length * milliseconds * Math.exp(0.3 * random.normal() - 0.045);
      worked += time;
      jobs++;
      setTimeout(() => {
        const scores = job.files.map((file) => ({ file, score: 0.5, decision: "good" as const, reason: "simulated" }));
        free.push(lastIdle = performance.now());
        void worker.send({
          type: "answer",
          id: message.id,
          answer: { kind: "score", scores, seconds: time / 1000 },
        });
      }, time);
    });
    return worker;
  }));
  const fleet = await openFleet({
    ...{ url, kin, cache },
    reporter: { say: () => {}, warn: console.warn, progress: () => {} },
  });
  let [taken, mostMemory, mostRedis] = [0, 0, 0];
  const watch = setInterval(async () => {
    mostMemory = Math.max(mostMemory, Deno.memoryUsage().rss);
    mostRedis = Math.max(mostRedis, Number(/^used_memory:(\d+)/m.exec(await redis.info("memory"))![1]));
  }, 500);
  function* names() {
    for (let i = 0; i < pictures; i++) yield `/archive/${String(i >> 10).padStart(5, "0")}/${i}.png`;
  }
  const begun = performance.now();
  let firstDone = 0;
  await scoreStream({
    ...{ files: names(), total: pictures, before: 0, setup: "setups/simulated", fleet },
    reporter: openReporter({ terminal: false, write: (text) => void process.stderr.write(text) }),
    signal: new AbortController().signal,
  }, (score) => {
    if (taken === 0) firstDone = performance.now();
    const number = Number(/(\d+)\.png$/.exec(score.file)![1]);
    if (number !== taken++) throw new Error(`Out of order: ${score.file} at ${taken - 1}`);
    return Promise.resolve();
  });
  const seconds = (performance.now() - begun) / 1000;
  clearInterval(watch);
  const tail = (performance.now() - lastIdle) / 1000;
  const { cpu, memory } = await children();
  await fleet.close();
  await Promise.all(workers.map((worker) => worker.close(1000)));
  waits.sort((a, b) => a - b);
  const at = (share: number) => waits[Math.floor(share * (waits.length - 1))].toFixed(0);
  const ideal = worked / 1000 / hands;
  print({
    "pictures, hands, ms a picture": `${pictures}, ${hands}, ${milliseconds}`,
    "seconds, and those of the work alone": `${seconds.toFixed(1)}, ${ideal.toFixed(1)}`,
    "pictures a second": (pictures / seconds).toFixed(0),
    "jobs, pictures a job, jobs a second": `${jobs}, ${(pictures / jobs).toFixed(0)}, ${(jobs / seconds).toFixed(1)}`,
    "share of the hands' time between two jobs": `${(100 * idle / (idle + worked)).toFixed(2)} %`,
    "ms between two jobs, median, 95 %, 99 %": `${at(0.5)}, ${at(0.95)}, ${at(0.99)}`,
    "seconds to the first line, and behind the last job": `${((firstDone - begun) / 1000).toFixed(2)}, ${
      tail.toFixed(2)
    }`,
    "MiB of Redis at most": (mostRedis / 2 ** 20).toFixed(1),
    "MiB of the run with the simulation at most": (mostMemory / 2 ** 20).toFixed(0),
    "MiB of the largest process at the queue": memory.toFixed(0),
    "processor's ms a job, of Redis and all at the queue": (1000 * cpu / jobs).toFixed(1),
  });
}

/** Seconds of the processor that this process's children took, and MiB of the largest of them. */
async function children(): Promise<{ readonly cpu: number; readonly memory: number }> {
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "rss=", "-o", "times=", "--ppid", String(process.pid)],
  }).output();
  const rows = new TextDecoder().decode(stdout).trim().split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  return {
    cpu: rows.reduce((sum, [, times]) => sum + times, 0),
    memory: Math.max(...rows.map(([rss]) => rss)) / 1024,
  };
}

/** A task of the project, which ends well. */
async function task(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", ...args],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  // Some pictures may not be read.
  if (code !== 0 && code !== 3) throw new Error(`deno task ${args.join(" ")}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

/** A detector that was fitted on parts of the stand-in, and all of these. */
async function ownRun(): Promise<string[]> {
  const [parts, model] = [join(folder, "parts"), join(folder, "model")];
  await task("stand-in", "--layout", "mvtec", "--out", parts);
  const [object] = await Array.fromAsync(Deno.readDir(parts), ({ name }) => name);
  const good = join(parts, object, "train/good");
  await task("fit", "patchcore", "--data", good, "--out", model, "--cache", join(folder, "own"));
  return [model, join(parts, object, "train"), join(parts, object, "test")];
}

/** Real workers on this machine's cores; none is `score` without a queue, with one thread. */
async function real(given: string[]): Promise<void> {
  const [run, ...paths] = given.length > 0 ? given : await ownRun();
  for (const count of [0, 1, 2, 4]) {
    const queue = count === 0 ? ["--threads", "1"] : ["--queue", url, "--cache", join(folder, `cache-${count}`)];
    const workers = Array.from({ length: count }, () =>
      new Deno.Command(Deno.execPath(), {
        args: ["task", "--quiet", "worker", ...queue, "--threads", "1"],
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn());
    const score = async () => {
      const begun = performance.now();
      const lines = (await task("score", "--run", run, ...queue, ...paths)).split("\n").length - 2;
      return { lines, seconds: (performance.now() - begun) / 1000 };
    };
    // The first time workers open the model.
    await score();
    const { lines, seconds } = await score();
    print({ workers: count, lines, seconds: seconds.toFixed(1), "pictures a second": (lines / seconds).toFixed(0) });
    for (const worker of workers) {
      worker.kill("SIGINT");
      await worker.status;
    }
  }
}

function print(figures: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(52)} ${value}`);
}
