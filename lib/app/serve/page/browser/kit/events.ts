/** What happens in a project, as the service tells it (server-sent events). @module */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Job, Verdict, Watch } from "../api.ts";

/** What an event holds beside its id, time and project. */
export interface Events {
  verdict: { readonly part: number; readonly name: string; readonly source: string; readonly verdict: Verdict };
  label: { readonly part: number };
  part: { readonly part: number };
  control: { readonly part: number };
  role: { readonly part: number };
  job: { readonly job: Job };
  version: { readonly version: number; readonly state: string };
  operating: { readonly threshold: number; readonly review: number | null };
  /** The state, as it changes; without it another folder is watched, or none. */
  watch: { readonly watch?: Watch };
  alarm: { readonly alarm: unknown };
  segments: { readonly names: readonly string[] | null };
}

const KINDS = [
  "verdict",
  "label",
  "part",
  "job",
  "version",
  "operating",
  "watch",
  "alarm",
  "segments",
  "control",
  "role",
] as const;

/** Whether the stream of events is there. */
export const connected = signal(false);

type Listener = (kind: keyof Events, data: unknown) => void;
const listeners = new Set<Listener>();
let source: EventSource | undefined;

/** Listens to one project from now on; the browser connects again by itself and goes on where it was. */
export function openEvents(project: string | undefined): void {
  source?.close();
  source = undefined;
  connected.value = false;
  if (project === undefined) return;
  source = new EventSource(`/v1/events?project=${encodeURIComponent(project)}`);
  source.onopen = () => connected.value = true;
  source.onerror = () => connected.value = false;
  for (const kind of KINDS) {
    source.addEventListener(kind, (event) => {
      const data: unknown = JSON.parse(event.data);
      for (const listener of listeners) listener(kind, data);
    });
  }
}

/** Calls back at each event of a kind as long as the component is there. */
export function useEvent<K extends keyof Events>(kind: K, act: (data: Events[K]) => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const listener: Listener = (found, data) => {
      if (found === kind) latest.current(data as Events[K]);
    };
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
}

/** Calls back soon after events of some kinds, once for many. */
export function useAfter(kinds: readonly (keyof Events)[], act: () => void): void {
  const latest = useRef({ kinds, act });
  latest.current = { kinds, act };
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listener: Listener = (kind) => {
      if (!latest.current.kinds.includes(kind)) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        latest.current.act();
      }, 250);
    };
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      clearTimeout(timer);
    };
  }, []);
}
