import assert from "node:assert/strict";
import { chmod, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { userInfo } from "node:os";
import { walk } from "../../../lib/base/io/walk.ts";
import { put, withFolder } from "../../app/cli/product.ts";

const namesIn = async (folder: string) => (await walk(folder)).files.map(({ name }) => name);

Deno.test("links to the folder itself, to a parent and to each other end, and each file is there once", async () => {
  await withFolder(async (folder) => {
    for (const name of ["good/1.png", "good/deep/2.png", "bad/3.png"]) await put(join(folder, name), "");
    for (const [link, to] of [["good/x", "."], ["good/y", "."], ["good/up", ".."], ["a", "good"], ["bad/b", "../a"]]) {
      await symlink(to, join(folder, link));
    }
    assert.deepEqual(await namesIn(folder), ["bad/3.png", "good/1.png", "good/deep/2.png"]);
    assert.deepEqual(await namesIn(join(folder, "good")), ["1.png", "deep/2.png", "up/bad/3.png"]);
  });
});

Deno.test("links to files and to folders elsewhere are followed, broken ones stay", async () => {
  await withFolder(async (folder) => {
    await put(join(folder, "outside/1.png"), "");
    await mkdir(join(folder, "in"));
    for (const [link, to] of [["more", "../outside"], ["one.png", "../outside/1.png"], ["none.png", "gone"]]) {
      await symlink(to, join(folder, "in", link));
    }
    assert.deepEqual(await namesIn(join(folder, "in")), ["more/1.png", "none.png", "one.png"]);
  });
});

Deno.test("a folder that cannot be listed is told, and the others are listed", async () => {
  await withFolder(async (folder) => {
    for (const name of ["a/1.png", "b/2.png", "c/3.png"]) await put(join(folder, name), "");
    await chmod(join(folder, "b"), 0);
    const { files, failed } = await walk(folder);
    await chmod(join(folder, "b"), 0o700);
    // Who may do everything lists it.
    const closed = userInfo().uid !== 0;
    assert.deepEqual(files.map(({ name }) => name), ["a/1.png", ...closed ? [] : ["b/2.png"], "c/3.png"]);
    if (closed) assert.deepEqual(failed.map(({ path }) => path), [join(folder, "b")]);
  });
});

Deno.test("a name that is not UTF-8 is told, of a folder and of a file", async () => {
  await withFolder(async (folder) => {
    const script =
      `mkdir "$1/$(printf 'Pr\\374f')" && touch "$1/$(printf 'a\\374.png')" "$1/$(printf 'Pr\\374f')/1.png"`;
    const { success } = await new Deno.Command("sh", { args: ["-c", script, "sh", folder] }).output();
    // Some disks take no such name.
    if (!success) return;
    const { files, failed } = await walk(folder);
    assert.deepEqual(files.map(({ name }) => name), ["a\ufffd.png"]);
    assert.match(failed[0].error.message, /^Cannot list ".*Pr\ufffdf" as its name is not UTF-8: give it another name$/);
  });
});

Deno.test("130,000 files in a folder below are listed, sorted", async () => {
  await withFolder(async (folder) => {
    const count = 130_000;
    const script = `mkdir "$1/sub" && cd "$1/sub" && seq -f %06.0f.png 0 ${count - 1} | xargs touch`;
    assert.ok((await new Deno.Command("sh", { args: ["-c", script, "sh", folder] }).output()).success);
    const names = await namesIn(folder);
    assert.equal(names.length, count);
    assert.deepEqual([names[0], names[count - 1]], ["sub/000000.png", "sub/129999.png"]);
  });
});

Deno.test("pipes are no files, hidden names are left out, and no folder has no files", async () => {
  await withFolder(async (folder) => {
    for (const name of ["a.png", ".hidden.png", "._a.png", ".git/b.png"]) await put(join(folder, name), "");
    await new Deno.Command("mkfifo", { args: [join(folder, "p.png")] }).output();
    const { files } = await walk(folder);
    assert.deepEqual(files.map(({ name, kind }) => [name, kind]), [["a.png", "file"], ["p.png", "other"]]);
    assert.deepEqual(await namesIn(join(folder, "gone")), []);
  });
});
