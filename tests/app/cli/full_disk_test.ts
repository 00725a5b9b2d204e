import assert from "node:assert/strict";
import { mkdir, readFile, statfs } from "node:fs/promises";
import { join } from "node:path";
import { here } from "./commands.ts";
import { pipelineText, put, run, timesOf, withFolder, writeParts } from "./product.ts";

/** Runs `mount` or `umount`; false where this user or system may not. */
async function mount(program: "mount" | "umount", ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

/** Gives a mounted disk so many free bytes beyond what lies on it. */
async function leaveRoom(disk: string, bytes: number): Promise<void> {
  const { bsize, blocks, bfree } = await statfs(disk);
  const size = (blocks - bfree) * bsize + bytes;
  assert.ok(await mount("mount", "-o", `remount,size=${size}`, disk));
}

Deno.test("on a full disk a run names the file and the reason, and goes on once there is room", async (t) => {
  await withFolder(async (folder) => {
    const disk = join(folder, "disk");
    await mkdir(disk);
    if (!await mount("mount", "-t", "tmpfs", "-o", "size=192k", "tmpfs", disk)) {
      console.log("skipped: a small disk cannot be mounted here");
      return;
    }
    try {
      const [data, file] = [join(folder, "parts"), await put(join(folder, "small.ts"), pipelineText({ seeds: [1] }))];
      await writeParts(data);
      const args = (cache: string, runs: string) => [
        ...[file, "--data", data, "--cache", cache, "--runs", runs, "--name", "it"],
      ];

      await t.step("where the disk of the cache is full", async () => {
        const full = await run("pipeline", ...args(join(disk, "cache"), join(folder, "runs")));
        assert.equal(full.code, 1, full.err);
        assert.match(
          full.err,
          /\nError: Cannot write ".*disk\/cache\/[a-z]+\/[0-9a-f]{40}" as ENOSPC: no space left on/,
        );
        assert.doesNotMatch(full.err, /\.ts:\d/);
        const kept = await timesOf(join(disk, "cache"));
        assert.ok(kept.size > 0, "nothing was finished before the disk was full");
        assert.ok([...kept.keys()].every((name) => !name.endsWith(".part")), "half of a file was left");
        await leaveRoom(disk, 32 << 20);
        const { code, err } = await here("pipeline", ...args(join(disk, "cache"), join(folder, "runs")));
        assert.equal(code, 0, err);
        const after = await timesOf(join(disk, "cache"));
        for (const [name, time] of kept) assert.equal(after.get(name), time, `${name} was written again`);
      });

      await t.step("where the disk of the run folder is full", async () => {
        await leaveRoom(disk, 2 << 20);
        const full = await run("pipeline", ...args(join(disk, "cache"), join(disk, "runs")));
        assert.equal(full.code, 1, full.err);
        assert.match(
          full.err,
          /\nError: Cannot write ".*disk\/runs\/small\/it\/models\.[0-9a-f-]+\.new\/backbone\.onnx" as ENOSPC/,
        );
        const half = await here("score", "--run", join(disk, "runs/small/it"), data);
        assert.equal(half.code, 1);
        assert.match(half.err, /as it has no models\/model\.json: name the folder of a finished run/);
        await leaveRoom(disk, 32 << 20);
        const { code, err } = await here("pipeline", ...args(join(disk, "cache"), join(disk, "runs")));
        assert.equal(code, 0, err);
        assert.equal(
          await readFile(join(disk, "runs/small/it/results.json"), "utf8"),
          await readFile(join(folder, "runs/small/it/results.json"), "utf8"),
        );
      });

      await t.step("where scores go to a full disk", async () => {
        await leaveRoom(disk, 0);
        const full = await run(
          "score",
          "--run",
          join(folder, "runs/small/it"),
          join(data, "good"),
          "--out",
          join(disk, "scores.csv"),
        );
        assert.equal(full.code, 1, full.err);
        assert.match(full.err, /Error: Cannot write ".*scores\.csv" as (ENOSPC|No space left)/);
      });
    } finally {
      assert.ok(await mount("umount", disk));
    }
  });
});

Deno.test({
  name: "scores that a shell sends to a full disk are an error",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const command = `exec "$0" eval 'import { print } from "./lib/app/cli/print.ts"; print("text")' > /dev/full`;
    const { success, stderr } = await new Deno.Command("sh", {
      args: ["-c", command, Deno.execPath()],
      cwd: new URL("../../../", import.meta.url),
    }).output();
    assert.equal(success, false);
    assert.match(new TextDecoder().decode(stderr), /Cannot write the output as No space left on device/);
  },
});
