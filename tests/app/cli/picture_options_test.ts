import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Papa from "papaparse";
import sharp from "sharp";
import { readPhoto } from "../../../lib/picture/image/decode.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { here } from "./commands.ts";
import { drawPart, pipelineText, put, run, withFolder, writeParts } from "./product.ts";

type Line = { file: string; score: string; decision: string; reason: string };
const linesOf = (text: string) => Papa.parse<Line>(text.trim(), { header: true }).data as Line[];
const small = (data: string, folder: string) => ["--data", data, "--side", "64", "--cache", join(folder, "cache")];

/** A part as a camera of 12 bits gives it in a file of 16: sixteen times the values of 8. */
async function deepPart(seed: number, bad = false): Promise<Uint8Array> {
  const { data } = await sharp(await drawPart(seed, bad)).greyscale().raw().toBuffer({ resolveWithObject: true });
  const samples = Uint16Array.from(data, (value) => 16 * value);
  const raw = sharp(samples, { raw: { width: 64, height: 64, channels: 1 } }).pipelineColourspace("grey16");
  return new Uint8Array(await raw.toColourspace("grey16").png().toBuffer());
}

Deno.test("a folder is scored whole: by content, around what is no picture, with exit code 3 for what is left out", async () => {
  await withFolder(async (folder) => {
    const [data, out, fresh] = ["parts", "model", "fresh"].map((name) => join(folder, name));
    await writeParts(data, 14, 0);
    const fit = await here("fit", "mean_difference", ...small(data, folder), "--out", out);
    assert.equal(fit.code, 0, fit.err);
    const [part, jpeg] = [await drawPart(99, true), await sharp(await drawPart(98, false)).jpeg().toBuffer()];
    const read = { "a.png": part, "b.jfif": jpeg, "c": part, "sub/d.jpe": jpeg };
    for (const [name, bytes] of Object.entries(read)) await put(join(fresh, name), new Uint8Array(bytes));
    const whole = await run("score", "--run", out, fresh);
    assert.equal(whole.code, 0, whole.err);
    assert.deepEqual(linesOf(whole.out).map(({ file }) => file), Object.keys(read).map((name) => join(fresh, name)));
    assert.equal(linesOf(whole.out)[0].score, linesOf(whole.out)[2].score, "the same part, without an extension");
    await put(join(fresh, "e.gif"), new Uint8Array(await sharp(part).gif().toBuffer()));
    await put(join(fresh, "sub/e_mask.png"), part);
    await put(join(fresh, "sub/e.png"), part);
    await new Deno.Command("mkfifo", { args: [join(fresh, "p.png")] }).output();
    const some = await here("score", "--run", out, fresh, join(fresh, "p.png"));
    assert.equal(some.code, 3);
    assert.match(
      some.err,
      /Warning: 2 files in ".*fresh" are left out, of kinds not read \(\.gif: 1, no file: 1\): "e\.gif"/,
    );
    assert.match(some.err, /1 picture in ".*fresh" is taken for a mask and no part.*"e_mask\.png" beside "e\.png"/);
    const lines = linesOf(some.out);
    assert.equal(lines.length, 6);
    assert.match(lines[5].reason, /^Cannot read ".*p\.png" as it is a named pipe and no file$/);

    const scorer = await openScorer(out);
    const photo = await scorer.read(join(fresh, "a.png"));
    const [expected] = await scorer.score([{ id: "a", photo }]);
    const busy = Array.from({ length: 5 }, () => scorer.score([{ id: "a", photo }]));
    await scorer.close();
    for (const verdicts of await Promise.all(busy)) assert.deepEqual(verdicts, [expected]);
    await assert.rejects(scorer.score([{ id: "a", photo }]), { message: "Cannot score as the scorer is closed" });
  });
});

Deno.test("a photo of a wrong size as the first one is refused and changes nothing for the next, by every detector", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 12, 0);
    await Promise.all(["padim", "patchcore"].map(async (name) => {
      const out = join(folder, name);
      const fit = await here("fit", name, ...small(data, folder), "--out", out);
      assert.equal(fit.code, 0, fit.err);
      const path = join(data, "good/003.png");
      const [{ score }] = linesOf((await here("score", "--run", out, path)).out);
      const scorer = await openScorer(out);
      const wrong = await readPhoto(await put(join(folder, `${name}.png`), await drawPart(1, false, 96)));
      await assert.rejects(scorer.score([{ id: "wrong", photo: wrong }]), {
        name: "TypeError",
        message: 'Cannot score "wrong" as its photo must be 64 × 64 pixels, as read gives it: it is 96 × 96',
      });
      const { data: rgb } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      const sources = [path, new Blob([new Uint8Array(await readFile(path))]), {
        width: 64,
        height: 64,
        data: new Uint8Array(rgb),
      }];
      for (const source of sources) {
        const [verdict] = await scorer.score([{ id: path, photo: await scorer.read(source) }]);
        assert.equal(verdict.score, Number(score));
      }
      await scorer.close();
    }));
  });
});

Deno.test("pictures of 16 bits are fitted, scored, segmented and run with the option that the error names", async () => {
  await withFolder(async (folder) => {
    const [deep, plain] = [join(folder, "deep"), join(folder, "plain")];
    for (let i = 0; i < 20; i++) {
      const [name, bad] = [`${i < 14 ? "good" : "bad"}/${String(i).padStart(3, "0")}.png`, i >= 14];
      await put(join(deep, name), await deepPart(i, bad));
      const { data, info } = await sharp(await drawPart(i, bad)).greyscale().raw().toBuffer({
        resolveWithObject: true,
      });
      await put(join(plain, name), new Uint8Array(await sharp(data, { raw: { ...info } as never }).png().toBuffer()));
    }
    const fit = (data: string, out: string, ...more: string[]) =>
      here("fit", "mean_difference", ...small(data, folder), "--out", join(folder, out), ...more);
    const refused = await fit(deep, "none");
    assert.equal(refused.code, 1);
    assert.match(
      refused.err,
      /Cannot use any of 14 pictures\n {2}Cannot decode ".*000\.png" as it has 16 bits.*--depth scale/,
    );
    assert.match(refused.err, /--depth LOW-HIGH .*in a pipeline file picture\.depth/);
    const wrong = await run("fit", "mean_difference", ...small(deep, folder), "--out", "none", "--depth", "4095-0");
    assert.equal(wrong.code, 2);
    assert.match(
      wrong.err.replaceAll(/\s+/g, " "),
      /Expected scale or LOW-HIGH, such as 0-4095 for cameras of 12 bits/,
    );
    // 16 · v of 0 to 4080 is v of 0 to 255.
    const [one, other] = await Promise.all([fit(deep, "one", "--depth", "0-4080"), fit(plain, "other")]);
    assert.deepEqual([one.code, other.code], [0, 0], one.err + other.err);
    const scores = async (model: string, data: string) => {
      const { code, out, err } = await here("score", "--run", join(folder, model), data);
      assert.equal(code, 0, err);
      return linesOf(out).map(({ score }) => score);
    };
    const expected = await scores("other", join(plain, "bad"));
    assert.deepEqual(await scores("one", join(deep, "bad")), expected, "the depth is kept with the model");
    const told = await here("score", "--run", join(folder, "other"), join(deep, "bad"), "--depth", "0-4080");
    assert.deepEqual(linesOf(told.out).map(({ score }) => score), expected, "or told");
    const unread = await here("score", "--run", join(folder, "other"), join(deep, "bad"));
    assert.equal(unread.code, 3);
    const maps = join(folder, "maps");
    const segmented = await here(
      "segment",
      "foreground",
      "--data",
      deep,
      "--out",
      maps,
      "--side",
      "64",
      "--depth",
      "scale",
    );
    assert.equal(segmented.code, 0, segmented.err);
    const file = await put(join(folder, "small.ts"), pipelineText({ seeds: [1] }));
    const common = ["--data", deep, "--runs", join(folder, "runs"), "--cache", join(folder, "cache"), "--name", "a"];
    const piped = await here("pipeline", file, ...common, "--depth", "0-4080");
    assert.equal(piped.code, 0, piped.err);
    const model = JSON.parse(await readFile(join(folder, "runs/small/a/models/model.json"), "utf8"));
    assert.deepEqual(model.picture, { height: 64, width: 64, depth: { kind: "window", low: 0, high: 4080 } });
  });
});

Deno.test("the limit on pixels is raised by the option that the error names", async () => {
  await withFolder(async (folder) => {
    const [data, out] = [join(folder, "parts"), join(folder, "model")];
    await writeParts(data, 12, 0);
    const fit = await here("fit", "mean_difference", ...small(data, folder), "--out", out, "--max-pixels", "4095");
    assert.match(fit.err, /64 × 64 pixels, more than the limit of 4095: raise it with --max-pixels 4096/);
    const fitted = await here("fit", "mean_difference", ...small(data, folder), "--out", out, "--max-pixels", "4096");
    assert.equal(fitted.code, 0, fitted.err);
    const path = await put(join(folder, "large.png"), await drawPart(0, false, 80));
    const refused = await here("score", "--run", out, path);
    assert.match(
      linesOf(refused.out)[0].reason,
      /80 × 80 pixels, more than the limit of 4096: raise it with --max-pixels 6400/,
    );
    const raised = await here("score", "--run", out, path, "--max-pixels", "6400");
    assert.equal(raised.code, 0, raised.err);
  });
});

Deno.test("all pictures that cannot be read are named before anything is fitted, or left out", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 20, 10);
    const whole = join(folder, "whole");
    await writeParts(whole, 20, 10);
    // Empty, empty, cut, changed inside
    for (const name of ["good/003.png", "bad/007.png"]) await writeFile(join(data, name), "");
    const part = await readFile(join(data, "bad/001.png"));
    await writeFile(join(data, "bad/001.png"), part.subarray(0, part.length >> 1));
    const damaged = await readFile(join(data, "good/005.png"));
    damaged.fill(0x55, damaged.length >> 1, (damaged.length >> 1) + 20);
    await writeFile(join(data, "good/005.png"), damaged);
    const named = [
      /bad\/001\.png" as the png file is truncated/,
      /bad\/007\.png" as the file is empty/,
      /good\/003\.png" as the file is empty/,
      /good\/005\.png" as the png file is damaged/,
    ];
    const file = await put(join(folder, "small.ts"), pipelineText({ seeds: [1] }));
    const cache = join(folder, "cache");
    const pipeline = (from: string, ...more: string[]) =>
      here("pipeline", file, "--data", from, "--runs", join(folder, "runs"), "--cache", cache, ...more);
    const fit = (...more: string[]) =>
      here("fit", "mean_difference", ...small(data, folder), "--out", join(folder, "model"), ...more);
    const refused = await pipeline(data);
    assert.equal(refused.code, 1);
    assert.match(
      refused.err,
      /Error: Cannot use 4 of 30 pictures: mend them, or leave them out with --skip-unreadable\n/,
    );
    for (const reason of named) assert.match(refused.err, reason);
    assert.doesNotMatch(refused.err, /the same file|Fit /);
    const planned = await pipeline(data, "--plan");
    assert.match(planned.err, /Cannot use 2 of 30 pictures/);
    const fitted = await fit();
    assert.equal(fitted.code, 1);
    for (const reason of named.slice(2)) assert.match(fitted.err, reason);
    const left = await fit("--skip-unreadable");
    assert.equal(left.code, 3, left.err);
    for (const reason of named.slice(2)) assert.match(left.err, reason);
    const skipped = await pipeline(data, "--skip-unreadable", "--name", "a");
    assert.equal(skipped.code, 3, skipped.err);
    for (const reason of named) assert.match(skipped.err, reason);
    // The same as without these files
    for (const name of ["good/003.png", "good/005.png", "bad/001.png", "bad/007.png"]) {
      await Deno.remove(join(whole, name));
    }
    const other = await pipeline(whole, "--name", "b");
    assert.equal(other.code, 0, other.err);
    const scores = (name: string) => readFile(join(folder, "runs/small", name, "scores.csv"), "utf8");
    assert.equal(await scores("a"), await scores("b"));
    const maps = join(folder, "maps");
    const segmented = await here("segment", "foreground", "--data", data, "--out", maps, "--side", "64");
    assert.equal(segmented.code, 1);
    for (const reason of named) assert.match(segmented.err, reason);
    const most = await here(
      "segment",
      "foreground",
      "--data",
      data,
      "--out",
      maps,
      "--side",
      "64",
      "--skip-unreadable",
    );
    assert.equal(most.code, 3, most.err);
  });
});
