import assert from "node:assert/strict";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readNpy } from "../../../lib/base/io/npy.ts";
import { readCertificate } from "../../../lib/product/export/certificate.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { exporting, fit, pipeline, told, verify } from "../../app/cli/commands.ts";
import { drawPart, pipelineText, put, withFolder, writeParts } from "../../app/cli/product.ts";
import { roundUp } from "../../../lib/product/export/verdict_graph.ts";

Deno.test("an export proves itself, and a changed file fails its certificate", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 10, 0);
    const [run, out] = [join(folder, "model"), join(folder, "export")];
    const given = ["--data", data, "--side", "32", "--cache", join(folder, "cache"), "--threads", "1"];
    await fit("padim", "--set", "dims=8", ...given, "--out", run);
    const parts = [join(data, "good/000.png"), join(folder, "bad.png")];
    await put(parts[1], await drawPart(7, true));
    assert.equal(await exporting("--run", run, "--out", out, ...parts), 0);
    assert.deepEqual((await readdir(join(out, "references"))).sort(), ["1.maps.npy", "1.npy", "2.maps.npy", "2.npy"]);

    told.length = 0;
    assert.equal(await verify(out, "--threads", "1"), 0);
    assert.match(told.join("\n"), /^ok {3}000\.png: .*\nok {3}bad\.png: .*\n2 of 2 hold, within 0\.0001 of scores/);

    const changed = async (name: string, change: (bytes: Uint8Array) => Uint8Array) => {
      const copy = join(folder, "copy");
      await cp(out, copy, { recursive: true });
      await writeFile(join(copy, name), change(new Uint8Array(await readFile(join(copy, name)))));
      return copy;
    };
    const flip = (bytes: Uint8Array) => bytes.with(bytes.length - 1, bytes[bytes.length - 1] ^ 1);
    for (const name of ["model.onnx", "references/1.npy", "references/2.maps.npy"]) {
      const copy = await changed(name, flip);
      await assert.rejects(verify(copy), /Cannot use ".*" as it is not the file that was certified: export again/);
    }
    const text = (change: (certificate: { references: { score: number }[] }) => void) => (bytes: Uint8Array) => {
      const certificate = JSON.parse(new TextDecoder().decode(bytes));
      change(certificate);
      return new TextEncoder().encode(JSON.stringify(certificate));
    };
    const eased = await changed("certificate.json", text(({ references }) => references[0].score += 1));
    await assert.rejects(verify(eased), /Cannot use the certificate ".*" as it has changed since it was written/);

    // A graph that takes any size is certified by pictures of theirs: the product's resizing is in it.
    const [any, larger] = [join(folder, "any"), join(folder, "larger.png")];
    await put(larger, await drawPart(11, true, 75));
    assert.equal(await exporting("--run", run, "--out", any, "--input", "any", parts[0], larger), 0);
    const { references, tolerance } = await readCertificate(any);
    const sizes = await Promise.all(references.map(async ({ picture: { file } }) => {
      return readNpy(new Uint8Array(await readFile(join(any, file))), file).shape.join();
    }));
    assert.deepEqual(sizes, ["64,64,3", "75,75,3"]);
    assert.equal(tolerance.score, 1e-4);
    assert.equal(await verify(any, "--threads", "1"), 0);
    const [product, graph] = await Promise.all(
      [run, any].map((path) => openScorer(path, { threads: 1, judgeAll: true })),
    );
    const [wanted, found] = await Promise.all(
      [product, graph].map(async (one) => await one.score([{ id: "larger", photo: await one.read(larger) }])),
    );
    await Promise.all([product.close(), graph.close()]);
    assert.ok(Math.abs(found[0].score - wanted[0].score) <= 1e-5 * wanted[0].score);
    assert.ok(Math.abs(references[1].score - wanted[0].score) <= 1e-6 * wanted[0].score);

    // The same pictures in the run's own data set give a certificate without being named, and others are left alone.
    await put(join(folder, "mine/notes.txt"), "mine");
    await assert.rejects(
      exporting("--run", run, "--out", join(folder, "mine")),
      /Cannot export into ".*mine" as it holds files that are not of an export \(notes\.txt\)/,
    );
    assert.equal(await exporting("--run", run, "--out", out), 0);
    assert.match(told.join("\n"), /Certified by 8 pictures, which are drawn ones/);
  });
});

Deno.test("what no graph can hold is named before anything is written, with what can be done", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 16, 12);
    const file = await put(
      join(folder, "mine.ts"),
      pipelineText(
        { seeds: [1], forest: { preset: "brf50" } },
        'defineFeature("peak", (pixels) => Math.max(...pixels))',
      ),
    );
    const runs = ["--runs", join(folder, "runs"), "--name", "x", "--cache", join(folder, "cache"), "--threads", "1"];
    await pipeline(file, "--data", data, ...runs);
    const out = join(folder, "export");
    await assert.rejects(
      exporting("--run", join(folder, "runs/small/x"), "--out", out),
      /Cannot export the model as the feature set "peak" is code of your own, which no graph can hold: train with "paper"/,
    );
    await assert.rejects(readdir(out), /ENOENT/);
  });
});

Deno.test("limits are rounded to the number that scores of single precision reach with them", () => {
  for (const limit of [0.1, -0.1, 0, 1e-46, -1e-46, 0.5, 16777217, -16777217, Math.PI]) {
    const rounded = roundUp(limit);
    assert.equal(Math.fround(rounded), rounded);
    // The next number below, of single precision, does not reach it.
    const bits = new Int32Array(new Float32Array([rounded]).buffer);
    bits[0] += rounded > 0 ? -1 : 1;
    const below = rounded === 0 ? -1.401298464324817e-45 : new Float32Array(bits.buffer)[0];
    assert.ok(rounded >= limit && below < limit, `${limit}: ${rounded}`);
  }
});
