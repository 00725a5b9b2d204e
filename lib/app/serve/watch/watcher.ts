/**
 * A watched folder: a file is judged once it is whole, exactly once, and put away.
 *
 * The verdict and what is known of the file are one transaction; a file is put away after it. So a kill before the
 * transaction leaves a file that is judged after the start, a kill behind it one that is only put away.
 * @module
 */
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { watch as watchFolder } from "chokidar";
import { walk } from "../../../base/io/walk.ts";
import { describeError } from "../../../base/text/describe_error.ts";
import type { Station } from "../../../product/station/station.ts";
import {
  addUnread,
  addWatched,
  countWatched,
  type FoundFile,
  leftToPutAway,
  setPutAway,
  type Watch,
  type WatchedFile,
  watchedFile,
} from "../../../product/station/watches.ts";
import { codeOf } from "../http/errors.ts";
import type { Judging } from "../judging.ts";
import { DONE, isSame, look as lookIn, MARK, putAway } from "./put_away.ts";

/** How it stands with a watched folder. */
export interface WatchView {
  readonly path: string;
  readonly then: Watch["after"];
  readonly settleMs: number;
  /** "away" where the folder is not there, as a share that is not mounted; "failed" where it cannot be read. */
  readonly state: "watching" | "away" | "failed";
  /** Files that wait or are judged now, … */
  readonly waiting: number;
  /** … with those that were judged, or cannot be. */
  readonly seen: number;
  readonly judged: number;
  readonly unread: number;
  /** What went wrong last. */
  readonly error: string | null;
}

/** A folder that is watched until it is closed. */
export interface Watcher {
  view(): WatchView;
  close(): Promise<void>;
}

/** Shares of other machines tell nobody of new files: the folder is listed as well. */
const LIST_MS = 5_000;
/** Files that are judged at the same time; the queue is shared with others. */
const AT_ONCE = 4;
/** Before a full queue is tried again. */
const AGAIN_MS = 500;
/** Names of files that others are still writing, or that are none of pictures. */
const PASSING = /(^\.)|(\.(part|tmp|temp|crdownload|partial|filepart)$)|(~$)/i;

export function openWatcher(
  { station, judging, log }: {
    readonly station: Station;
    readonly judging: Pick<Judging, "judge">;
    readonly log: (line: string) => void;
  },
  watch: Watch,
): Watcher {
  const { project, path: folder, settle } = watch;
  const waiting = new Set<string>();
  /** Names that have got another file while the one before was in hand. */
  const changed = new Set<string>();
  const queue: string[] = [];
  const working = new Set<Promise<void>>();
  let state: WatchView["state"] = "watching";
  let error: string | null = null;
  let closed = false;

  const chokidar = watchFolder(folder, {
    ignoreInitial: true,
    ignored: (path) => path !== folder && isIgnored(path.slice(folder.length + 1)),
    awaitWriteFinish: { stabilityThreshold: settle, pollInterval: Math.max(20, Math.min(100, settle / 4)) },
  });
  const found = (path: string): void => take(path.slice(folder.length + 1).replaceAll("\\", "/"));
  chokidar.on("add", found).on("change", found).on("error", (cause) => fail(cause));

  function fail(cause: unknown): void {
    error = describeError(cause);
    state = "failed";
  }
  function take(name: string): void {
    if (closed || isIgnored(name)) return;
    if (waiting.has(name)) return void changed.add(name);
    waiting.add(name);
    queue.push(name);
    next();
  }
  function next(): void {
    while (working.size < AT_ONCE && queue.length > 0 && !closed) {
      const name = queue.shift()!;
      const work = judgeFile(name).catch((cause) => {
        error = describeError(cause);
        log(`${join(folder, name)}: ${error}`);
      }).finally(() => {
        working.delete(work);
        waiting.delete(name);
        if (changed.delete(name)) take(name);
        next();
      });
      working.add(work);
    }
  }

  async function judgeFile(name: string): Promise<void> {
    for (let tries = 0; !closed; tries++) {
      const file = await wholeFile(name);
      if (!file || closed) return;
      const known = watchedFile(station, project, folder, file);
      if (known) return await away({ ...known, path: name });
      const bytes = await readFile(join(folder, name));
      // What was read must be what is kept as judged.
      if (!isSame(file, await look(name))) continue;
      try {
        const { verdict } = await judging.judge({
          ...{ project, name, source: "watch", store: true, picture: new Uint8Array(bytes) },
          also: (verdict) => addWatched(station, { project, folder, file, verdict }),
        });
        return await away({ ...file, verdict: verdict.id, decision: verdict.decision, error: null }, verdict);
      } catch (cause) {
        const code = codeOf(cause);
        if (code === "stopping") return;
        if (code === "unreadable") {
          // A writer that has paused for longer than it should: half of a picture cannot be read.
          if (tries === 0 && !await rests(file, settle)) continue;
          const told = describeError(cause);
          addUnread(station, { project, folder, file, error: told });
          return await away({ ...file, verdict: null, decision: "unread", error: told });
        }
        if (code !== "busy" && code !== "timeout") {
          // A model that is missing or cannot be loaded may come.
          error = describeError(cause);
        }
        await delay(AGAIN_MS * Math.min(20, 2 ** tries));
      }
    }
  }

  async function away(file: WatchedFile, verdict?: object): Promise<void> {
    const { path, decision } = file;
    await putAway(watch, file, () => ({ file: path, project, decision, ...verdict ?? { error: file.error } }));
    setPutAway(station, project, folder, file);
  }

  /** A file that has not changed for as long as it takes; undefined where it is gone. */
  async function wholeFile(name: string): Promise<FoundFile | undefined> {
    for (;;) {
      const before = await look(name);
      if (!before || closed) return undefined;
      const age = Date.now() - before.modified;
      // The clock of a share may be ahead: then it is waited for once.
      if (before.size > 0 && age >= settle) return before;
      if (await rests(before, age < 0 ? settle : Math.max(50, settle - age)) && before.size > 0) return before;
      if (before.size === 0 && age > EMPTY_MS) return before;
    }
  }
  async function rests(file: FoundFile, milliseconds: number): Promise<boolean> {
    await delay(milliseconds);
    return isSame(file, await look(file.path));
  }
  function look(name: string): Promise<FoundFile | undefined> {
    return lookIn(folder, name);
  }

  /** Lists the folder: what came while nobody looked, and what was judged and not put away. */
  async function list(): Promise<void> {
    const there = await stat(folder).then((found) => found.isDirectory(), () => false);
    if (!there) {
      state = "away";
      return;
    }
    const { files, failed } = await walk(folder);
    if (failed.length > 0) fail(failed[0].error);
    else state = "watching";
    for (const { name, kind } of files) {
      if (kind !== "file" || isIgnored(name) || waiting.has(name)) continue;
      const file = await look(name);
      if (!file) continue;
      const known = watchedFile(station, project, folder, file);
      if (!known) take(name);
    }
    for (const left of leftToPutAway(station, project, folder)) {
      if (!waiting.has(left.path)) await away(left).catch((cause) => error = describeError(cause));
    }
  }
  let listing = list().catch(fail);
  const timer = setInterval(() => listing = listing.then(() => closed ? undefined : list()).catch(fail), LIST_MS);

  return {
    view() {
      const { judged, unread } = countWatched(station, project, folder);
      return {
        ...{ path: folder, then: watch.after, settleMs: settle, state, error, judged, unread },
        ...{ waiting: waiting.size, seen: judged + unread + waiting.size },
      };
    },
    async close() {
      closed = true;
      clearInterval(timer);
      await chokidar.close();
      await Promise.all([listing, ...working]);
    },
  };
}

/** An empty file that old is no picture that comes. */
const EMPTY_MS = 60_000;

function isIgnored(name: string): boolean {
  const parts = name.split(/[/\\]/);
  return parts[0] === DONE || name.endsWith(MARK) || parts.some((part) => PASSING.test(basename(part)));
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
