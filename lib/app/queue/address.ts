/** Where a queue is, as a URL that may hold a password. @module */

/** A queue. */
export interface QueueAddress {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** What all its keys begin with. */
  readonly prefix: string;
  /** A file of certificates that the server's must be signed by. */
  readonly ca?: string;
  /** The URL without its password: for people, logs and files. */
  readonly shown: string;
}

/**
 * Reads `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE][?prefix=WORD&ca=FILE]`; `rediss://` is the same over TLS.
 *
 * @throws {SyntaxError} where it is no such URL; the message does not repeat it, as it may hold a password
 *
 * ```ts
 * import { parseQueueAddress } from "./address.ts";
 * const { shown } = parseQueueAddress("redis://:secret@queue.local/2");
 * console.assert(shown === "redis://:***@queue.local:6379/2");
 * ```
 */
export function parseQueueAddress(text: string): QueueAddress {
  const expected = "redis://[:PASSWORD@]HOST[:PORT][/DATABASE], or rediss:// for TLS";
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    // The reason would repeat the text.
    throw new SyntaxError(`Cannot use the queue as its address is no URL: write ${expected}`);
  }
  const { protocol, hostname, username, password, pathname, searchParams } = url;
  if (protocol !== "redis:" && protocol !== "rediss:") {
    throw new SyntaxError(`Cannot use the queue as its address begins with "${protocol}": write ${expected}`);
  }
  if (hostname === "") throw new SyntaxError(`Cannot use the queue as its address names no host: write ${expected}`);
  if (!/^\/?\d*$/.test(pathname)) {
    throw new SyntaxError(`Cannot use the queue as its database must be a number: write ${expected}`);
  }
  const odd = [...searchParams.keys()].find((key) => key !== "prefix" && key !== "ca");
  if (odd !== undefined) {
    throw new SyntaxError(
      `Cannot use the queue as its address has the unknown setting "${odd}": there are prefix and ca`,
    );
  }
  const prefix = searchParams.get("prefix") ?? "segad";
  if (!/^[\w-]+$/.test(prefix)) {
    throw new SyntaxError("Cannot use the queue as its prefix must be of letters, digits, hyphens and underscores");
  }
  const port = Number(url.port || 6379);
  const who = password !== "" ? `${username}:***@` : username !== "" ? `${username}@` : "";
  return {
    ...{ url: text, host: hostname.replace(/^\[|\]$/g, ""), port, prefix },
    ...searchParams.has("ca") && { ca: searchParams.get("ca")! },
    shown: `${protocol}//${who}${hostname}:${port}${pathname === "/" ? "" : pathname}`,
  };
}

/** Takes the passwords of addresses out of a text. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(/\b(rediss?:\/\/[^\s:@/]*):[^\s@]*@/g, "$1:***@");
}
