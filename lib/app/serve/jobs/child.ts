/** A training in a process of its own. @module */
import { fileURLToPath } from "node:url";
import type { TrainingMessage, TrainingSpec } from "./training_spec.ts";

/** A training that runs. */
export interface Child {
  /** Resolves when it has ended, after all that it has told. */
  readonly ended: Promise<void>;
  /** Asks it to stop where nothing is lost, and after a while ends it. */
  stop(): void;
}

/** What it has to stop before it is ended. */
const PATIENCE_MS = 20_000;
/** What it says on its error stream is kept so far. */
const MOST_ERRORS = 4000;

/** Begins a training; each thing that it tells is handed on. */
export function beginTraining(spec: TrainingSpec, take: (message: TrainingMessage) => void): Child {
  const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--config", here("../deno.json"), "--quiet", "--no-prompt", "--v8-flags=--initial-heap-size=256"],
      ...["--allow-read", "--allow-write", "--allow-env", "--allow-ffi", "--allow-run", "--allow-sys"],
      here("train_main.ts"),
    ],
    cwd: here("../../../../"),
    env: { DENO_NO_UPDATE_CHECK: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  // It reads no more where it has ended already.
  const say = (line: string) => void input.write(new TextEncoder().encode(`${line}\n`)).catch(() => {});
  say(JSON.stringify(spec));
  let concluded = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function follow(): Promise<void> {
    let errors = "";
    const listening = (async () => {
      for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
        errors = (errors + text).slice(-MOST_ERRORS);
      }
    })();
    for await (const line of linesOf(child.stdout)) {
      const message: TrainingMessage = JSON.parse(line);
      concluded ||= message.kind === "done" || message.kind === "failed" || message.kind === "stopped";
      take(message);
    }
    const { code, signal } = await child.status;
    await listening;
    clearTimeout(timer);
    await input.close().catch(() => {});
    if (concluded) return;
    if (timer !== undefined) return take({ kind: "stopped" });
    take({ kind: "failed", error: `The process that trains has ended (${signal ?? code}) ${errors}`.trim() });
  }
  return {
    ended: follow(),
    stop() {
      if (timer !== undefined) return;
      say("stop");
      timer = setTimeout(kill, PATIENCE_MS);
    },
  };

  function kill(): void {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    // Libraries may write there too.
    yield* lines.filter((line) => line.startsWith("{"));
  }
}
