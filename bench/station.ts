/** A station as a process of its own, for what is measured from outside. @module */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

/** The folder of the project. */
export const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** A station that answers. */
export interface Station {
  readonly address: string;
  readonly pid: number;
  /** JSON of an answer that must be a good one. */
  // deno-lint-ignore no-explicit-any
  json(path: string, method?: string, body?: unknown): Promise<any>;
  /** Kibibytes that the process has in memory, where the system tells. */
  resident(): Promise<number>;
  end(signal?: Deno.Signal): Promise<void>;
  /** Ends it whatever happens. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts `deno task serve` on a free port and waits for its address. */
export async function beginStation(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Station> {
  const config = JSON.parse(await readFile(join(ROOT, "deno.json"), "utf8"));
  const words: string[] = config.tasks.serve.command.split(" ");
  const child = new Deno.Command(Deno.execPath(), {
    args: [...words.slice(words.indexOf("deno") + 1), ...args, "--port", "0"],
    cwd: ROOT,
    env: { DENO_NO_UPDATE_CHECK: "1", INIT_CWD: process.cwd(), ...env },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error("Cannot measure as the service has not begun");
    said += value;
  }
  void (async () => {
    while (!(await reader.read()).done);
  })();
  const address = /http:\S+/.exec(said)![0];
  let ended = false;
  const status = child.status.finally(() => ended = true);
  const station: Station = {
    address,
    pid: child.pid,
    async json(path, method = "GET", body) {
      const answer = await fetch(`${address}${path}`, {
        method,
        ...body !== undefined && { body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body) },
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return JSON.parse(text);
    },
    async resident() {
      const text = await (await fetch(`${address}/metrics`)).text();
      return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]) / 1024;
    },
    async end(signal = "SIGTERM") {
      if (!ended) child.kill(signal);
      await status;
    },
    [Symbol.asyncDispose]: () => station.end("SIGKILL"),
  };
  return station;
}

/** Waits for the end of a job, which must be a good one. */
// deno-lint-ignore no-explicit-any
export async function jobDone({ json }: Station, { id }: { readonly id: number }): Promise<any> {
  for (;;) {
    const job = await json(`/v1/jobs/${id}`);
    if (job.state === "done") return job;
    if (job.state !== "running") throw new Error(`The job has ${job.state}: ${job.error}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The samples of a picture with a number written into the lowest bits of the first ones: bytes that nobody has sent. */
export async function freshPicture(source: string, n: number): Promise<Uint8Array<ArrayBuffer>> {
  const { data, info } = await sharp(source).raw().toBuffer({ resolveWithObject: true });
  for (let bit = 0; bit < 32; bit++) data[bit] = (data[bit] & 0xfe) | ((n >>> bit) & 1);
  const { width, height, channels } = info;
  const png = sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 1 });
  return new Uint8Array(await png.toBuffer());
}
