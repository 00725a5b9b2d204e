import assert from "node:assert/strict";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { maps } from "../../../lib/method/detect/maps/maps.ts";
import { writeNpy } from "../../../lib/base/io/npy.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import { featureMaps, fitContext, normal, runtime } from "./feature_maps.ts";

const folder = await mkdtemp(join(tmpdir(), "segad-"));
await mkdir(join(folder, "good"));
const plane = normal(1, 12);
await writeFile(join(folder, "good", "a.npy"), writeNpy(tensor<"f32", ["H", "W"], "distance">("f32", [3, 4], plane)));
const levels = Uint16Array.from({ length: 12 }, (_, i) => i * 5957);
await sharp(levels, { raw: { width: 4, height: 3, channels: 1 } }).toColourspace("grey16").png()
  .toFile(join(folder, "good", "b.png"));
await writeFile(
  join(folder, "good", "nan.npy"),
  writeNpy(tensor<"f32", ["H", "W"], "distance">("f32", [3, 4], plane.map((value, i) => i === 5 ? NaN : value))),
);
await writeFile(
  join(folder, "good", "wide.npy"),
  writeNpy(tensor<"f32", ["H", "W"], "distance">("f32", [3, 5], normal(2, 15))),
);
await writeFile(join(folder, "good", "text.png"), "no picture");

async function detect(ids: readonly string[] | undefined, scale = 1) {
  const config = maps.parse({ folder, scale });
  const applied = await maps.apply({ runtime }, maps.unpack(maps.pack(await maps.fit(context, config))));
  return await applied.detect({ image: undefined as never, features: {}, ids });
}
const context = fitContext(featureMaps(1, 2), 1);

Deno.test("maps are found by the pictures' names, as floats or as levels of 16 bits", async () => {
  const { map, score } = await detect(["good/a.jpg", "good/b.png"], 2);
  assert.deepEqual(map.shape, [2, 1, 3, 4]);
  assert.deepEqual(map.data.subarray(0, 12), plane.map((value) => 2 * value));
  // Not one of the 65,536 levels is lost.
  levels.forEach((level, i) => assert.ok(Math.abs(map.data[12 + i] - 2 * level / 65535) < 1e-7));
  assert.deepEqual([...score.data], [Math.max(...map.data.subarray(0, 12)), map.data[23]]);
});

Deno.test("a missing, odd or damaged map is an error that names picture and file", async () => {
  await assert.rejects(detect(["good/c.png"]), /Cannot find the map of "good\/c.png" as there is neither/);
  await assert.rejects(detect(["good/nan.png"]), /the map of "good\/nan.png" as it must be finite: it holds NaN/);
  await assert.rejects(detect(["good/a.png", "good/wide.png"]), {
    name: "TypeError",
    message: 'Cannot use the map of "good/wide.png" as it must be 3 × 4, like that of "good/a.png": it is 3 × 5',
  });
  await assert.rejects(detect(["good/text.png"]), /as a map as it is damaged or no picture/);
  await assert.rejects(detect(undefined), /the pictures have no names/);
});
