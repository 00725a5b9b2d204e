import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { freeFolder, makeFolder } from "../../lib/pipeline/run_folder.ts";
import { put, withFolder } from "../cli/product.ts";

Deno.test("runs that begin in the same second have folders of their own", async () => {
  await withFolder(async (folder) => {
    const time = new Date("2026-01-31T12:30:05.123Z");
    for (const name of ["2026-01-31T12-30-05", "2026-01-31T12-30-05-2", "2026-01-31T12-30-05-3"]) {
      assert.equal(freeFolder(folder, time), join(folder, name));
      await mkdir(join(folder, name));
    }
  });
});

Deno.test("a folder that cannot be written into is named with the option for another", async () => {
  await withFolder(async (folder) => {
    const file = await put(join(folder, "file"), "text");
    await assert.rejects(makeFolder(join(file, "runs"), "--runs"), {
      message: /^Cannot write into ".*file\/runs" as ENOTDIR.*: name another folder with --runs$/,
    });
    await makeFolder(join(folder, "a/b"), "--runs");
    await makeFolder(join(folder, "a/b"), "--runs");
  });
});
