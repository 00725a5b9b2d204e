/** Where a store is that speaks as Amazon's S3 does. @module */
import process from "node:process";

/** A store, and the place in it. */
export interface StoreAddress {
  /** `http://HOST:PORT/BUCKET`, or Amazon's own. */
  readonly base: string;
  /** What the names of all entries begin with; empty, or with a slash at its end. */
  readonly prefix: string;
  readonly region: string;
  /** `HOST:PORT`, which the process that holds the connection may reach. */
  readonly host: string;
  readonly bucket: string;
}

/**
 * Reads `s3://BUCKET[/PREFIX]`. Where it is and who asks stands in the environment, as other programs have it:
 * AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
 *
 * @throws {SyntaxError} where it is no such URL
 * @throws {Error} where the keys are not in the environment
 */
export function parseStoreAddress(text: string): StoreAddress {
  const [, bucket, place = ""] = /^s3:\/\/([a-z0-9][a-z0-9.-]+)(?:\/(.*))?$/.exec(text) ?? [];
  if (bucket === undefined) throw new SyntaxError(`Cannot use the store "${text}" as it must be s3://BUCKET[/PREFIX]`);
  const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new Error(
      `Cannot use the store "${text}" as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not in the environment`,
    );
  }
  const region = AWS_REGION ?? "us-east-1";
  const server = AWS_ENDPOINT_URL === undefined
    ? `https://s3.${region}.amazonaws.com`
    : AWS_ENDPOINT_URL.replace(/\/+$/, "");
  const { hostname, port, protocol } = new URL(server);
  return {
    base: `${server}/${bucket}`,
    prefix: place === "" ? "" : `${place.replace(/\/+$/, "")}/`,
    ...{ region, bucket },
    host: `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`,
  };
}
