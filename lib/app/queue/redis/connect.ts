/** A connection to Redis or Valkey, and what is told of its troubles. @module */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { Redis, type RedisOptions } from "ioredis";
import { parseQueueAddress, type QueueAddress, withoutSecrets } from "../address.ts";

/** Before the first connection stands, in milliseconds. */
const PATIENCE = 10_000;
/** Between two tries, at most. */
const BETWEEN = 2_000;

/** A server. */
export interface Server {
  readonly address: QueueAddress;
  /** For commands that answer at once. */
  readonly redis: Redis;
  /** Another connection, for what waits. */
  another(): Redis;
}

/**
 * Connects. A connection that is lost later is made again, however long that takes: it is told once.
 *
 * @throws {Error} where there is no server, or it refuses
 */
export async function connect(url: string, tell: (line: string) => void): Promise<Server> {
  const address = parseQueueAddress(url);
  const { host, port, ca, shown } = address;
  const { protocol, username, password, pathname } = new URL(url);
  const options: RedisOptions = {
    ...{ host, port, lazyConnect: true, maxRetriesPerRequest: null },
    db: Number(pathname.slice(1) || 0),
    ...username !== "" && { username: decodeURIComponent(username) },
    ...password !== "" && { password: decodeURIComponent(password) },
    ...protocol === "rediss:" &&
      { tls: { ...isIP(host) === 0 && { servername: host }, ...ca !== undefined && { ca: readFileSync(ca) } } },
    connectTimeout: PATIENCE,
    retryStrategy: (times) => Math.min(50 * times, BETWEEN),
  };
  let last: unknown;
  let lost = false;
  let stands = false;
  const redis = new Redis(options);
  redis.on("error", (error) => {
    last = error;
    if (!stands || lost) return;
    lost = true;
    tell(`The queue ${shown} cannot be reached (${reasonOf(error)}): trying again until it can`);
  });
  redis.on("close", () => {
    if (!stands || lost) return;
    lost = true;
    tell(`The connection to the queue ${shown} is lost: trying again until it stands`);
  });
  redis.on("ready", () => {
    stands = true;
    if (lost) tell(`The queue ${shown} can be reached again`);
    lost = false;
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(last ?? new Error("it does not answer")), PATIENCE);
  });
  // A first refusal is final: a wrong password does not get right by waiting.
  const refused = new Promise<never>((_, reject) => redis.once("error", reject));
  try {
    await Promise.race([redis.connect(), late, refused]);
    await Promise.race([redis.ping(), late]);
  } catch (cause) {
    redis.disconnect();
    throw new Error(`Cannot reach the queue ${shown} as ${reasonOf(last ?? cause)}`);
  } finally {
    clearTimeout(timer);
  }
  return {
    ...{ address, redis },
    another() {
      const more = redis.duplicate({ lazyConnect: false });
      more.on("error", () => {});
      return more;
    },
  };
}

/** What went wrong, without the password that a message may hold. */
export function reasonOf(error: unknown): string {
  const { message = "", code } = error as { message?: string; code?: string };
  return withoutSecrets(message || String(code ?? error));
}
