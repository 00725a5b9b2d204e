/**
 * The station beside the same model behind FastAPI with onnxruntime: latency from the bytes of a JPEG to the verdict over REST, one
 * after the other so that neither waits for the other, and the processor time of each.
 *
 *     pip install fastapi uvicorn onnxruntime pillow numpy
 *     deno task bench:service:peer --run RUN --python PYTHON [--clients 1,4,16] [--seconds 20] PICTURE…
 *
 * The run's model is exported first. The station is asked as by default (verdict, segments, box, part and verdict kept), with
 * nothing kept, and for the score alone, which is what the peer answers.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { load, quantile } from "./service_load.ts";
import { beginStation, ROOT } from "./station.ts";

const { values, positionals } = parseArgs({
  options: {
    run: { type: "string" },
    python: { type: "string", default: "python3" },
    clients: { type: "string", default: "1,4,16" },
    seconds: { type: "string", default: "20" },
  },
  allowPositionals: true,
});
const { run, python } = values;
if (!run || positionals.length === 0) throw new TypeError("Cannot compare services without --run RUN and pictures");
const folder = await mkdtemp(join(tmpdir(), "service-beside-"));
const pictures = await Promise.all(
  positionals.map(async (path) => new Uint8Array(await sharp(path).jpeg({ quality: 92 }).toBuffer())),
);
const clients = values.clients.split(",").map(Number);

/** Seconds of the processor that a process has had; NaN where the system does not tell. */
async function processorOf(pid: number): Promise<number> {
  // Deno itself reads nothing of /proc without all rights.
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/stat`], stderr: "null" }).output();
  const stat = new TextDecoder().decode(stdout);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function measure(name: string, url: string, pid: number): Promise<void> {
  await load(url, pictures, { clients: 1, seconds: 3 });
  for (const some of clients) {
    const before = await processorOf(pid);
    const { latencies, rate, refused } = await load(url, pictures, { clients: some, seconds: Number(values.seconds) });
    const each = 1000 * (await processorOf(pid) - before) / latencies.length;
    const columns = [quantile(latencies, 0.5), quantile(latencies, 0.99), rate, each];
    const figures = columns.map((value) => value.toFixed(1).padStart(9)).join("");
    process.stdout.write(`${name.padEnd(26)}${String(some).padStart(4)}${figures}${String(refused).padStart(8)}\n`);
  }
}

async function serveBeside(): Promise<void> {
  process.stdout.write(`${"service".padEnd(22)} clients   p50 ms   p99 ms  parts/s   CPU ms refused\n`);
  await using station = await beginStation(["--run", `part=${run}`, "--project", join(folder, "station")]);
  for (
    const [name, query] of [
      ["station", "project=part"],
      ["station, nothing kept", "project=part&store=0"],
      ["station, score alone", "project=part&store=0&details=0"],
    ]
  ) await measure(name, `${station.address}/v1/score?${query}`, station.pid);
}

async function peer(): Promise<void> {
  const task = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "export", "--run", run!, "--out", join(folder, "out")],
    cwd: ROOT,
    env: { INIT_CWD: process.cwd() },
    stdout: "null",
  });
  if (!(await task.output()).success) throw new Error(`Cannot compare services as "${run}" cannot be exported`);
  const script = join(ROOT, "bench/peers/service.py");
  const child = new Deno.Command(python, { args: [script, join(folder, "out"), "--port", "8391"] }).spawn();
  try {
    const address = "http://127.0.0.1:8391";
    for (
      let turn = 0;
      !await fetch(`${address}/ready`).then(async (answer) => (await answer.text(), true), () => false);
      turn++
    ) {
      if (turn > 300) throw new Error("Cannot compare services as the peer does not begin");
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await measure("FastAPI, onnxruntime", `${address}/v1/score`, child.pid);
  } finally {
    child.kill("SIGTERM");
    await child.status;
  }
}

try {
  await serveBeside();
  await peer();
} finally {
  await rm(folder, { recursive: true, force: true });
}
