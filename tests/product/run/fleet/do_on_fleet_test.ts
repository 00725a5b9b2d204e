import assert from "node:assert/strict";
import fc from "fast-check";
import { whenReady } from "../../../../lib/product/run/fleet/do_on_fleet.ts";
import type { Round } from "../../../../lib/product/run/steps/rounds.ts";
import type { AnyTask } from "../../../../lib/product/run/steps/steps.ts";
import { absolutePaths, changePaths, mapPath, mappedPaths } from "../../../../lib/product/run/fleet/task_paths.ts";

const never = new AbortController().signal;
const task = (key: string, needs: readonly string[]) => ({ kind: "fit", key, title: key, needs, spec: {} }) as AnyTask;

/** Graphs without circles: a task needs some of those before it. */
const graphs = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 30 }).map((all) =>
  all.map((needs, i) => task(`${i}`, i === 0 ? [] : [...new Set(needs.map((need) => `${need % i}`))]))
);

Deno.test("a round is done when all that it needs has ended, each once, and no more at once than allowed", async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.integer({ min: 1, max: 6 }), async (tasks, atOnce) => {
      const rounds: Round[] = tasks.map((task) => ({ tasks: [task], count: 1 }));
      const ended: string[] = [];
      let running = 0;
      await whenReady(rounds, () => atOnce, async ({ tasks: [{ key, needs }] }) => {
        assert.ok(++running <= atOnce);
        for (const need of needs) assert.ok(ended.includes(need), `${key} before ${need}`);
        await new Promise((resolve) => setTimeout(resolve));
        running--;
        ended.push(key);
      }, never);
      assert.deepEqual(ended.toSorted(), tasks.map(({ key }) => key).toSorted());
    }),
    { numRuns: 40 },
  );
});

Deno.test("what a round throws ends the run, and so does who stops it", async () => {
  const rounds: Round[] = ["a", "b"].map((key) => ({ tasks: [task(key, [])], count: 1 }));
  const failing = ({ tasks }: Round) =>
    tasks[0].key === "b" ? Promise.reject(new RangeError("b")) : new Promise<void>(() => {});
  await assert.rejects(whenReady(rounds, () => 4, failing, never), RangeError);
  const controller = new AbortController();
  const waiting = whenReady(rounds, () => 4, () => new Promise<void>(() => {}), controller.signal);
  controller.abort(new TypeError("stopped"));
  await assert.rejects(waiting, TypeError);
});

Deno.test("paths of a task are those of another machine, and nothing else changes", () => {
  const spec = {
    sight: { segments: "segmaps/part.png", picture: { height: 64 }, layers: ["/data/x"] },
    detector: { name: "onnx", config: { file: "nets/a.onnx", note: "cpu" } },
    pictures: [{ id: "/data/a.png", item: { id: "a", path: "/data/a.png", mask: "/data/a_mask.png" }, mask: "/data" }],
  };
  const there = changePaths(spec, mappedPaths([{ from: "/data/", to: "/mnt/d" }]));
  assert.deepEqual(there.pictures, [{
    ...{ id: "/data/a.png", mask: "/data" },
    item: { id: "a", path: "/mnt/d/a.png", mask: "/mnt/d/a_mask.png" },
  }]);
  assert.deepEqual([there.sight, there.detector], [spec.sight, spec.detector]);
  const absolute = changePaths(spec, absolutePaths(new Set(["nets/a.onnx"])));
  assert.equal(absolute.sight.segments, `${Deno.cwd()}/segmaps/part.png`);
  assert.deepEqual(absolute.detector.config, { file: `${Deno.cwd()}/nets/a.onnx`, note: "cpu" });
  for (const word of ["none", "rings"]) {
    assert.equal(changePaths({ sight: { segments: word } }, absolutePaths(new Set())).sight.segments, word);
  }
});

Deno.test("the first folder that a path lies in says where it is", () => {
  const mappings = [{ from: "/a/b", to: "/x" }, { from: "/a", to: "/y/" }];
  const cases = { "/a/b/c": "/x/c", "/a/b": "/x", "/a/bc": "/y/bc", "/a/c": "/y/c", "/ab": "/ab", "rel/a": "rel/a" };
  for (const [path, here] of Object.entries(cases)) assert.equal(mapPath(path, mappings), here);
});
