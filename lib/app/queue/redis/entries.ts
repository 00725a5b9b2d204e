/** Entries of a cache as objects of a store, and pictures of it as files. @module */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../../../base/io/atomic.ts";
import { readRows } from "../../../product/run/cache/cache.ts";
import type { FromQueue, Opening, ToQueue } from "../messages.ts";
import { reasonOf } from "./connect.ts";
import { openObjects } from "./store.ts";

/** Requests to the store at the same time, at most. */
const AT_ONCE = 8;

/** What rows an entry has stands beside it, so that an entry of megabytes need not be read for its names. */
const rowsName = (key: string) => `${key}.rows`;

/** Opens what answers messages about a store. */
export function openEntries(
  { url, cache }: NonNullable<Opening["store"]>,
  send: (message: FromQueue) => void,
): (message: Extract<ToQueue, { readonly type: "store" }>) => void {
  const { objects } = openObjects(url);
  /** Entries that are known to be there: they are never changed. */
  const known = new Set<string>();
  const rows = new Map<string, readonly string[]>();

  async function has(key: string): Promise<boolean> {
    if (known.has(key)) return true;
    const found = await objects.has(key);
    if (found) known.add(key);
    return found;
  }
  async function fetch(key: string): Promise<boolean> {
    const bytes = await objects.get(key);
    if (!bytes) return false;
    known.add(key);
    await writeFileAtomic(join(cache, key), bytes);
    return true;
  }
  async function keep(key: string): Promise<void> {
    const path = join(cache, key);
    const bytes = await readFile(path).catch(() => undefined);
    if (!bytes) return;
    const own = await readRows(key, path);
    // An entry that can be found has its rows.
    if (own && own.length > 0) await objects.put(rowsName(key), new TextEncoder().encode(JSON.stringify(own)));
    await objects.put(key, new Uint8Array(bytes));
    known.add(key);
  }
  async function rowsOf(folder: string): Promise<[string, readonly string[]][]> {
    const names = new Set<string>();
    for (let page = await objects.list(`${folder}/`, ""); page.length > 0;) {
      for (const name of page) names.add(name);
      page = await objects.list(`${folder}/`, page[page.length - 1]);
    }
    const keys = [...names].filter((name) => names.has(rowsName(name)));
    for (const key of keys) known.add(key);
    await each(keys.filter((key) => !rows.has(key)), async (key) => {
      const text = new TextDecoder().decode(await objects.get(rowsName(key)));
      rows.set(key, JSON.parse(text));
    });
    return keys.map((key) => [key, rows.get(key)!]);
  }
  async function answer({ ask }: Extract<ToQueue, { readonly type: "store" }>): Promise<unknown> {
    if (ask.what === "has") return await has(ask.key);
    if (ask.what === "fetch") return await each(ask.keys, async (key) => await fetch(key));
    if (ask.what === "keep") return await each(ask.keys, keep);
    if (ask.what === "rows") return await rowsOf(ask.folder);
    if (ask.what === "remove") {
      known.delete(ask.key);
      await objects.remove(ask.key);
      return await objects.remove(rowsName(ask.key));
    }
    if (ask.what === "pictures") {
      return await each(ask.pictures, async ({ url, path }) => {
        const { bucket, name } = splitUrl(url);
        const bytes = await openObjects(`s3://${bucket}`).objects.get(name);
        if (bytes) await writeFileAtomic(path, bytes);
        return bytes !== undefined;
      });
    }
    const { bucket, name } = splitUrl(ask.url);
    const below = name === "" ? "" : `${name.replace(/\/+$/, "")}/`;
    const after = ask.after === undefined ? "" : splitUrl(ask.after).name;
    return (await openObjects(`s3://${bucket}`).objects.list(below, after)).map((key) => `s3://${bucket}/${key}`);
  }
  return (message) => {
    answer(message).then(
      (value) => send({ type: "stored", id: message.id, value: value ?? null }),
      (error) => send({ type: "stored", id: message.id, value: null, error: reasonOf(error) }),
    );
  };
}

function splitUrl(url: string): { readonly bucket: string; readonly name: string } {
  const [, bucket, name = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(url) ?? [];
  if (bucket === undefined) throw new SyntaxError(`Cannot read "${url}" as it must be s3://BUCKET/NAME`);
  return { bucket, name };
}

/** Does something with each of some things, several at a time; gives what came of them in their order. */
async function each<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, async () => {
    while (next < all.length) {
      const i = next++;
      results[i] = await work(all[i]);
    }
  }));
  return results;
}
