/** The watched folders of all projects. @module */
import { resolve } from "node:path";
import { stat } from "node:fs/promises";
import { MissingError, type Station } from "../../../product/station/station.ts";
import { endWatch, listWatches, setWatch, type Watch } from "../../../product/station/watches.ts";
import { ServiceError } from "../http/errors.ts";
import type { Judging } from "../judging.ts";
import { openWatcher, type Watcher, type WatchView } from "./watcher.ts";

/** Watches folders. */
export interface Watches {
  /** How it stands with the folder of a project; null where none is watched. */
  view(project: string): WatchView | null;
  set(watch: Watch): Promise<WatchView>;
  end(project: string): Promise<void>;
  close(): Promise<void>;
}

export function openWatches(
  context: { readonly station: Station; readonly judging: Judging; readonly log: (line: string) => void },
): Watches {
  const { station } = context;
  const watchers = new Map<string, Watcher>();
  for (const watch of listWatches(station)) watchers.set(watch.project, openWatcher(context, watch));

  async function leave(project: string): Promise<void> {
    const watcher = watchers.get(project);
    watchers.delete(project);
    await watcher?.close();
  }
  return {
    view: (project) => watchers.get(project)?.view() ?? null,
    async set(given) {
      const watch = { ...given, path: resolve(given.path) };
      if (!await stat(watch.path).then((found) => found.isDirectory(), () => false)) {
        throw new ServiceError("invalid", `Cannot watch "${watch.path}" as there is no such folder`);
      }
      const other = listWatches(station).find(({ path, project }) => path === watch.path && project !== watch.project);
      if (other) {
        throw new ServiceError("conflict", `Cannot watch "${watch.path}" as "${other.project}" watches it`);
      }
      setWatch(station, watch);
      await leave(watch.project);
      const watcher = openWatcher(context, watch);
      watchers.set(watch.project, watcher);
      return watcher.view();
    },
    async end(project) {
      if (!watchers.has(project)) throw new MissingError(`Cannot find a folder that "${project}" watches`);
      endWatch(station, project);
      await leave(project);
    },
    async close() {
      await Promise.all([...watchers.keys()].map(leave));
    },
  };
}
