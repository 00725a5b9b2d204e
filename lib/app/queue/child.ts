/** Child processes that are spoken to in lines of JSON. @module */
import { describeError } from "../../base/text/describe_error.ts";
import { openSender, receive } from "./lines.ts";

/** A child process. It ends when its input does, and so with this process, however that ends. */
export interface Child<Out> {
  readonly send: (message: Out) => Promise<void>;
  /** How it ended, in words; undefined where it was as it should be. */
  readonly ended: Promise<string | undefined>;
  /** Closes its input and waits for its end; after `limit` milliseconds it is killed. */
  close(limit?: number): Promise<void>;
  kill(): void;
}

/**
 * Starts a child.
 *
 * @param args of `deno run`
 * @param take is told its messages, one after the other
 */
export function openChild<In, Out>(args: readonly string[], take: (message: In) => void): Child<Out> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const { send, close } = openSender<Out>(child.stdin);
  const heard = (async () => {
    try {
      for await (const message of receive<In>(child.stdout)) take(message);
    } catch (error) {
      // A child that cannot be understood is of no use, and must not seem to be silent.
      kill();
      return error;
    }
  })();
  const ended = (async () => {
    const status = await child.status;
    const error = await heard;
    if (error !== undefined) return `it cannot be understood: ${describeError(error)}`;
    if (status.success) return undefined;
    return status.signal ? `it was ended by ${status.signal}` : `it ended with code ${status.code}`;
  })();
  function kill(): void {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  }
  return {
    ...{ send, ended, kill },
    async close(limit = 10_000) {
      await close();
      const timer = setTimeout(kill, limit);
      await ended;
      clearTimeout(timer);
    },
  };
}
