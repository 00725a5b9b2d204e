/** Work that is done in any order and taken in its own. @module */

/** What bounds the work, and so the memory that it takes. */
export interface TurnLimits {
  /** Pieces under way at the same time, at most. */
  readonly atOnce: () => number;
  /** Pieces that are under way or wait for earlier ones, at most. */
  readonly ahead: () => number;
}

/**
 * Does pieces of work several at a time; gives the results in the order of the pieces. No piece is asked for before there is
 * room for it.
 *
 * ```ts
 * import { inTurn } from "./in_turn.ts";
 * const limits = { atOnce: () => 2, ahead: () => 4 };
 * const results = inTurn([3, 1, 2], (n) => Promise.resolve(n * n), limits, new AbortController().signal);
 * console.assert((await Array.fromAsync(results)).join() === "9,1,4");
 * ```
 *
 * @throws what the first piece that fails throws, and where `signal` is aborted
 */
export async function* inTurn<T, R>(
  pieces: AsyncIterable<T> | Iterable<T>,
  work: (piece: T) => Promise<R>,
  { atOnce, ahead }: TurnLimits,
  signal: AbortSignal,
): AsyncGenerator<R> {
  const source = isAsync(pieces) ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
  const turns: { result?: { readonly value: R } }[] = [];
  let running = 0;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = () => {};
  const stop = () => wake();
  signal.addEventListener("abort", stop);

  function begin(piece: T): void {
    const turn: { result?: { readonly value: R } } = {};
    turns.push(turn);
    running++;
    work(piece).then((value) => void (turn.result = { value }), (error) => void (failure ??= { error })).finally(() => {
      running--;
      wake();
    });
  }
  try {
    while (!ended || turns.length > 0) {
      while (!ended && running < atOnce() && turns.length < ahead()) {
        signal.throwIfAborted();
        const { value, done } = await source.next();
        if (done) ended = true;
        else begin(value);
      }
      signal.throwIfAborted();
      if (failure) throw failure.error;
      const first = turns[0]?.result;
      if (first) {
        turns.shift();
        yield first.value;
      } else if (turns.length > 0) await new Promise<void>((resolve) => wake = resolve);
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function isAsync<T>(pieces: AsyncIterable<T> | Iterable<T>): pieces is AsyncIterable<T> {
  return typeof (pieces as Partial<AsyncIterable<T>>)[Symbol.asyncIterator] === "function";
}
