import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { here } from "./commands.ts";
import { interrupt, withFolder, writeParts } from "./product.ts";

Deno.test("a kill behind the training, while what it did is measured, does not make the training be done again", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 10, 0);
    const out = join(folder, "made.onnx");
    const page = join(folder, "made.sensitivity.html");
    const args = ["--method", "simsiam", "--data", data, "--side", "64", "--epochs", "2", "--batch", "4", "--out", out];
    const killed = await interrupt("SIGKILL", () => existsSync(out), "pretrain", ...args);
    assert.ok(killed.signalled && !existsSync(page), killed.err);
    assert.match(killed.err, /Pre-train by SimSiam: 4\/4/);
    const made = readFileSync(out);
    const again = await here("pretrain", ...args);
    assert.equal(again.code, 0, again.err);
    assert.doesNotMatch(again.err, /Pre-train by/);
    assert.deepEqual(readFileSync(out), made);
    assert.ok(existsSync(page) && !existsSync(`${out}.unfinished`));
  });
});

Deno.test("a backbone is pre-trained on a folder, plotted, and taken by a detector without more ado", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 10, 2);
    const out = join(folder, "made.onnx");
    const small = ["--side", "64", "--epochs", "1", "--batch", "4"] as const;
    const common = ["--data", data, ...small] as const;
    const made = await here(
      "pretrain",
      "--method",
      "moco",
      "--spd",
      "0.1",
      "--spd-loss",
      "xent",
      ...common,
      "--out",
      out,
    );
    assert.equal(made.code, 0, made.err);
    assert.match(made.err, /Pre-train by MoCo: 2\/2, loss \d/, "the pictures in good/ alone");
    assert.match(
      made.err,
      /whole changed weakly +\d.* → \d.*\n +whole changed slightly +\d.* → \d.*\n +local defect +\d.* → \d/,
    );
    assert.match(
      readFileSync(join(folder, "made.sensitivity.html"), "utf8"),
      /MoCo with the SPD term as a classifier, weight 0.1/,
    );
    assert.ok(!existsSync(`${out}.unfinished`));
    const cache = ["--cache", join(folder, "cache")] as const;
    const nothing = join(folder, "none.onnx");
    const moco = ["pretrain", "--method", "moco", ...common] as const;
    const [fit, classes, one, weightless, empty, ...refused] = await Promise.all([
      here("fit", "padim", "--data", data, "--side", "64", "--backbone", out, "--out", join(folder, "m"), ...cache),
      here(
        ...["pretrain", "--method", "supervised", ...common, "--compare", out] as const,
        ...["--out", join(folder, "classes.onnx")],
      ),
      here("pretrain", "--method", "supervised", "--data", join(data, "good"), ...small, "--out", nothing),
      here("pretrain", "--method", "simclr", ...common, "--backbone", "resnet50", "--out", nothing),
      here("pretrain", "--method", "simclr", "--data", join(folder, "none"), "--out", nothing),
      here(...moco, "--out", data),
      here(...moco, "--spd-loss", "xent", "--out", nothing),
      here("pretrain", "--method", "supervised", ...common, "--spd", "1", "--spd-loss", "cosine", "--out", nothing),
    ]);
    assert.equal(fit.code, 0, fit.err);
    assert.equal(classes.code, 0, classes.err);
    assert.match(classes.err, /Pre-train by supervised pre-training: 3\/3/, "good/ and bad/ as classes");
    assert.match(
      readFileSync(join(folder, "classes.sensitivity.html"), "utf8"),
      /<th>after<.*made<\/th>.*local, .*made</s,
    );
    for (const { code } of [one, weightless, empty]) assert.equal(code, 1);
    assert.match(one.err, /put the pictures of each class into a folder of its own/);
    assert.match(weightless.err, /Cannot start from resnet50 without weights: give --random/);
    assert.match(empty.err, /as it has no pictures: found no such folder/);
    const reasons = [/as it is a folder: give --out/, /as there is none: give --spd/, /no projections: leave out/];
    refused.forEach(({ code, err }, i) => {
      assert.equal(code, 1);
      assert.match(err, reasons[i]);
      assert.doesNotMatch(err, /Pre-train by/);
    });
    assert.ok(!existsSync(nothing));
  });
});
