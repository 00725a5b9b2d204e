import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { HALF_WRITTEN, writeFileAtomic } from "../../../lib/base/io/atomic.ts";
import { causeOf, FullDiskError } from "../../../lib/base/text/errors.ts";
import { describeError } from "../../../lib/base/text/describe_error.ts";
import { attempt } from "../../../lib/product/experiment/failures.ts";
import { ROOT, withFolder } from "../../app/cli/product.ts";

Deno.test("processes with equal numbers that write one file at once leave one whole", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "file");
    // Each copy of the module begins its own count, as in containers where all processes have the number 1.
    const module = new URL("lib/base/io/atomic.ts", `file://${ROOT}`).href;
    const copies = await Promise.all(
      Array.from(
        { length: 4 },
        (_, i): Promise<typeof import("../../../lib/base/io/atomic.ts")> => import(`${module}?copy=${i}`),
      ),
    );
    const texts = copies.map((_, i) => String(i).repeat(100_000));
    for (let round = 0; round < 10; round++) {
      await Promise.all(copies.map((copy, i) => copy.writeFileAtomic(path, texts[i])));
      assert.ok(texts.includes(await readFile(path, "utf8")));
      assert.deepEqual(await readdir(folder), ["file"]);
    }
  });
});

Deno.test("what a kill leaves behind is known by its name, of this release and of earlier ones", () => {
  for (const name of ["a.json.3f0c5d9e-1b1a-4c7e-9f0e-6a2b8c1d2e3f.part", "a.json.99.7.part"]) {
    assert.ok(HALF_WRITTEN.test(name), name);
  }
  for (const name of ["a.part", "scores.csv.part", "a.99.part", "a.json"]) assert.ok(!HALF_WRITTEN.test(name), name);
});

Deno.test("a disk that takes no files is an error of its own, and ends a run whatever it is the cause of", async () => {
  const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  const error = new Error("Cannot keep it", { cause: new FullDiskError("Cannot write it", { cause: full }) });
  assert.equal(causeOf(error, FullDiskError)?.message, "Cannot write it");
  assert.equal(causeOf(new Error("Cannot write it as ENOSPC: no space left on device"), FullDiskError), undefined);
  const told: string[] = [];
  const reporter = { say: () => {}, progress: () => {}, warn: (line: string) => void told.push(line) };
  const doing = { reporter, signal: new AbortController().signal };
  await assert.rejects(attempt(doing, "Fit it", () => Promise.reject(error)), error);
  const other = new Error("ENOSPC is only a word");
  assert.equal((await attempt(doing, "Fit it", () => Promise.reject(other)))?.error, other);
  assert.deepEqual(told, [`Fit it failed, and what needs it is left out: ${describeError(other)}`]);
});

Deno.test("a file in place of a folder is no full disk", async () => {
  await withFolder(async (folder) => {
    await writeFileAtomic(join(folder, "file"), "kept");
    await assert.rejects(
      writeFileAtomic(join(folder, "file/below"), "text"),
      (error) => error instanceof Error && !(error instanceof FullDiskError) && /^Cannot write/.test(error.message),
    );
  });
});
