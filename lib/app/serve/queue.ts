/** A bounded queue in front of something that takes several at once. @module */
import { ServiceError } from "./http/errors.ts";

/** Takes work in until it is full. */
export interface Queue<In, Out> {
  /**
   * Prepares a piece of work and does it, with others that are ready then.
   *
   * @throws {ServiceError} at once where the queue is full or closed, and where the work is not begun in time
   */
  run(prepare: () => Promise<In>): Promise<Out>;
  /** Pieces that wait or are prepared, and pieces in hand. */
  depth(): { readonly waiting: number; readonly running: number };
  /** Takes nothing more in, and waits for what it has. */
  close(): Promise<void>;
}

/** What a queue is bounded by. */
export interface QueueLimits {
  /** Pieces that may wait, those that are prepared among them. */
  readonly waiting: number;
  /** Pieces that are prepared at the same time, at most. */
  readonly preparing: number;
  /** Pieces that are taken at once, at most. */
  readonly batch: number;
  /** A piece that has waited so long is given up. */
  readonly milliseconds: number;
}

interface Entry<In, Out> {
  readonly work: In;
  readonly done: PromiseWithResolvers<Out>;
}

/**
 * Opens a queue: whatever has become ready while one batch is in hand is the next one. So a part that comes alone waits for
 * nothing, and many at once share what a batch saves.
 *
 * @param take does several pieces; a piece that fails must not fail the others
 * @param drop is told of a piece that was prepared and is given up
 */
export function openQueue<In, Out>(
  { waiting: most, preparing, batch, milliseconds }: QueueLimits,
  take: (works: readonly In[]) => Promise<readonly PromiseSettledResult<Out>[]>,
  drop: (work: In) => void = () => {},
): Queue<In, Out> {
  const ready: Entry<In, Out>[] = [];
  const unprepared: (() => void)[] = [];
  const inside = new Set<Promise<Out>>();
  let inPreparation = 0;
  let running = 0;
  let draining = false;
  let closed = false;
  /** What a piece has taken lately: from it who must come again is told when. */
  let each = 50;

  async function drain(): Promise<void> {
    if (draining) return;
    draining = true;
    while (ready.length > 0) {
      const entries = ready.splice(0, batch);
      running = entries.length;
      const begun = performance.now();
      const results = await attempt(entries.map(({ work }) => work));
      each = 0.8 * each + 0.2 * (performance.now() - begun) / entries.length;
      running = 0;
      entries.forEach(({ done }, i) => {
        const result = results[i];
        if (result.status === "fulfilled") done.resolve(result.value);
        else done.reject(result.reason);
      });
    }
    draining = false;
  }

  /** Whatever happens to a batch, those behind it are taken. */
  async function attempt(works: readonly In[]): Promise<readonly PromiseSettledResult<Out>[]> {
    try {
      return await take(works);
    } catch (reason) {
      return works.map(() => ({ status: "rejected", reason }));
    }
  }

  async function prepared(prepare: () => Promise<In>): Promise<In> {
    while (inPreparation >= preparing) await new Promise<void>((resolve) => unprepared.push(resolve));
    inPreparation++;
    try {
      return await prepare();
    } finally {
      inPreparation--;
      unprepared.shift()?.();
    }
  }

  async function work(prepare: () => Promise<In>): Promise<Out> {
    const late = performance.now() + milliseconds;
    const entry: Entry<In, Out> = { work: await prepared(prepare), done: Promise.withResolvers<Out>() };
    ready.push(entry);
    const timer = setTimeout(() => {
      const at = ready.indexOf(entry);
      if (at < 0) return;
      ready.splice(at, 1);
      drop(entry.work);
      entry.done.reject(
        new ServiceError("timeout", `Cannot judge a part as it has waited for ${milliseconds / 1000} s`),
      );
    }, Math.max(0, late - performance.now()));
    void drain();
    return await entry.done.promise.finally(() => clearTimeout(timer));
  }

  const depth = () => ({ waiting: inside.size - running, running });
  return {
    run(prepare) {
      if (closed) return Promise.reject(new ServiceError("stopping", "Cannot judge a part as the service stops"));
      if (depth().waiting >= most) {
        const seconds = Math.max(1, Math.ceil(each * most / 1000));
        return Promise.reject(
          new ServiceError("busy", `Cannot judge a part now as ${most} are waiting: come again in ${seconds} s`, {
            headers: { "retry-after": String(seconds) },
          }),
        );
      }
      const done = work(prepare);
      inside.add(done);
      const leave = () => void inside.delete(done);
      done.then(leave, leave);
      return done;
    },
    depth,
    async close() {
      closed = true;
      await Promise.allSettled([...inside]);
    },
  };
}
