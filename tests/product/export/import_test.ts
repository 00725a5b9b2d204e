/** An exported model as a detector of another pipeline. */
import assert from "node:assert/strict";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { onnx } from "../../../lib/method/detect/onnx/onnx.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { toImage } from "../../../lib/picture/image/image.ts";
import { exporting, fit, pipeline, score } from "../../app/cli/commands.ts";
import { drawPart, pipelineText, put, withFolder, writeParts } from "../../app/cli/product.ts";

Deno.test("an exported model is a detector of a pipeline: its score and its map are those that it has alone", async () => {
  await withFolder(async (folder) => {
    const [data, cache, runs] = ["parts", "cache", "runs"].map((name) => join(folder, name));
    await writeParts(data, 20, 12);
    const given = ["--data", data, "--side", "32", "--cache", cache, "--threads", "1"];
    const [model, out] = [join(folder, "model"), join(folder, "export")];
    await fit("padim", "--set", "dims=8", ...given, "--out", model);
    await exporting("--run", model, "--out", out);

    const exported = join(out, "model.onnx");
    const file = await put(
      join(folder, "second.ts"),
      pipelineText({
        picture: { height: 32, width: 32 },
        detectors: { earlier: { type: "onnx", file: exported }, padim: { dims: 6 } },
        methods: { "Earlier": { alone: "earlier" }, "Both": { forest: ["earlier", "padim"] } },
        decision: { benchmark: "supervised", method: "Both", recall: 0.9 },
        smoothing: 0,
        seeds: [1],
      }),
    );
    await pipeline(file, "--data", data, "--runs", runs, "--name", "x", "--cache", cache, "--threads", "1");
    const run = join(runs, "small/x");
    assert.match(await readFile(join(run, "results.json"), "utf8"), /Earlier/);

    const parts = await Promise.all([1, 2, 3].map((i) => drawPart(800 + i, i % 2 === 1)));
    const [alone, among] = await Promise.all(
      [out, run].map((path) => openScorer(path, { threads: 1, judgeAll: true })),
    );
    const batch = await Promise.all(parts.map(async (bytes, i) => ({ id: `${i}`, photo: await alone.read(bytes) })));
    const wanted = await alone.score(batch, { details: true });
    const found = await among.score(batch, { details: true });
    await Promise.all([alone.close(), among.close()]);
    wanted.forEach(({ score, details }, n) => {
      assert.ok(Math.abs(found[n].seen.scores.earlier - score) <= 1e-5 * Math.abs(score), `${n}`);
      const maps = found[n].details.maps[0].values;
      details.maps[0].values.forEach((value, i) =>
        assert.ok(Math.abs(maps[i] - value) <= 1e-5 * Math.abs(value) + 1e-6)
      );
    });

    // The run with the model in it is exported in its turn: then there are two maps, and one must be named.
    const both = join(folder, "both");
    await exporting("--run", run, "--out", both);
    const runtime = await openRuntime({ threads: 1 });
    const detector = async (settings: object, side = 32) => {
      const context = { runtime, size: { height: side, width: side } } as Parameters<typeof onnx.fit>[0];
      return await onnx.apply({ runtime }, await onnx.fit(context, onnx.parse(settings)));
    };
    const several = join(both, "model.onnx");
    await assert.rejects(detector({ file: several }), {
      name: "TypeError",
      message:
        /^Cannot use ".*" as a detector as it has several maps: name one by "map", which may be "earlier", "padim"$/,
    });
    const own = await detector({ file: several, map: "padim", score: "earlier" });
    const seen = await own.detect({ image: toImage(batch.map(({ photo }) => photo)), features: {} });
    await own.release();
    wanted.forEach(({ score }, n) => assert.ok(Math.abs(seen.score.data[n] - score) <= 1e-4 * Math.abs(score)));
    const padim = found[0].details.maps[1].values;
    padim.forEach((value, i) => assert.ok(Math.abs(seen.map.data[i] - value) <= 1e-4 * Math.abs(value) + 1e-5));

    await assert.rejects(detector({ file: several, map: "none" }), /as it has no map "none": name one by "map"/);
    await assert.rejects(detector({ file: exported, score: "none" }), /no score "none": name one of "score", "padim"/);
    await assert.rejects(
      detector({ file: exported }, 64),
      /takes pictures of 32 × 32 pixels and the pipeline's have 64/,
    );
    await assert.rejects(detector({ file: exported, mean: [0, 0, 0] }), /normalises pictures itself: leave out mean/);

    // Another model under the certificate is none that anybody has checked; without the folder it is a file as any.
    const moved = join(folder, "alone.onnx");
    await copyFile(several, moved);
    await copyFile(several, exported);
    const changed =
      /^SyntaxError: Cannot use ".*" as it is not the file that the certificate beside it is of: export again/;
    await assert.rejects(detector({ file: exported, map: "padim" }), changed);
    await put(join(folder, "part.png"), parts[0]);
    await assert.rejects(score("--run", out, join(folder, "part.png"), "--threads", "1"), changed);
    await (await detector({ file: moved, map: "padim" })).release();
    await writeFile(join(both, "certificate.json"), "{");
    await assert.rejects(detector({ file: several, map: "padim" }), /its certificate ".*" is damaged: export again/);
  });
});
