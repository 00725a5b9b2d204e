/** Answers of the service that a component shows, and fetches again when something happens. @module */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Events, useAfter } from "./events.ts";
import { ask, RefusedError } from "./request.ts";

/** What has come of a request. */
export interface Resource<T> {
  readonly data?: T;
  readonly error?: RefusedError;
  readonly loading: boolean;
  readonly reload: () => void;
}

/**
 * The answer to a GET. While a new one is on its way the last one stays.
 *
 * @param path nothing is asked where it is left out
 * @param after kinds of events after which it is asked again
 */
export function useResource<T>(path: string | undefined, after: readonly (keyof Events)[] = []): Resource<T> {
  const [state, setState] = useState<{ path?: string; data?: T; error?: RefusedError }>({});
  const asked = useRef(0);
  const reload = useCallback(() => {
    if (path === undefined) return;
    const turn = ++asked.current;
    const finish = (result: { data?: T; error?: RefusedError }) => {
      if (turn === asked.current) setState({ path, ...result });
    };
    ask<T>("GET", path).then(
      (data) => finish({ data }),
      (error) =>
        finish({ error: error instanceof RefusedError ? error : new RefusedError(0, "failed", String(error)) }),
    );
  }, [path]);
  useEffect(reload, [reload]);
  useAfter(after, reload);
  const current = state.path === path;
  return {
    ...current && state.data !== undefined && { data: state.data },
    ...current && state.error && { error: state.error },
    loading: path !== undefined && !current,
    reload,
  };
}
