import assert from "node:assert/strict";
import fc from "fast-check";
import { blockedBy, graphOf, missingFor, reach } from "../../../lib/product/run/plan/graph.ts";
import type { Task } from "../../../lib/product/run/steps/task.ts";

/** Task i needs some of those before it. */
const graphs = fc.integer({ min: 1, max: 8 }).chain((count) =>
  fc.tuple(...Array.from({ length: count }, (_, i) => fc.subarray(Array.from({ length: i }, (_, j) => `${j}`))))
    .map((needs) =>
      needs.map((own, i): Task => ({ kind: "fit", key: `${i}`, title: `task ${i}`, needs: own, spec: {} }))
    )
);
const some = fc.uniqueArray(fc.nat(7).map(String));

/** Whether a task is or needs another, by following every way. */
function leads(tasks: readonly Task[], from: string, to: string, stop: readonly string[] = []): boolean {
  if (stop.includes(from)) return false;
  return from === to || (tasks[Number(from)]?.needs ?? []).some((need) => leads(tasks, need, to, stop));
}

Deno.test("what results need is found by every way, and what is kept ends the search", async () => {
  await fc.assert(fc.asyncProperty(graphs, some, some, async (tasks, results, kept) => {
    const graph = graphOf(tasks);
    const keys = tasks.map(({ key }) => key);
    const expected = (stop: readonly string[]) =>
      keys.filter((key) => results.some((result) => leads(tasks, result, key, stop)));
    assert.deepEqual([...await reach(graph, results)].sort(), expected([]));
    const cache = { has: (key: string) => Promise.resolve(kept.includes(key)) };
    assert.deepEqual([...await missingFor(cache, graph, results)].sort(), expected(kept));
  }));
});

Deno.test("a result is lost where it needs a task that failed, and only there", () => {
  fc.assert(fc.property(graphs, some, (tasks, failed) => {
    const failureOf = blockedBy(graphOf(tasks), new Map(failed.map((key) => [key, `failure of ${key}`])));
    for (const { key } of tasks) {
      const behind = failed.filter((other) => leads(tasks, key, other)).map((other) => `failure of ${other}`);
      const found = failureOf(key);
      assert.equal(found !== undefined, behind.length > 0);
      if (found !== undefined) assert.ok(behind.includes(found));
    }
    assert.equal(failureOf("none"), failed.includes("none") ? "failure of none" : undefined);
  }));
});

Deno.test("tasks of one key are one", () => {
  const task: Task = { kind: "fit", key: "a", title: "first", needs: [], spec: {} };
  assert.deepEqual([...graphOf([task, { ...task, title: "second" }]).values()], [task]);
});
