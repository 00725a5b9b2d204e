/** The process that holds the connection to Redis: it alone may use the network, and of it one address. @module */
import { fileURLToPath } from "node:url";
import { parseQueueAddress } from "./address.ts";
import { type Child, openChild } from "./child.ts";
import type { FromQueue, Opening, ToQueue } from "./messages.ts";
import { openRemoteStore, type RemoteStore } from "./remote_store.ts";
import { parseStoreAddress } from "./store_address.ts";

/** What is wrong with a queue, as the process tells it. */
export class QueueError extends Error {
  override readonly name = "QueueError";
}

/** A connection that must be closed. */
export interface QueueProcess extends Pick<Child<ToQueue>, "send" | "close"> {
  /** Rejects with a {@linkcode QueueError} where the process ends, or cannot go on. */
  readonly lost: Promise<never>;
  /** What the opening names. */
  readonly store?: RemoteStore;
}

/**
 * Connects.
 *
 * @param listens an address that it serves figures at
 * @throws {SyntaxError} where the address of the queue is none
 * @throws {QueueError} where the queue cannot be reached, or refuses
 */
export async function openQueueProcess(
  opening: Opening,
  take: (message: FromQueue) => void,
  listens?: string,
): Promise<QueueProcess> {
  const { host, port } = parseQueueAddress(opening.url);
  const file = (name: string) => fileURLToPath(new URL(`./redis/${name}`, import.meta.url));
  const named = host.includes(":") ? `[${host}]` : host;
  const { store } = opening;
  const nets = [
    `${named}:${port}`,
    ...listens === undefined ? [] : [listens],
    ...store ? [parseStoreAddress(store.url).host] : [],
  ];
  let ready = () => {};
  let fail = (_error: Error) => {};
  const stands = new Promise<void>((resolve) => ready = resolve);
  const lost = new Promise<never>((_, reject) => fail = reject);
  lost.catch(() => {});
  let answered = (_message: Extract<FromQueue, { readonly type: "stored" }>) => {};
  const child = openChild<FromQueue, ToQueue>([
    ...["--config", file("deno.json")],
    // The client reads its scripts, and the certificates where some are named.
    ...["--allow-env", "--allow-read", "--allow-ffi", "--allow-sys=hostname", `--allow-net=${nets.join()}`],
    // What it brings from a store lies in the cache.
    ...store ? [`--allow-write=${store.cache}`] : [],
    file("main.ts"),
  ], (message) => {
    if (message.type === "ready") ready();
    else if (message.type === "stored") answered(message);
    else if (message.type === "failed") fail(new QueueError(message.text));
    else take(message);
  });
  child.ended.then((how) =>
    fail(new QueueError(`Cannot go on as the connection to the queue has ended: ${how ?? ""}`))
  );
  void child.send({ type: "open", opening });
  try {
    await Promise.race([stands, lost]);
  } catch (error) {
    await child.close(2000);
    throw error;
  }
  if (!store) return { send: child.send, close: child.close, lost };
  const remote = openRemoteStore((id, ask) => child.send({ type: "store", id, ask }), lost);
  answered = remote.answered;
  return { send: child.send, close: child.close, lost, store: remote };
}
