import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { backbone, distil, fit, pipeline, pretrain, score, segment } from "./commands.ts";
import { drawPart, pipelineText, put, withFolder, writeParts } from "./product.ts";

/** Every file and folder below one, with what is in it. */
async function contentOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const lines = await Promise.all(entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const content = entry.isFile() ? createHash("sha256").update(await readFile(path)).digest("hex") : "";
    return `${path} ${content}`;
  }));
  return lines.sort();
}

Deno.test("no command changes a file below what it is given, by whatever way it is named", async () => {
  await withFolder(async (folder) => {
    const at = (name: string) => join(folder, name);
    const data = at("parts");
    await writeParts(data, 12, 4);
    const painting = await put(at("painted/x.png"), await drawPart(1, false));
    const shapes = await put(
      at("painted/y.json"),
      JSON.stringify({ name: "a", size: [8, 8], units: "pixels", background: "ground", shapes: [] }),
    );
    const weights = await put(at("painted/w.onnx"), "weights");
    const maps = at("maps");
    await mkdir(join(maps, "data"), { recursive: true });
    const file = await put(at("small.ts"), pipelineText({ seeds: [1] }));
    await symlink(data, at("link"));
    await symlink(join(data, "good"), at("deep"));
    await symlink(join(data, "bad/000.png"), at("one.png"));
    const side = ["--side", "64"];
    const cache = ["--cache", at("cache")];
    const cases: [string, () => Promise<number>][] = [];
    const add = (what: string, work: () => Promise<number>) => void cases.push([what, work]);
    for (const inside of [data, join(data, "new"), at("link"), join(at("link"), "bad"), join(at("deep"), "x")]) {
      const file = join(inside, "made.png");
      const given = ["--data", data, ...side];
      add(`fit --out ${inside}`, () => fit("padim", ...given, ...cache, "--out", inside));
      add(`fit --cache ${inside}`, () => fit("padim", ...given, "--cache", inside, "--out", at("m")));
      add(`distil --out ${file}`, () => distil(...given, ...cache, "--out", file));
      add(`distil --cache ${file}`, () => distil(...given, "--cache", inside, "--out", at("t.onnx")));
      add(`pretrain --out ${file}`, () => pretrain("--method", "simsiam", ...given, "--out", file));
      add(`foreground --out ${inside}`, () => segment("foreground", ...given, "--out", inside));
      add(`model --out ${inside}`, () => segment("model", "--from", weights, ...given, "--out", inside));
      add(`clusters --out ${file}`, () => segment("clusters", ...given, "--out", file));
      add(`paint --out ${file}`, () => segment("paint", "--from", painting, ...given, "--out", file));
      add(`shapes --out ${file}`, () => segment("shapes", "--from", shapes, ...given, "--out", file));
      const runs = ["--runs", inside, ...cache];
      add(`pipeline --runs ${inside}`, () => pipeline(at("small.ts"), "--data", data, ...runs, "--name", "it"));
      const kept = ["--runs", at("runs"), "--cache", inside];
      add(`pipeline --cache ${inside}`, () => pipeline(at("small.ts"), "--data", data, ...kept));
    }
    add(
      "the sheet in the pictures",
      () => segment("shapes", "--from", shapes, "--data", at("painted"), "--out", join(at("painted"), "z.png")),
    );
    for (const out of [painting, shapes.replace(".json", ".png")]) {
      const from = out === painting ? ["paint", "--from", painting] : ["shapes", "--from", shapes];
      add(`segment ${from[0]} over what it is from`, () => segment(from[0], ...from.slice(1), "--out", out));
    }
    add("a sheet over the painting", async () => {
      const sheet = await put(at("painted/q.sheet.png"), await drawPart(1, false));
      return await segment("paint", "--from", sheet, "--data", data, "--out", at("painted/q.png"));
    });
    add("a folder that leads back by its own folders", async () => {
      await mkdir(at("back"), { recursive: true });
      await symlink(join(data, "good"), at("back/good"));
      return await segment("foreground", "--data", data, ...side, "--out", at("back"));
    });
    add("a folder above, and pictures in a folder of its name", async () => {
      await cp(join(data, "good"), join(data, "parts/good"), { recursive: true });
      return await segment("foreground", "--data", data, ...side, "--out", folder);
    });
    add("pipeline --maps", () => pipeline("visa.ts", "--maps", maps, "--runs", join(maps, "data/runs"), ...cache));
    add("a run folder that is a link into the pictures", async () => {
      await mkdir(at("runs"), { recursive: true });
      await symlink(join(data, "good"), at("runs/small"));
      return await pipeline(file, "--data", data, "--runs", at("runs"), ...cache);
    });
    add("backbone --weights", () => backbone("resnet18", "--weights", weights, "--out", weights));
    add(
      "pretrain --backbone",
      () => pretrain("--method", "moco", "--data", data, "--backbone", weights, "--out", weights),
    );
    add("score --out over a picture", () => score("--run", at("run"), data, "--out", join(data, "good/000.png")));
    add("score --out over a picture by a link", () => score("--run", at("run"), data, "--out", at("one.png")));
    add("score --out in the models", () => score("--run", at("run"), data, "--out", at("run/models/x.csv")));
    await mkdir(at("run/models"), { recursive: true });
    // Before anything is read or fitted, so that no time is lost either.
    const painted = await contentOf(at("painted"));
    for (const [what, work] of cases) {
      const before = await contentOf(data).catch(() => []);
      await assert.rejects(work, (error: Error) => {
        assert.match(
          error.message,
          /^Cannot write ".*" as (it lies in|that would take the place of) ".*", .*: name an/,
          what,
        );
        return true;
      });
      const after = await contentOf(data);
      if (!what.startsWith("a folder above")) assert.deepEqual(after, before, what);
      else assert.equal(after.length, before.length + 14, what);
    }
    const now = (await contentOf(at("painted"))).filter((line) => !line.includes("q.sheet.png"));
    assert.deepEqual(now, painted);
    assert.deepEqual(await readdir(at("run/models")), []);
  });
});
