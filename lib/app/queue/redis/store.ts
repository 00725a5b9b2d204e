/** Objects of a store that speaks as Amazon's S3 does. @module */
import { AwsClient } from "aws4fetch";
import process from "node:process";
import { parseStoreAddress, type StoreAddress } from "../store_address.ts";

/** Objects by their names. */
export interface Objects {
  has(name: string): Promise<boolean>;
  get(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  put(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  remove(name: string): Promise<void>;
  /** Names that begin so and come behind one, in the order of the store: the next ones, none where there are no more. */
  list(prefix: string, after: string): Promise<readonly string[]>;
}

/** Tries of a request that the store or the network fails, before it is given up. */
const TRIES = 5;

/** After so many milliseconds without an end a request has failed: what hangs is tried again. */
const PATIENCE = 600_000;

/** Opens the objects of an address; names are relative to its prefix. */
export function openObjects(text: string): { readonly address: StoreAddress; readonly objects: Objects } {
  const address = parseStoreAddress(text);
  const { base, prefix, region } = address;
  const client = new AwsClient({
    accessKeyId: process.env.AWS_ACCESS_KEY_ID!,
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY!,
    sessionToken: process.env.AWS_SESSION_TOKEN,
    ...{ service: "s3", region, retries: 0 },
  });
  const urlOf = (name: string) => `${base}/${(prefix + name).split("/").map(encodeURIComponent).join("/")}`;

  /** A response that is as it should be, or that there is no such object. */
  async function ask(what: string, name: string, url: string, init: RequestInit): Promise<Response | undefined> {
    for (let wait = 100, tries = 1;; wait *= 2, tries++) {
      let reason: string;
      try {
        const response = await client.fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE) });
        if (response.ok) return response;
        const body = await response.text();
        if (response.status === 404 && !body.includes("NoSuchBucket")) return undefined;
        reason = `the store answers ${response.status}${
          /<Code>(\w+)/.exec(body)?.[1] ? ` ${/<Code>(\w+)/.exec(body)![1]}` : ""
        }`;
        if (response.status < 500 && response.status !== 429) tries = TRIES;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
      if (tries >= TRIES) throw new Error(`Cannot ${what} "s3://${address.bucket}/${prefix}${name}" as ${reason}`);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return {
    address,
    objects: {
      async has(name) {
        return await ask("look for", name, urlOf(name), { method: "HEAD" }) !== undefined;
      },
      async get(name) {
        const response = await ask("read", name, urlOf(name), { method: "GET" });
        return response && new Uint8Array(await response.arrayBuffer());
      },
      async put(name, bytes) {
        const response = await ask("write", name, urlOf(name), { method: "PUT", body: bytes });
        await response?.body?.cancel();
        if (!response) {
          throw new Error(`Cannot write "s3://${address.bucket}/${prefix}${name}" as there is no such bucket`);
        }
      },
      async remove(name) {
        await (await ask("remove", name, urlOf(name), { method: "DELETE" }))?.body?.cancel();
      },
      async list(below, after) {
        const query = new URLSearchParams({ "list-type": "2", prefix: prefix + below });
        if (after !== "") query.set("start-after", prefix + after);
        const text = await (await ask("list", below, `${base}/?${query}`, { method: "GET" }))?.text() ?? "";
        return Array.from(text.matchAll(/<Key>([^<]*)<\/Key>/g), ([, key]) => unescape(key).slice(prefix.length));
      },
    },
  };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Text of XML. */
function unescape(text: string): string {
  return text.replaceAll(
    /&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi,
    (whole, decimal, hex, name) =>
      decimal
        ? String.fromCodePoint(Number(decimal))
        : hex
        ? String.fromCodePoint(parseInt(hex, 16))
        : ENTITIES[name] ?? whole,
  );
}
