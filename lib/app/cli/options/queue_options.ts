/** The options of `deno task queue WHAT --queue URL`. @module */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import { argument, command, constant, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import { queueOption } from "./queue_option.ts";

/** What the command does, in a line. */
export const queueBrief = message`Look at a queue of work, or tidy it up`;

/** The options of `deno task queue`. */
export const queueParser = object({
  command: constant("queue" as const),
  what: argument(choice(["status", "retry", "drain", "metrics"], { metavar: "WHAT" }), {
    description:
      message`status tells who is there and what waits; retry puts failed jobs back; drain takes all out that nobody has begun; metrics prints figures for Prometheus`,
  }),
  queue: queueOption,
  listen: optional(option("--listen", string({ metavar: "HOST:PORT" }), {
    description: message`With metrics: serve them at http://HOST:PORT/metrics until Ctrl-C`,
  })),
});

export const queueCommand = command("queue", queueParser, { brief: queueBrief });
