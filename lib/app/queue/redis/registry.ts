/**
 * Who is at a queue. Each process says so again and again; the server forgets it by its own clock when it does not, so that
 * no clock of a machine matters.
 * @module
 */
import type { Redis } from "ioredis";
import type { Kin } from "../messages.ts";

/** A process at a queue. */
export interface Member {
  readonly id: string;
  readonly role: "worker" | "producer";
  readonly kin: Kin;
  readonly host: string;
  readonly pid: number;
  /** Jobs in hand … */
  readonly busy: number;
  /** … and those that it does at the same time, at most. */
  readonly atOnce: number;
}

/** Seconds between two signs of life, and those after which a process counts as gone. */
const [BEAT, GONE] = [3, 10];

/** The members of a queue. */
export interface Registry {
  /** Says that a process is there until it is told otherwise. */
  join(member: () => Member): Promise<void>;
  leave(): Promise<void>;
  members(): Promise<Member[]>;
  /** All kinds that have been here, by their hashes. */
  kins(): Promise<Kin[]>;
  /** Counts work that was done. */
  count(kin: Kin, what: Readonly<Record<string, number>>): void;
  counts(kin: Kin): Promise<Record<string, number>>;
}

/** Opens the registry of a queue. */
export function openRegistry(redis: Redis, prefix: string): Registry {
  const names = `${prefix}:fleet:members`;
  const kinds = `${prefix}:fleet:kins`;
  const keyOf = (id: string) => `${prefix}:fleet:member:${id}`;
  const countsOf = ({ id }: Kin) => `${prefix}:fleet:counts:${id}`;
  let timer: ReturnType<typeof setInterval> | undefined;
  let own: string | undefined;
  return {
    async join(member) {
      const { id, kin } = member();
      own = id;
      await redis.hset(kinds, kin.id, kin.text);
      const beat = async () => {
        await redis.set(keyOf(id), JSON.stringify(member()), "EX", GONE);
        await redis.sadd(names, id);
      };
      await beat();
      timer = setInterval(() => void beat().catch(() => {}), BEAT * 1000);
    },
    async leave() {
      clearInterval(timer);
      if (own === undefined) return;
      await redis.del(keyOf(own));
      await redis.srem(names, own);
      own = undefined;
    },
    async members() {
      const ids = await redis.smembers(names);
      if (ids.length === 0) return [];
      const texts = await redis.mget(ids.map(keyOf));
      const gone = ids.filter((_, i) => texts[i] === null);
      if (gone.length > 0) await redis.srem(names, ...gone);
      return texts.flatMap((text): Member[] => text === null ? [] : [JSON.parse(text)])
        .sort((a, b) => a.id < b.id ? -1 : 1);
    },
    async kins() {
      return Object.entries(await redis.hgetall(kinds)).map(([id, text]) => ({ id, text }));
    },
    count(kin, what) {
      const all = redis.pipeline();
      for (const [name, by] of Object.entries(what)) all.hincrbyfloat(countsOf(kin), name, by);
      void all.exec().catch(() => {});
    },
    async counts(kin) {
      const found = await redis.hgetall(countsOf(kin));
      return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, Number(value)]));
    },
  };
}
