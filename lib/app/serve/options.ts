/** The options of `deno task serve`. @module */
import { merge, object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { option } from "@optique/core/primitives";
import { float, integer, string } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import { deviceOptions, libraryOptions } from "../cli/options/device_options.ts";
import { pictureOptions } from "../cli/options/picture_options.ts";
import { ofProject } from "../cli/place.ts";

/** What the command does, in a line. */
export const serveBrief = message`Serve a page and an API where parts are judged, decisions corrected and learned`;

/** The options of `deno task serve`. */
export const serveParser = merge(
  object({
    runs: multiple(option("--run", string({ metavar: "[NAME=]RUN" }), {
      description:
        message`Folder of a finished run, or of its export; it judges as the project NAME, or one called as the folder`,
    })),
    project: withDefault(
      option("--project", path({ metavar: "DIR" }), {
        description: message`Folder of projects, pictures and decisions; made where there is none`,
      }),
      ofProject("station"),
    ),
    host: withDefault(
      option("--host", string({ metavar: "HOST" }), {
        description: message`Address to listen on; anything but this machine's own wants a token`,
      }),
      "127.0.0.1",
    ),
    port: withDefault(
      option("--port", integer({ metavar: "N", min: 0, max: 65535 }), {
        description: message`Port to listen on; 0 takes any that is free`,
      }),
      8000,
    ),
    token: optional(option("--token", string({ metavar: "TOKEN" }), {
      description:
        message`What requests must show as "Authorization: Bearer TOKEN", 16 characters or more; better given as SEGAD_TOKEN in the environment, where other users do not see it`,
    })),
    cors: optional(option("--cors", string({ metavar: "ORIGIN" }), {
      description: message`Of pages elsewhere that may ask, such as https://mes.example; none where left out`,
    })),
    connect: optional(option("--connect", path({ metavar: "FILE", mustExist: true }), {
      description: message`JSON file of what verdicts are sent to: webhooks, MQTT, Modbus, OPC UA`,
    })),
    queue: withDefault(
      option("--queue", integer({ metavar: "N", min: 1 }), {
        description: message`Pictures that may wait, before more are answered 429`,
      }),
      64,
    ),
    wait: withDefault(
      option("--wait", float({ metavar: "SECONDS", min: 0.1 }), { description: message`What a picture waits at most` }),
      30,
    ),
    body: withDefault(
      option("--body", float({ metavar: "MB", min: 0.001 }), { description: message`Megabytes of a request at most` }),
      256,
    ),
  }),
  pictureOptions,
  deviceOptions,
  libraryOptions,
);
