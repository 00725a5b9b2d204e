/**
 * The process that holds the connection to Redis, for a command that has no network: told on its input, telling on its output,
 * and ending with either.
 * @module
 */
import process from "node:process";
import { hostname } from "node:os";
import { randomUUID } from "node:crypto";
import { leaveSignals } from "../../../base/workers/leave_signals.ts";
import { receive } from "../lines.ts";
import type { FromQueue, Opening, ToQueue } from "../messages.ts";
import { answer } from "./admin.ts";
import { connect, reasonOf } from "./connect.ts";
import { openProducer } from "./producer.ts";
import { openRegistry } from "./registry.ts";
import { openWorker } from "./worker.ts";

function send(message: FromQueue): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  } catch {
    // Who listened has ended.
    Deno.exit(0);
  }
}

async function open(opening: Opening): Promise<(message: ToQueue) => void> {
  const { store } = opening;
  const keep = store && (await import("./entries.ts")).openEntries(store, send);
  const take = await openRole(opening);
  return (message) => message.type === "store" ? keep?.(message) : take(message);
}

async function openRole({ url, role, kin, atOnce = 1, patience = 30 }: Opening): Promise<(message: ToQueue) => void> {
  const server = await connect(url, (line) => send({ type: "tell", line }));
  const registry = openRegistry(server.redis, server.address.prefix);
  if (role === "worker") {
    const { take } = await openWorker(server, { kin, registry, send, atOnce, patience });
    return take;
  }
  if (role === "producer") {
    const id = `${hostname()}-${process.pid}-${randomUUID().slice(0, 4)}`;
    await registry.join(() => ({ id, role, kin, host: hostname(), pid: process.pid, busy: 0, atOnce: 0 }));
    const { take } = await openProducer(server, { kin, registry, send });
    return take;
  }
  return (message) => {
    if (message.type === "ask") {
      answer(server, registry, message.what).then((text) => send({ type: "text", text }), fail);
    } else if (message.type === "serve") {
      const { host: hostname, port } = message;
      Deno.serve({
        ...{ hostname, port },
        onListen: ({ port }) => send({ type: "serving", port }),
      }, async (request) => {
        if (new URL(request.url).pathname !== "/metrics") return new Response("There is /metrics\n", { status: 404 });
        const text = await answer(server, registry, "metrics");
        return new Response(text, { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } });
      });
    }
  };
}

function fail(error: unknown): void {
  send({ type: "failed", text: error instanceof Error ? reasonOf(error) : String(error) });
}

if (import.meta.main) {
  leaveSignals();
  let take: ((message: ToQueue) => void) | undefined;
  for await (const message of receive<ToQueue>(Deno.stdin.readable)) {
    if (message.type !== "open") take?.(message);
    else {
      try {
        take = await open(message.opening);
        send({ type: "ready" });
      } catch (error) {
        fail(error);
      }
    }
  }
  Deno.exit(0);
}
