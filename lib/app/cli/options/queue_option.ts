/** The option of every command that hands work out, or takes some. @module */
import { message } from "@optique/core/message";
import { option } from "@optique/core/primitives";
import { string, type ValueParser } from "@optique/core/valueparser";
import { parseQueueAddress } from "../../queue/address.ts";

/** The address of a queue; a wrong one is not repeated, as it may hold a password. */
const address: ValueParser<"sync", string> = {
  mode: "sync",
  metavar: "URL",
  placeholder: "",
  parse(text) {
    try {
      return { success: true, value: parseQueueAddress(text).url };
    } catch (error) {
      return { success: false, error: message`${(error as Error).message}.` };
    }
  },
  format: (url) => parseQueueAddress(url).shown,
};

/** Where the queue is. */
export const queueOption = option("--queue", address, {
  description:
    message`Redis or Valkey at redis://HOST:PORT, or rediss:// for TLS, whose workers (deno task worker) do the work`,
});

/** What machines that share no folder share. */
export const storeOption = option("--store", string({ metavar: "S3URL" }), {
  description:
    message`With --queue: finished steps are kept in s3://BUCKET/PREFIX too, for machines that share no folder; AWS_ENDPOINT_URL and keys are taken from the environment`,
});
