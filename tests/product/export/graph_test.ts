import assert from "node:assert/strict";
import { join } from "node:path";
import { readCertificate } from "../../../lib/product/export/certificate.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { exporting, fit, pipeline, verify } from "../../app/cli/commands.ts";
import { drawPart, pipelineText, put, withFolder, writeParts } from "../../app/cli/product.ts";
import { agreement } from "./agree.ts";

/** Parts that no fit has seen, as many good as bad ones. */
const unseen = await Promise.all(Array.from({ length: 12 }, (_, i) => drawPart(90_000 + i, i % 2 === 1)));

/** Half the side and a quarter of the trees: what a graph has of each is the same. */
const SMALLER = { picture: { height: 32, width: 32 }, forest: { preset: "brf50" } };

const FITS: Readonly<Record<string, readonly string[]>> = {
  patchcore: ["coreset=0.2", "neighbours=3"],
  padim: ["dims=20"],
  fastflow: ["epochs=1", "batch=8", "blocks=2", "hidden=0.5"],
  rd4ad: ["epochs=1", "batch=8", "width=0.25"],
  mean_difference: [],
  wrn: ["epochs=1", "batch=4"],
  devnet: ["epochs=1", "stepsPerEpoch=2", "batch=4"],
  dra: ["epochs=1", "stepsPerEpoch=2", "batch=4"],
  linear: ["steps=2", "batch=4"],
};

Deno.test("one graph of each detector and classifier says what the product says", async (t) => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 12, 6);
    for (const [name, settings] of Object.entries(FITS)) {
      await t.step(name, async () => {
        const out = join(folder, name);
        const set = settings.flatMap((one) => ["--set", one]);
        const given = ["--data", data, "--side", "32", "--out", out, "--cache", join(folder, "cache")];
        await fit(name, ...set, ...given, "--threads", "1");
        const { scores, reasons } = await agreement(out, join(folder, `${name}.export`), unseen);
        assert.ok(scores <= 1e-4, `${scores}`);
        assert.equal(reasons, unseen.length);
      });
    }
  });
});

Deno.test("one graph of a forest over two detectors, segments and a classifier says what the product says", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 30, 18);
    const changes = {
      ...SMALLER,
      segments: "rings",
      features: "reference",
      classifiers: { linear: { steps: 4, batch: 4 } },
      methods: { "All": { forest: ["patchcore", "padim"], classifier: "linear" } },
      decision: { benchmark: "supervised", method: "All", recall: 0.9 },
      seeds: [1],
    };
    const file = await put(join(folder, "forest.ts"), pipelineText(changes));
    const runs = ["--runs", join(folder, "runs"), "--name", "x", "--cache", join(folder, "cache"), "--threads", "1"];
    await pipeline(file, "--data", data, ...runs);
    const found = await agreement(join(folder, "runs/small/x"), join(folder, "export"), unseen);
    assert.ok(found.scores <= 1e-4 && found.contributions <= 1e-4, JSON.stringify(found));
    assert.equal(found.reasons, unseen.length);

    // The same with a segment map beside each picture: the certificate has it.
    const given = join(folder, "given");
    assert.equal(await exporting("--run", join(folder, "runs/small/x"), "--out", given, "--segments", "input"), 0);
    assert.equal((await readCertificate(given)).references[0].segments?.file, "references/1.segments.npy");
    assert.equal(await verify(given, "--threads", "1"), 0);
    await assert.rejects(
      openScorer(given),
      /^TypeError: Cannot score with ".*" as it is given a segment map with each picture: score with its run/,
    );
  });
});

Deno.test("one graph of a regression over evidence beside a forest and a detector says what the product says, and why", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 30, 16);
    const changes = {
      ...SMALLER,
      segments: "rings",
      split: { kind: "folds", folds: 3 },
      methods: {
        "PaDiM": { alone: "padim" },
        "Regression": { regression: "evidence" },
        "Forest": { forest: ["padim"] },
        "Together": { together: ["Regression", "Forest", "PaDiM"] },
      },
      decision: { benchmark: "supervised", method: "Together", recall: 0.9 },
      seeds: [1],
    };
    const file = await put(join(folder, "auto.ts"), pipelineText(changes));
    const runs = ["--runs", join(folder, "runs"), "--name", "x", "--cache", join(folder, "cache"), "--threads", "1"];
    await pipeline(file, "--data", data, ...runs);
    const found = await agreement(join(folder, "runs/small/x"), join(folder, "export"), unseen);
    assert.ok(found.scores <= 1e-4 && found.contributions <= 1e-4, JSON.stringify(found));
    assert.equal(found.reasons, unseen.length);
  });
});
