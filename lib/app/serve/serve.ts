/** Listening until the process is asked to stop. @module */
import { readFile } from "node:fs/promises";
import process from "node:process";
import type { InferValue } from "@optique/core/parser";
import { readRunFacts } from "../../product/station/run_facts.ts";
import { adoptRun, nameOfRun } from "../../product/station/adopt.ts";
import { describeError } from "../../base/text/describe_error.ts";
import { forestOptions } from "../cli/options/device_options.ts";
import { print } from "../cli/print.ts";
import { isLoopback, LOOPBACK } from "./http/guard.ts";
import type { serveParser } from "./options.ts";
import { openService } from "./service.ts";

/** Serves until SIGINT or SIGTERM; a second one ends at once. */
export async function serve(options: InferValue<typeof serveParser>): Promise<void> {
  const { host, port, project: folder, cors } = options;
  const token = tokenOf(options);
  const runs = await Promise.all(options.runs.map(async (text) => {
    const [, name, run] = /^(?:([a-z0-9][a-z0-9_-]*)=)?(.*)$/s.exec(text)!;
    return { name: name ?? nameOfRun(run), run, facts: await readRunFacts(run) };
  }));
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const service = await openService({
    folder,
    guard: { token, cors, hosts: token === undefined ? LOOPBACK : undefined },
    limits: {
      bodyBytes: Math.round(options.body * 1e6),
      maxPixels: options.maxPixels,
      waiting: options.queue,
      milliseconds: options.wait * 1000,
    },
    model: {
      device: options.device,
      threads: options.threads,
      forest: forestOptions(options.xgboost),
      depth: options.depth,
      maxPixels: options.maxPixels,
    },
    log,
    connect: options.connect === undefined ? undefined : await readSettings(options.connect),
  });
  const { station, models } = service.context;
  for (const { name, run, facts } of runs) {
    adoptRun(station, name, run, facts);
    void models.refresh(name);
  }
  const stop = Promise.withResolvers<void>();
  const windows = Deno.build.os === "windows";
  for (const signal of windows ? ["SIGINT", "SIGBREAK"] as const : ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      if (stopping) Deno.exit(130);
      stopping = true;
      stop.resolve();
    });
  }
  let stopping = false;
  const server = Deno.serve({
    hostname: host,
    port,
    onListen: ({ hostname, port }) =>
      print(`SegAD is at http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}\n`),
    onError(error) {
      log(describeError(error));
      return new Response(null, { status: 500 });
    },
  }, (request) => service.fetch(request));
  await Promise.race([stop.promise, server.finished]);
  log("Stopping after the parts in hand");
  await Promise.race([Promise.all([service.close(), server.shutdown()]), delay(STOP_MS)]);
}

async function readSettings(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new SyntaxError(`Cannot read the connections "${path}" as ${(cause as Error).message}`, { cause });
  }
}

/** What parts in hand have to end. */
const STOP_MS = 30_000;

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Shorter ones can be guessed. */
const LEAST_TOKEN = 16;

function tokenOf({ host, token = process.env.SEGAD_TOKEN }: InferValue<typeof serveParser>): string | undefined {
  if (token !== undefined && token !== "") {
    if (token.length >= LEAST_TOKEN && /^[\x21-\x7e]+$/.test(token)) return token;
    throw new RangeError(
      `Cannot take the token as it must be ${LEAST_TOKEN} or more letters, digits and signs without a space`,
    );
  }
  if (isLoopback(host)) return undefined;
  throw new Error(
    `Cannot listen on ${host} without a token as whoever reaches it could change what is judged: set SEGAD_TOKEN, or ` +
      "leave out --host",
  );
}
