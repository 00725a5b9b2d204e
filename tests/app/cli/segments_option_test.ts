import assert from "node:assert/strict";
import { mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { writeNpy } from "../../../lib/base/io/npy.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import { exporting, here, verify } from "./commands.ts";
import { pipelineText, put, withFolder, writeMaskedParts } from "./product.ts";

Deno.test("segment maps without a legend take the place of the pipeline's, object by object", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "data");
    await mkdir(data);
    const labels = { one: 2, two: 3 };
    for (const [name, segments] of Object.entries(labels)) {
      await writeMaskedParts(join(folder, name), 16, 8);
      await rename(join(folder, name, "plate"), join(data, name));
      // As the published maps lie: good and bad ones have the same base names.
      for (const [label, count] of [["good", 16], ["bad", 8]] as const) {
        for (let i = 0; i < count; i++) {
          const values = Int32Array.from({ length: 64 * 64 }, (_, at) => (at + i) % segments);
          const map = writeNpy(tensor<"i32", [64, 64], "label">("i32", [64, 64], values));
          await put(join(folder, "maps", name, label, `${String(i).padStart(3, "0")}.npy`), map);
        }
      }
    }
    const file = await put(
      join(folder, "small.ts"),
      pipelineText({
        data: { layout: "mvtec" },
        split: { kind: "test-bad", bad: 3, goodShare: 0.3 },
        seeds: [1],
        segments: "no/such/map.png",
      }),
    );
    const args = (...more: string[]) => [
      ...[file, "--data", data, "--cache", join(folder, "cache"), "--runs", join(folder, "runs"), "--name", "it"],
      ...more,
    ];
    const maps = join(folder, "maps/{object}");
    const { code, out, err } = await here("pipeline", ...args("--object", "all", "--segments", maps));
    assert.equal(code, 0, out + err);
    for (const [name, segments] of Object.entries(labels)) {
      const read = async (what: string) =>
        JSON.parse(await readFile(join(folder, `runs/small/it-${name}`, what), "utf8"));
      assert.deepEqual((await read("models/model.json")).segments, {
        kind: "folder",
        names: ["segment_0", "segment_1", "segment_2"].slice(0, segments),
      });
      assert.equal((await read("run.json")).definition.segments, join(folder, "maps", name));
    }
    // Its graph is given the map of each picture: those of the certificate lie in the folder that is named.
    const [model, graph] = [join(folder, "runs/small/it-one"), join(folder, "graph")];
    await assert.rejects(exporting("--run", model, "--out", graph), /map of its own: name their folder by --segments/);
    const own = ["--segments", join(folder, "maps/one"), join(data, "one/test/good/015.png")];
    assert.equal(await exporting("--run", model, "--out", graph, ...own), 0);
    assert.equal(await verify(graph, "--threads", "1"), 0);

    const [nameless, without, both] = await Promise.all([
      here("pipeline", ...args("--segments", maps)),
      here("pipeline", ...args("--object", "one")),
      here("pipeline", "visa.ts", "--maps", folder, "--segments", maps),
    ]);
    assert.match(nameless.err, /as no object is named: add --object NAME, or all/);
    assert.match(without.err, /Cannot read the segment map "no\/such\/map\.png"/);
    assert.match(both.err, /Cannot use --maps with --segments/);
    assert.ok([nameless, without, both].every((each) => each.code !== 0));
  });
});
