/** Questions to a graph of tasks. @module */
import type { Cache } from "../cache/cache.ts";
import type { Task } from "../steps/task.ts";

/** Tasks by their keys. What is needed and is no task here was in the cache when the graph was made. */
export type Graph<T extends Task = Task> = ReadonlyMap<string, T>;

/** The tasks as a graph; tasks with one key are one. */
export function graphOf<T extends Task>(tasks: Iterable<T>): Graph<T> {
  const graph = new Map<string, T>();
  for (const task of tasks) if (!graph.has(task.key)) graph.set(task.key, task);
  return graph;
}

/** The tasks behind some results: those that must be done for them, where `isDone` does not end the search. */
export async function reach(
  graph: Graph,
  results: Iterable<string>,
  isDone: (key: string) => boolean | Promise<boolean> = () => false,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const waiting = [...results];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const task = graph.get(key);
    if (!task || await isDone(key)) continue;
    found.add(key);
    waiting.push(...task.needs);
  }
  return found;
}

/** The tasks that must be done so that some results are there: what is kept needs nothing. */
export function missingFor(
  cache: Pick<Cache, "has">,
  graph: Graph,
  results: Iterable<string>,
): Promise<ReadonlySet<string>> {
  return reach(graph, results, (key) => cache.has(key));
}

/** What keeps a result from being there: of the tasks that failed, the first one that it needs; undefined where none does. */
export function blockedBy<F>(graph: Graph, failures: ReadonlyMap<string, F>): (key: string) => F | undefined {
  const known = new Map<string, F | undefined>();
  function failureOf(key: string): F | undefined {
    if (known.has(key)) return known.get(key);
    // A graph has no circle, so that a key is never asked for while its answer is being worked out.
    let found = failures.get(key);
    for (const need of graph.get(key)?.needs ?? []) found ??= failureOf(need);
    known.set(key, found);
    return found;
  }
  return failureOf;
}
