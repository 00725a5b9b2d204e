/** `deno task queue WHAT --queue URL`: what is at a queue. @module */
import type { InferValue } from "@optique/core/parser";
import type { Reporter } from "../../../base/text/progress.ts";
import { kinOf } from "../../../product/run/fleet/kin.ts";
import type { FromQueue } from "../../queue/messages.ts";
import { openQueueProcess } from "../../queue/queue_process.ts";
import { EXIT } from "../exit_codes.ts";
import { print } from "../print.ts";
import type { queueCommand } from "../options/queue_options.ts";

export async function runQueueCommand(
  { what, queue: url, listen }: InferValue<typeof queueCommand>,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  if (listen !== undefined && what !== "metrics") {
    throw new TypeError(`Cannot use --listen with ${what}: it is for metrics`);
  }
  const place = listen === undefined ? undefined : placeOf(listen);
  let heard = (_message: FromQueue) => {};
  const kin = await kinOf("cpu");
  const queue = await openQueueProcess({ url, role: "admin", kin }, (message) => heard(message), listen);
  try {
    const first = new Promise<FromQueue>((resolve) => heard = resolve);
    await queue.send(place ? { type: "serve", ...place } : { type: "ask", what });
    const message = await Promise.race([first, queue.lost]);
    if (message.type === "text") print(`${message.text.trimEnd()}\n`);
    if (message.type !== "serving") return EXIT.ok;
    reporter.say(`Serving figures at http://${place!.host}:${message.port}/metrics; Ctrl-C ends it`);
    const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    await Promise.race([stopped, queue.lost]);
    return EXIT.ok;
  } finally {
    await queue.close(2000);
  }
}

function placeOf(text: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^(.+):(\d+)$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65535) {
    throw new TypeError(`Cannot listen at "${text}" as it must be HOST:PORT, such as 127.0.0.1:9100`);
  }
  return { host, port: Number(port) };
}
