/** A watched folder: each file is judged once it is whole, once whatever ends the process, and put away. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { appendFile, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withFolder } from "../cli/product.ts";
import { freshPart, type Json, makeRun, start, until } from "./service.ts";

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) =>
    join(entry.parentPath, entry.name).slice(folder.length + 1)
  )
    .sort();
}

Deno.test("a watched folder", async (t) => {
  await withFolder(async (folder) => {
    const { run: model } = await makeRun(folder);
    const args = ["--run", `plate=${model}`, "--project", join(folder, "station")];
    const inbox = join(folder, "in");
    await mkdir(inbox);
    const watch = "/v1/projects/plate/watch";

    await t.step(
      "a file that is still being written waits; one that is no picture is told, and all are moved",
      async () => {
        await using service = await start(args);
        await service.send("PUT", watch, { path: inbox, then: "move", settleMs: 2500 });
        const slow = await freshPart(1, true);
        await writeFile(join(inbox, "slow.png"), slow.subarray(0, 1000));
        await mkdir(join(inbox, "line 2"));
        await writeFile(join(inbox, "line 2", "a.png"), await freshPart(2, false));
        await writeFile(join(inbox, "odd.png"), "no picture");
        await writeFile(join(inbox, "copy.png.part"), slow);
        await until(async () => (await service.get(watch)).judged === 1);
        for (let at = 1000; at < slow.length; at += 1000) {
          await appendFile(join(inbox, "slow.png"), slow.subarray(at, at + 1000));
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        await rename(join(inbox, "copy.png.part"), join(inbox, "copy.png"));
        await until(async () => {
          const { judged, unread } = await service.get(watch);
          return judged === 3 && unread === 1;
        });
        await until(async () => (await filesBelow(inbox)).every((name) => name.startsWith("done/")));
        const names = (await filesBelow(inbox)).map((name) => name.replace(/^done\/(good|bad)\//, "done/"));
        assert.deepEqual(names.sort(), ["done/copy.png", "done/line 2/a.png", "done/slow.png", "done/unread/odd.png"]);
        // The two files have the same bytes: one part, a verdict each.
        const { parts } = await service.get("/v1/projects/plate/parts?role=judged&order=old");
        assert.deepEqual(parts.map(({ name, source }: Json) => [name, source]), [
          ...[["line 2/a.png", "watch"], [parts[1].name, "watch"]],
        ]);
        await service.kill("SIGTERM");
      },
    );

    await t.step("kills in the middle judge no file twice and leave none out", async () => {
      const before = await countOf(args);
      const wanted = 24;
      let next = 0;
      for (let round = 0; round < 4; round++) {
        await using service = await start(args);
        for (let i = 0; i < wanted / 4; i++, next++) {
          await writeFile(join(inbox, `p${next}.png`), await freshPart(1000 + next, next % 3 === 0));
        }
        await until(async () => (await service.get(watch)).judged > before + next - 4);
        await service.kill("SIGKILL");
      }
      await using service = await start(args);
      await until(async () => (await service.get(watch)).judged === before + wanted);
      await until(async () => (await filesBelow(inbox)).every((name) => name.startsWith("done/")));
      const moved = (await filesBelow(inbox)).filter((name) => /\/p\d+\.png$/.test(name));
      assert.equal(moved.length, wanted);
      const { parts } = await service.get("/v1/projects/plate/parts?role=judged&limit=1000");
      const own = parts.filter(({ name }: Json) => /^p\d+\.png$/.test(name));
      assert.equal(own.length, wanted);
      for (const { id, name, verdict } of own) {
        const { history } = await service.get(`/v1/parts/${id}`);
        const verdicts = history.filter(({ what }: Json) => what === "verdict");
        assert.equal(verdicts.length, 1, `${name} has ${verdicts.length} verdicts`);
        assert.ok(moved.includes(`done/${verdict.decision}/${name}`), name);
      }
      await service.kill("SIGTERM");
    });

    await t.step("files may be marked and left in place, and are not judged again after a restart", async () => {
      const other = join(folder, "marked");
      await mkdir(other);
      await writeFile(join(other, "a.png"), await freshPart(5000, true));
      await using first = await start(args);
      await first.send("PUT", watch, { path: other, then: "mark", settleMs: 100 });
      // Before it has its name, it is there under another.
      await until(() => existsSync(join(other, "a.png.verdict.json")));
      const mark = JSON.parse(await readFile(join(other, "a.png.verdict.json"), "utf8"));
      assert.equal(mark.file, "a.png");
      assert.ok(["good", "bad"].includes(mark.decision) && Number.isFinite(mark.score));
      await first.kill("SIGKILL");
      await using service = await start(args);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      assert.equal((await service.get(watch)).judged, 1);
      const { history } = await service.get(`/v1/parts/${mark.part}`);
      assert.equal(history.filter(({ what }: Json) => what === "verdict").length, 1);
      // Another picture under the old name is another part.
      await writeFile(join(other, "a.png"), await freshPart(5001, false));
      await until(async () => (await service.get(watch)).judged === 2);
      await service.send("DELETE", watch);
      await service.kill("SIGTERM");
    });

    await t.step("a folder that is away is waited for", async () => {
      await using service = await start(args);
      const share = join(folder, "share");
      await mkdir(share);
      await service.send("PUT", watch, { path: share, then: "leave", settleMs: 100 });
      await rename(share, join(folder, "gone"));
      await until(async () => (await service.get(watch)).state === "away");
      await writeFile(join(folder, "gone", "b.png"), await freshPart(6000, true));
      await rename(join(folder, "gone"), share);
      await until(async () => (await service.get(watch)).judged === 1);
      await until(async () => (await service.get(watch)).state === "watching");
      const nothing = await service.fetch(watch, {
        method: "PUT",
        body: JSON.stringify({ path: join(folder, "none") }),
      });
      assert.equal(nothing.status, 400, await nothing.text());
      await service.kill("SIGTERM");
    });
  });
});

async function countOf(args: readonly string[]): Promise<number> {
  await using service = await start(args);
  const { judged } = await service.get("/v1/projects/plate/watch");
  await service.kill("SIGTERM");
  return judged;
}
