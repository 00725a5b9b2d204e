/** A store behind the process that may use the network. @module */
import type { PictureStore } from "../../product/run/cache/store.ts";
import type { FromQueue, StoreQuestion } from "./messages.ts";

/** A store that answers are told to. */
export interface RemoteStore extends PictureStore {
  answered(message: Extract<FromQueue, { readonly type: "stored" }>): void;
}

/** The store or the network fails. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/**
 * Opens a store.
 *
 * @param send asks the process
 * @param lost rejects where the process has ended
 */
export function openRemoteStore(
  send: (id: number, ask: StoreQuestion) => Promise<void>,
  lost: Promise<never>,
): RemoteStore {
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let next = 0;
  let gone: unknown;
  lost.catch((error) => {
    gone = error;
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  });
  async function ask<T>(question: StoreQuestion): Promise<T> {
    if (gone !== undefined) throw gone;
    const id = next++;
    const answer = new Promise<unknown>((resolve, reject) => pending.set(id, { resolve, reject }));
    await send(id, question);
    // What the process answers is what it was asked for: both are of one release.
    return await answer as T;
  }
  return {
    answered({ id, value, error }) {
      if (error === undefined) pending.get(id)?.resolve(value);
      else pending.get(id)?.reject(new StoreError(error));
      pending.delete(id);
    },
    has: (key) => ask<boolean>({ what: "has", key }),
    fetch: async (key) => (await ask<boolean[]>({ what: "fetch", keys: [key] }))[0],
    keep: (key) => ask<void>({ what: "keep", keys: [key] }),
    remove: (key) => ask<void>({ what: "remove", key }),
    rowsOf: async (folder) => new Map(await ask<[string, string[]][]>({ what: "rows", folder })),
    fetchAll: (keys) => ask<void>({ what: "fetch", keys }),
    keepAll: (keys) => ask<void>({ what: "keep", keys }),
    fetchPictures: (pictures) => ask<void>({ what: "pictures", pictures }),
    async *list(url) {
      let after: string | undefined;
      for (;;) {
        const page: string[] = await ask<string[]>({ what: "list", url, after });
        if (page.length === 0) return;
        yield* page;
        after = page[page.length - 1];
      }
    },
  };
}
