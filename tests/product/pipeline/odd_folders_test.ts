import assert from "node:assert/strict";
import { copyFile, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { fit, pipeline, told } from "../../app/cli/commands.ts";
import { drawPart, pipelineText, put, withFolder, writeParts } from "../../app/cli/product.ts";

/** Runs the small pipeline on a folder, and gives what was told and the report. */
async function runOn(folder: string, data: string, changes: Parameters<typeof pipelineText>[0] = {}) {
  const file = await put(join(folder, "small.ts"), pipelineText({ seeds: [1], ...changes }));
  told.length = 0;
  const at = ["--runs", join(folder, "runs"), "--cache", join(folder, "cache"), "--threads", "1", "--name", "it"];
  const code = await pipeline(file, "--data", data, ...at);
  const report = await readFile(join(folder, "runs/small/it/report.html"), "utf8");
  const manifest = await readFile(join(folder, "runs/small/it/manifest.csv"), "utf8");
  return { code, lines: told.join("\n"), report, manifest };
}

/** A folder with odd pictures among good ones. */
async function writeOdd(data: string): Promise<void> {
  await writeParts(data, 24, 12);
  const [part, other] = [await drawPart(70, false), await drawPart(71, false)];
  const fill = (value: number) =>
    ({ create: { width: 64, height: 64, channels: 3, background: { r: value, g: value, b: value } } }) as const;
  await put(join(data, "good/black.png"), new Uint8Array(await sharp(fill(0)).png().toBuffer()));
  await put(join(data, "good/white.png"), new Uint8Array(await sharp(fill(255)).png().toBuffer()));
  await put(
    join(data, "good/wide.png"),
    new Uint8Array(await sharp(part).resize(96, 64, { fit: "fill" }).png().toBuffer()),
  );
  // The same bytes, and the same pixels in another file.
  await copyFile(join(data, "good/003.png"), join(data, "good/copy.png"));
  await put(join(data, "good/once.png"), other);
  await put(join(data, "good/twice.png"), new Uint8Array(await sharp(other).png({ compressionLevel: 0 }).toBuffer()));
}

const ODD = [
  '1 of 42 pictures is black: "good/black.png"',
  '1 of 42 pictures is white: "good/white.png"',
  '1 of 42 pictures is stretched when all are brought to one size, as the others are 64 × 64: "good/wide.png"',
];
const COPIES = '"good/copy.png" of "good/003.png", "good/twice.png" of "good/once.png"';

Deno.test("black, white and stretched pictures get a word; copies are left out, and the run goes on", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeOdd(data);
    const copies = `2 pictures are copies of others and left out: ${COPIES}`;
    // The second time the pictures are not looked at again.
    for (let time = 0; time < 2; time++) {
      const { code, lines, report, manifest } = await runOn(folder, data);
      assert.equal(code, 0);
      for (const sentence of [...ODD, copies]) {
        assert.ok(lines.includes(`Warning: ${sentence}`), `${sentence}\n${lines}`);
        assert.ok(report.includes(sentence.replaceAll('"', "&quot;")), sentence);
      }
      assert.equal(manifest.trim().split("\n").length, 1 + 40);
      assert.doesNotMatch(manifest, /copy|twice/);
    }
    told.length = 0;
    const at = ["--side", "64", "--threads", "1", "--cache", join(folder, "cache"), "--out", join(folder, "model")];
    assert.equal(await fit("mean_difference", "--data", data, ...at), 0);
    const lines = told.join("\n");
    for (const kind of ["black", "white", "stretched"]) {
      assert.match(lines, new RegExp(`Warning: 1 of 30 pictures is ${kind}`));
    }
    assert.match(lines, /Warning: 2 pictures are copies of others: "copy.png" of "003.png", "twice.png" of "once.png"/);
  });
});

Deno.test("a test part of a data set's own split that is a training part too is not judged", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "class");
    await writeParts(join(folder, "parts"), 24, 12);
    for (let i = 0; i < 24; i++) {
      const name = `${String(i).padStart(3, "0")}.png`;
      await put(
        join(data, i < 16 ? "train/good" : "test/good", name),
        await readFile(join(folder, "parts/good", name)),
      );
      if (i < 12) await put(join(data, "test/scratch", name), await readFile(join(folder, "parts/bad", name)));
    }
    await copyFile(join(data, "train/good/003.png"), join(data, "test/good/again.png"));
    const { code, lines, manifest } = await runOn(folder, data, { data: { layout: "auto" }, split: { kind: "auto" } });
    assert.equal(code, 0);
    assert.match(
      lines,
      /1 picture is a copy of others and left out: "test\/good\/again.png" of "train\/good\/003.png"/,
    );
    assert.doesNotMatch(manifest, /again/);
  });
});

Deno.test("where all detectors find good parts stranger than bad ones, good and bad may be exchanged, and it says so", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"), 24, 24);
    const right = await runOn(folder, join(folder, "parts"), {
      methods: { PatchCore: { alone: "patchcore" }, Both: { forest: ["patchcore"] } },
    });
    assert.doesNotMatch(right.lines, /exchanged/);
    await rename(join(folder, "parts/good"), join(folder, "parts/x"));
    await rename(join(folder, "parts/bad"), join(folder, "parts/good"));
    await rename(join(folder, "parts/x"), join(folder, "parts/bad"));
    const swapped = await runOn(folder, join(folder, "parts"), {
      methods: { PatchCore: { alone: "patchcore" }, Both: { forest: ["patchcore"] } },
    });
    const sentence =
      /Detectors find good parts stranger than bad ones \(AUROC of PatchCore \d+\.\d %\): good and bad may be exchanged/;
    assert.match(swapped.lines, sentence);
    assert.match(swapped.report, sentence);
  });
});
