import assert from "node:assert/strict";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkLines, type MadeWith, openLines } from "../../../lib/app/cli/lines_file.ts";
import { put, withFolder } from "./product.ts";

Deno.test("whether a file can be written is known before its first line, and asking leaves nothing behind", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "a/b/scores.csv");
    checkLines(path);
    assert.deepEqual(await readdir(join(folder, "a/b")), []);
    await put(`${path}.part`, "of a run that was stopped");
    checkLines(path);
    assert.equal(await readFile(`${path}.part`, "utf8"), "of a run that was stopped");
    await put(`${path}.part`, "");
    const lines = await openLines(path, {});
    lines.line("one\n");
    await lines.finish();
    lines.release();
    assert.equal(await readFile(path, "utf8"), "one\n");
    checkLines(path);
    assert.equal(await readFile(path, "utf8"), "one\n");
    assert.deepEqual(await readdir(join(folder, "a/b")), ["scores.csv"]);

    await mkdir(join(folder, "there"));
    assert.throws(() => checkLines(join(folder, "there")), {
      message: /^Cannot write ".*there" as it is a folder: name another file with --out$/,
    });
    assert.throws(() => checkLines(join(path, "below.csv")), {
      message: /^Cannot write ".*below\.csv" as (ENOTDIR|EEXIST|Not a directory).*: name another file with --out$/,
    });
  });
});

Deno.test("lines go on where a process has left them, made with the same; a file has one writer", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "scores.csv");
    const made = { model: "a", threshold: null };
    const first = await openLines(path, made);
    assert.equal(first.earlier, undefined);
    first.line("one\ntw");
    await assert.rejects(openLines(path, made), {
      message: /^Cannot write ".*" as another process is writing it: wait/,
    });
    first.release();
    const others: [MadeWith, string][] = [
      [{ ...made, threshold: 3 }, "threshold"],
      [{ model: "b", threshold: 0 }, "model and ano"],
    ];
    for (const [other, words] of others) {
      const message = new RegExp(`^Cannot go on with ".*\\.part" as its lines are of another ${words}`);
      await assert.rejects(openLines(path, other), { message });
    }
    const second = await openLines(path, made);
    assert.equal(new TextDecoder().decode(second.earlier?.bytes), "one\ntw");
    second.keep(4);
    second.line("three\n");
    await second.finish();
    second.release();
    assert.equal(await readFile(path, "utf8"), "one\nthree\n");

    const empty = await openLines(path, made);
    empty.release();
    assert.deepEqual(await readdir(folder), ["scores.csv"], "without a line nothing is left");
    await put(`${path}.part`, "of an earlier release\n");
    await assert.rejects(openLines(path, made), { message: /lines are of another model and another threshold/ });
  });
});

Deno.test("of many that open a file at once, one after another has it, and none is lost in the change", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "scores.csv");
    for (let round = 0; round < 20; round++) {
      const opened = await Promise.allSettled(Array.from({ length: 8 }, () => openLines(path, { round })));
      const own = opened.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
      assert.equal(own.length, 1);
      own[0].line(`${round}\n`);
      await own[0].finish();
      own[0].release();
      assert.equal(await readFile(path, "utf8"), `${round}\n`);
    }
  });
});
