import assert from "node:assert/strict";
import { join } from "node:path";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import { runObjects } from "../../../lib/product/run/run_objects.ts";
import { runReference } from "../../../lib/product/published/run.ts";
import { chooseFolder, freeFolder, makeFolder } from "../../../lib/product/run/folder/run_folder.ts";
import { put, SMALL, withFolder } from "../../app/cli/product.ts";

Deno.test("runs that begin in the same second have folders of their own", async () => {
  await withFolder((folder) => {
    const time = new Date("2026-01-31T12:30:05.123Z");
    for (const name of ["2026-01-31T12-30-05", "2026-01-31T12-30-05-2", "2026-01-31T12-30-05-3"]) {
      assert.equal(freeFolder(join(folder, "runs"), time), join(folder, "runs", name));
    }
    return Promise.resolve();
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

Deno.test("a name is a folder beside other runs and no way to another place", async () => {
  const time = new Date();
  for (const name of ["a", "pcb1-2.b_C", "...", "..a", "-"]) {
    assert.equal(chooseFolder("runs", name, time), `runs/${name}`);
  }
  for (const name of ["", ".", "..", "../..", "a/b", "/a", "a\\b", "a b", "a\n", "ä"]) {
    assert.throws(() => chooseFolder("runs", name, time), { name: "TypeError", message: /^Cannot name a run/ });
  }
  await withFolder(async (folder) => {
    assert.match(chooseFolder(join(folder, "own"), undefined, time), /\/own\/\d{4}-/);
    const foreign = await put(join(folder, "models/mine.bin"), "mine");
    const report = await put(join(folder, "report.html"), "mine");
    const silent = { say() {}, warn() {}, progress() {} };
    const options = {
      ...{ file: "small.ts", runs: join(folder, "runs"), cache: join(folder, "cache"), name: "../..", data: folder },
      ...{
        maps: folder,
        size: "small",
        device: "cpu",
        reporter: silent,
        signal: new AbortController().signal,
      } as const,
    };
    const definition = parseDefinition(SMALL);
    const refusal = { message: /^Cannot name a run "\.\.\/\.\."/ };
    await assert.rejects(runPipeline(definition, options), refusal);
    await assert.rejects(runObjects(definition, ["a"], options, async () => {}), refusal);
    await assert.rejects(runReference({} as Parameters<typeof runReference>[0], options), refusal);
    assert.deepEqual(await Promise.all([foreign, report].map((path) => Deno.readTextFile(path))), ["mine", "mine"]);
  });
});
