/** Several processes that write one file or folder: in the end it is that of exactly one. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipelineText, put, run, withFolder, writeParts } from "./product.ts";

Deno.test("of three that write one file at once, exactly one has written it", async () => {
  await withFolder(async (folder) => {
    const out = (name: string) => join(folder, name, "net.onnx");
    const make = (seed: number, name: string) =>
      run("backbone", "pdn_small", "--random", String(seed), "--out", out(name));
    const ended = await Promise.all([1, 2, 3].flatMap((seed) => [make(seed, "same"), make(seed, `own${seed}`)]));
    for (const { code, err } of ended) assert.equal(code, 0, err);
    const same = await readFile(out("same"));
    const alone = await Promise.all([1, 2, 3].map((seed) => readFile(out(`own${seed}`))));
    assert.equal(alone.filter((bytes) => bytes.equals(same)).length, 1);
    assert.deepEqual(await readdir(join(folder, "same")), ["net.onnx"]);
  });
});

Deno.test("two runs of one name and one cache at once end with the table and the models of one", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 12, 6);
    const file = await put(join(folder, "small.ts"), pipelineText({ seeds: [1] }));
    const start = (place: string) =>
      run(
        ...["pipeline", file, "--data", data, "--name", "it", "--threads", "1"] as const,
        ...["--runs", join(folder, place, "runs"), "--cache", join(folder, place, "cache")],
      );
    const [first, second, alone] = await Promise.all([start("same"), start("same"), start("alone")]);
    for (const { code, err } of [first, second, alone]) assert.equal(code, 0, err);
    const whole = join(folder, "alone/runs/small/it");
    const files = (await readdir(whole, { recursive: true })).filter((name) =>
      /(results\.json|scores\.csv)$|models.*\.\w+$/.test(name)
    );
    assert.ok(files.length > 5, files.join());
    for (const name of files) {
      const both = await readFile(join(folder, "same/runs/small/it", name));
      assert.ok(both.equals(await readFile(join(whole, name))), `${name} is not that of one run alone`);
    }
    const left = (await readdir(join(folder, "same"), { recursive: true })).filter((name) =>
      /\.(part|new|old)$/.test(name)
    );
    assert.deepEqual(left, []);
  });
});
