/**
 * Events of a station on their way to somebody else, each at least once and in order: where the reader has come to is kept in
 * the station, so that nothing is lost while the other side is away, or over a kill.
 * @module
 */
import { eventsAfter, lastEvent, setCursor, type StationEvent } from "../../../product/station/events.ts";
import type { Station } from "../../../product/station/station.ts";

/** Events, and up to which of them a reader has come. */
export interface EventSource {
  after(id: number, limit: number): StationEvent[];
  /** The number of the newest. */
  last(): number;
  /** Undefined where a reader of that name has never begun. */
  cursor(name: string): number | undefined;
  keep(name: string, id: number): void;
  /** Calls back when there are new ones, until the returned function is called. */
  onEvents(told: () => void): () => void;
}

/** Those of a station. */
export function eventsOf(station: Station): EventSource {
  return {
    after: (id, limit) => eventsAfter(station, id, { limit }),
    last: () => lastEvent(station),
    cursor: (name) => station.first<{ event: number }>("SELECT event FROM cursor WHERE name = ?", name)?.event,
    keep: (name, id) => setCursor(station, name, id),
    onEvents: (told) => station.onEvents(told),
  };
}

/** The other side has refused an event, and would again: it is not sent once more. */
export class RefusedError extends Error {}

/** How a delivery stands. */
export interface DeliveryState {
  readonly name: string;
  /** `idle`: all has been sent; `sending`; `away`: the other side does not answer. */
  readonly state: "idle" | "sending" | "away";
  /** Sent since the service began. */
  readonly sent: number;
  /** Refused since then. */
  readonly refused: number;
  /** Events that wait. */
  readonly waiting: number;
  /** What went wrong last. */
  readonly error?: string;
}

/** A delivery that runs until it is closed. */
export interface Delivery {
  state(): DeliveryState;
  close(): Promise<void>;
}

/** See {@linkcode deliver}. */
export interface DeliverOptions {
  readonly name: string;
  /** Whether an event is for this reader. */
  readonly wants: (event: StationEvent) => boolean;
  /** Sends an event; a RefusedError gives it up, any other error is tried again. */
  readonly send: (event: StationEvent, signal: AbortSignal) => Promise<void>;
  /** Milliseconds to the second try, doubled from try to try up to `most`; 500 and 60,000 where left out. */
  readonly least?: number;
  readonly most?: number;
}

/** Events that are read at once. */
const READ = 200;

/** Sends events in their order, from where a reader of that name has come; one that begins, from now on. */
export function deliver(events: EventSource, options: DeliverOptions): Delivery {
  const { name, wants, send, least = 500, most = 60_000 } = options;
  const abort = new AbortController();
  const { signal } = abort;
  let cursor = events.cursor(name);
  if (cursor === undefined) events.keep(name, cursor = events.last());
  let at: number = cursor;
  let [sent, refused, state] = [0, 0, "idle" as DeliveryState["state"]];
  let error: string | undefined;
  let wake: () => void = () => {};
  const forget = events.onEvents(() => wake());
  const running = run();

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const some = events.after(at, READ);
      if (some.length === 0) {
        state = "idle";
        await pause();
        continue;
      }
      for (const event of some) {
        if (wants(event) && !await attempt(event)) return;
        at = event.id;
        events.keep(name, at);
      }
    }
  }

  /** False where it was stopped. */
  async function attempt(event: StationEvent): Promise<boolean> {
    for (let wait = least;; wait = Math.min(most, 2 * wait)) {
      if (signal.aborted) return false;
      try {
        state = state === "away" ? "away" : "sending";
        await send(event, signal);
        [state, error] = ["sending", undefined];
        sent++;
        return true;
      } catch (cause) {
        error = cause instanceof Error ? cause.message : String(cause);
        if (cause instanceof RefusedError) {
          refused++;
          return true;
        }
        state = "away";
        await pause(wait * (0.75 + 0.5 * Math.random()));
      }
    }
  }

  /** Until there is something new, for so long where it is said, or until it is closed. */
  function pause(milliseconds?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(end, milliseconds);
      const stop = () => end();
      function end(): void {
        clearTimeout(timer);
        signal.removeEventListener("abort", stop);
        wake = () => {};
        resolve();
      }
      signal.addEventListener("abort", stop);
      if (milliseconds === undefined) wake = end;
      if (signal.aborted || (milliseconds === undefined && events.last() > at)) end();
    });
  }

  return {
    state: () => ({ name, state, sent, refused, waiting: events.last() - at, ...error !== undefined && { error } }),
    async close() {
      abort.abort();
      forget();
      await running;
    },
  };
}

/** Tells of the newest state and of all that follows, to those who want no history. */
export function follow(
  events: EventSource,
  wants: (event: StationEvent) => boolean,
  take: (event: StationEvent) => void,
): { close(): void } {
  let at = Math.max(0, events.last() - READ);
  const read = () => {
    for (let some = events.after(at, READ); some.length > 0; some = events.after(at, READ)) {
      for (const event of some) {
        at = event.id;
        if (wants(event)) take(event);
      }
    }
  };
  read();
  return { close: events.onEvents(read) };
}
