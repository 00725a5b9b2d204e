import assert from "node:assert/strict";
import { cp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { here } from "../cli/commands.ts";
import { drawPart, put, run, withFolder, writeParts } from "../cli/product.ts";
import { placesOf, queueTest, sleep, start, until, withRedis, withSmall, withWorkers } from "./redis.ts";

/** A run is the same whoever did it: all that it leaves but times. */
async function sameRun(one: string, other: string): Promise<void> {
  const files = (await readdir(one, { recursive: true })).filter((name) =>
    /(results\.json|\.csv)$|models.*\.\w+$/.test(name)
  );
  assert.ok(files.length > 5, files.join());
  for (const name of files) {
    assert.ok((await readFile(join(one, name))).equals(await readFile(join(other, name))), `${name} is another`);
  }
}

queueTest(
  "two workers that find the pictures elsewhere give the bytes of one machine, and no password is told",
  async () => {
    await withSmall(async ({ folder, file, data, alone }) => {
      await cp(data, join(folder, "elsewhere"), { recursive: true });
      const many = placesOf(folder, "many");
      const password = "h0rse-battery";
      const auth = { more: ["--requirepass", password], auth: `:${password}@` };
      await withRedis(folder, async ({ url }) => {
        const mapping = `${data}=${join(folder, "elsewhere")}`;
        const common = ["--queue", url, "--cache", many.cache];
        await withWorkers(2, [...common, "--data", mapping], async (workers) => {
          const outcome = await run("pipeline", file, "--data", data, "--queue", url, ...many.args);
          assert.equal(outcome.code, 0, outcome.err);
          assert.match(outcome.err, /Tasks: (\d+)\/\1, 2 workers/);
          await sameRun(alone, many.run);
          // Again there is nothing to do.
          const again = await run("pipeline", file, "--data", data, "--queue", url, ...many.args);
          assert.equal(again.code, 0, again.err);
          assert.doesNotMatch(again.err, /Tasks:/);
          const status = await run("queue", "status", "--queue", url);
          assert.match(status.out, /0 waiting, 0 active, 0 completed, 0 failed/);
          assert.equal(status.out.match(/^ {2}worker .*0 of 1 in hand$/gm)?.length, 2, status.out);
          for (const worker of workers) worker.signal("SIGINT");
          const ended = await Promise.all(workers.map(({ end }) => end));
          for (const { code, err } of ended) assert.equal(code, 0, err);
          for (const { err } of ended) assert.match(err, /Done [1-9]\d* jobs?/);
          const wrong = await run(
            "queue",
            "status",
            "--queue",
            url.replace(password, "wr0ng-one"),
          );
          assert.equal(wrong.code, 1);
          assert.match(wrong.err, /Error: Cannot reach the queue redis:\/\/:\*\*\*@127\.0\.0\.1:\d+ as WRONGPASS/);
          const record = await readFile(join(many.run, "run.json"), "utf8");
          const texts = [outcome, again, status, wrong, ...ended].flatMap(({ out, err }) => [out, err]);
          for (const text of [record, ...texts]) assert.ok(!text.includes(password) && !text.includes("wr0ng"), text);
        });
      }, auth);
    });
  },
);

queueTest("a run that is stopped takes its jobs back, and goes on where it was", async () => {
  await withSmall(async ({ folder, file, data, alone }) => {
    const many = placesOf(folder, "many");
    await withRedis(folder, async ({ url, waiting }) => {
      const args = [file, "--data", data, "--queue", url, ...many.args];
      const stopped = start("pipeline", args);
      await stopped.saying(/waiting for a worker/);
      await until(() => waiting() === 4);
      stopped.signal("SIGINT");
      const { code, err } = await stopped.end;
      assert.equal(code, 130, err);
      assert.match((await run("queue", "status", "--queue", url)).out, /Nobody is at this queue, and nothing waits/);
      await withWorkers(1, ["--queue", url, "--cache", many.cache], async () => {
        const half = start("pipeline", args);
        await until(async () => (await readdir(join(many.cache, "maps")).catch(() => [])).length > 0);
        half.signal("SIGINT");
        assert.equal((await half.end).code, 130);
        const outcome = await run("pipeline", ...args);
        assert.equal(outcome.code, 0, outcome.err);
      });
      await sameRun(alone, many.run);
    });
  });
});

queueTest("two workers score the lines of one machine, in their order, and a stopped score goes on", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"), 24, 0);
    const [model, cache] = [join(folder, "model"), join(folder, "cache")];
    const fitted = await here(
      ...["fit", "mean_difference", "--data", join(folder, "parts"), "--side", "64", "--threads", "1"] as const,
      ...["--out", model, "--cache", join(folder, "own")],
    );
    assert.equal(fitted.code, 0, fitted.err);
    const archive = join(folder, "archive");
    for (let i = 0; i < 150; i++) {
      const place = i % 3 === 0 ? "a-b" : i % 3 === 1 ? "a/deep" : "a";
      await put(join(archive, place, `${i}.png`), await drawPart(900 + i, i % 4 === 0));
    }
    await put(join(archive, "a/broken.png"), "no picture");
    await put(join(archive, "a/moving.gif"), "GIF89a");
    const args = ["--run", model, archive, join(folder, "gone.png")];
    const alone = await here("score", ...args);
    assert.equal(alone.code, 3, alone.err);
    assert.equal(alone.out.split("\n").length, 154);
    const warnings = (text: string) => text.split("\n").filter((line) => line.startsWith("Warning")).sort();
    await withRedis(folder, async ({ url }) => {
      const queue = ["--queue", url, "--cache", cache];
      const out = join(folder, "lines.csv");
      const stopped = start("score", [...args, ...queue, "--out", out]);
      await stopped.saying(/waiting for a worker/);
      stopped.signal("SIGINT");
      assert.equal((await stopped.end).code, 130);
      await withWorkers(2, queue, async () => {
        const many = await run("score", ...args, ...queue);
        assert.equal(many.code, 3, many.err);
        assert.equal(many.out, alone.out);
        assert.deepEqual(warnings(many.err), warnings(alone.err));
        const part = start("score", [...args, ...queue, "--out", out]);
        await until(async () => (await readFile(`${out}.part`, "utf8").catch(() => "")).length > 500);
        part.signal("SIGKILL");
        await part.end;
        await sleep(100);
        const rest = await run("score", ...args, ...queue, "--out", out);
        assert.equal(rest.code, 3, rest.err);
        assert.equal(await readFile(out, "utf8"), alone.out);
      });
    });
    await rm(archive, { recursive: true });
  });
});
