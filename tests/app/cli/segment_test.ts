import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { conv, sub } from "../../../lib/engine/graph/ops.ts";
import { number } from "../../../lib/engine/graph/numbers.ts";
import { input, literal, toLiteral } from "../../../lib/engine/graph/value.ts";
import { openSegmentMaps } from "../../../lib/picture/segment/read.ts";
import { here } from "./commands.ts";
import { put, withFolder, writeParts } from "./product.ts";

Deno.test("maps are drawn and found in all ways, and are read as pipelines read them", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"), 4, 1);
    const data = join(folder, "parts/good");
    const common = ["--data", data, "--side", "64", "--out"];
    const shapes = await put(
      join(folder, "drawing.json"),
      JSON.stringify({
        name: "plate",
        size: [64, 64],
        units: "fractions",
        background: "ground",
        shapes: [{ segment: "ring", ellipse: { centre: [0.5, 0.5], radii: [0.3, 0.3] } }],
      }),
    );
    const image = input("image", "f32", ["N", 3, "H", "W"]);
    const grey = literal(toLiteral("f32", [1, 1, 1], [1, 3, 1, 1]));
    const network = await put(
      join(folder, "net.onnx"),
      buildModel({ inputs: [image], outputs: { y: sub(conv(image, grey), number(1.4)) } }),
    );
    const out = (name: string) => join(folder, name);
    const runs = await Promise.all([
      here("segment", "shapes", "--from", shapes, ...common, out("shapes.png")),
      here("segment", "foreground", ...common, out("foreground")),
      here("segment", "clusters", "--parts", "3", ...common, out("clusters.png")),
      here(
        "segment",
        "clusters",
        "--names",
        "rim,ring,hub",
        "--data",
        join(folder, "parts"),
        "--side",
        "64",
        "--out",
        out("named.png"),
      ),
      here("segment", "model", "--from", network, "--names", "dark,light", ...common, out("model")),
    ]);
    for (const { code, err } of runs) assert.equal(code, 0, err);
    for (const name of ["shapes", "foreground", "clusters", "named", "model"]) {
      assert.ok(existsSync(out(`${name}.sheet.png`)), name);
    }
    const names = async (path: string) => {
      const maps = await openSegmentMaps(path, { size: { height: 64, width: 64 } });
      const { labels } = await maps.mapOf("000.png");
      assert.deepEqual(labels.shape, [1, 64, 64]);
      return maps.names;
    };
    assert.deepEqual(await names(out("shapes.png")), ["ground", "ring"]);
    assert.deepEqual(await names(out("foreground")), ["background", "foreground"]);
    assert.deepEqual(await names(out("clusters.png")), ["part_1", "part_2", "part_3"]);
    assert.match(runs[3].err, /^rim: grey, \d+ %\nring: blue, \d+ %\nhub: red, \d+ %$/m);
    // In a folder of good and bad pictures, the good ones alone are clustered.
    assert.deepEqual(await names(out("named.png")), ["rim", "ring", "hub"]);
    assert.deepEqual(await readFile(out("named.png")), await readFile(out("clusters.png")));
    assert.deepEqual(await names(out("model")), ["dark", "light"]);
    const [clash, without, empty, few, odd] = await Promise.all([
      here("segment", "shapes", "--from", shapes, "--out", out("drawing.png")),
      here("segment", "clusters", "--out", out("x.png")),
      here("segment", "foreground", "--data", out("nothing"), "--out", out("y")),
      here("segment", "clusters", "--data", data, "--parts", "3", "--names", "a,b", "--out", out("x.png")),
      here("segment", "clusters", "--data", data, "--names", "a,solder dots", "--out", out("x.png")),
    ]);
    assert.match(clash.err, /Cannot write ".*drawing\.json" as that would take the place of ".*drawing\.json"/);
    assert.match(without.err, /Cannot make segment maps by "clusters" without --data DIR/);
    assert.match(empty.err, /has no pictures: found no such folder/);
    assert.match(few.err, /Cannot name 3 parts as --names has 2/);
    assert.match(odd.err, /letters, digits and underscores and come once: found "solder dots"/);
  });
});
