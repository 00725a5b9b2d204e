import assert from "node:assert/strict";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openLines } from "../../../lib/app/cli/lines_file.ts";
import { put, withFolder } from "./product.ts";

Deno.test("whether a file can be written is known before its first line, and asking leaves nothing behind", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "a/b/scores.csv");
    const lines = openLines(path);
    lines.check();
    assert.deepEqual(await readdir(join(folder, "a/b")), []);
    await put(`${path}.part`, "of a run that was stopped");
    lines.check();
    assert.equal(await readFile(`${path}.part`, "utf8"), "of a run that was stopped");
    lines.line("one\n");
    lines.finish();
    assert.equal(await readFile(path, "utf8"), "one\n");
    lines.check();
    assert.equal(await readFile(path, "utf8"), "one\n");

    await mkdir(join(folder, "there"));
    assert.throws(() => openLines(join(folder, "there")).check(), {
      message: /^Cannot write ".*there" as it is a folder: name another file with --out$/,
    });
    assert.throws(() => openLines(join(path, "below.csv")).check(), {
      message: /^Cannot write ".*below\.csv" as (ENOTDIR|EEXIST|Not a directory).*: name another file with --out$/,
    });
  });
});
