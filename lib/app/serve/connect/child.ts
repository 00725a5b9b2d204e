/**
 * A connector in a process of its own, with a configuration, a lock and permissions of its own: its packages are fetched when it
 * is first wanted, and what goes wrong in them ends nothing else.
 * @module
 */
import { createInterface } from "node:readline";
import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { ChildReport, ChildRequest } from "./child_lines.ts";
import type { LineMessage } from "./message.ts";

/** A process that sends messages, and is begun again where it ends. */
export interface Connector {
  /** Sends a message; rejects where it was not taken. */
  send(message: LineMessage, signal: AbortSignal): Promise<void>;
  /** What it has said last. */
  state(): { readonly state: "starting" | "connected" | "away"; readonly error?: string };
  close(): Promise<void>;
}

/** Milliseconds for a message, and for an orderly end. */
const [ANSWER, END] = [30_000, 3_000];

/** @param name the folder beside this file that the process is made from; it may reach the network and nothing else */
export function openConnector(name: string, settings: unknown, permissions: readonly string[] = []): Connector {
  const folder = new URL(`./${name}/`, import.meta.url);
  const waiting = new Map<number, { resolve(): void; reject(error: Error): void }>();
  let now: ReturnType<Connector["state"]> = { state: "starting" };
  let child: ChildProcess | undefined;
  let closed = false;

  function start(): ChildProcess {
    const args = [
      ...["run", "--quiet", "--no-prompt", "--config", fileURLToPath(new URL("deno.json", folder))],
      ...["--allow-net", "--allow-env", ...permissions, fileURLToPath(new URL("main.ts", folder))],
    ];
    const started = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
    started.stdin.on("error", () => {});
    started.on("error", (error) => fail(error.message));
    started.on("exit", () => {
      if (child === started) child = undefined;
      fail("the process of the connector has ended");
    });
    createInterface({ input: started.stdout }).on("line", (line) => {
      // Packages have words of their own.
      if (line.startsWith("{")) take(JSON.parse(line));
    });
    write(started, { settings });
    return started;
  }

  function take(report: ChildReport): void {
    if ("state" in report) now = report;
    else if ("done" in report) waiting.get(report.done)?.resolve();
    else waiting.get(report.failed)?.reject(new Error(report.error));
  }

  function fail(reason: string): void {
    if (!closed) now = { state: "away", error: reason };
    for (const { reject } of waiting.values()) reject(new Error(reason));
  }

  child = start();
  return {
    async send(message, signal) {
      child ??= start();
      const { id } = message;
      write(child, { id, message });
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error("the connector does not answer")), ANSWER);
        const stop = () => reject(new Error("the service stops"));
        const ended = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", stop);
          waiting.delete(id);
        };
        signal.addEventListener("abort", stop, { once: true });
        waiting.set(id, {
          resolve: () => (ended(), resolve()),
          reject: (error) => (ended(), reject(error)),
        });
      }).finally(() => waiting.delete(id));
    },
    state: () => now,
    async close() {
      closed = true;
      const ending = child;
      if (!ending || ending.exitCode !== null) return;
      const gone = new Promise<void>((resolve) => ending.once("exit", () => resolve()));
      ending.stdin?.end();
      const timer = setTimeout(() => ending.kill("SIGKILL"), END);
      await gone;
      clearTimeout(timer);
    },
  };
}

function write({ stdin }: ChildProcess, request: ChildRequest): void {
  stdin?.write(`${JSON.stringify(request)}\n`);
}
