import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { addProject } from "../../../lib/product/station/projects.ts";
import { readProjectMap, writeProjectMap } from "../../../lib/product/station/segment_map.ts";
import { openStation } from "../../../lib/product/station/station.ts";
import { withFolder } from "../../app/cli/product.ts";

/** A map of two halves, and what these are called. */
async function mapOf(values: readonly [number, number], names: readonly [string, string]) {
  const grey = Uint8Array.from({ length: 8 * 8 }, (_, i) => values[Number(i % 8 >= 4)]);
  const png = await sharp(grey, { raw: { width: 8, height: 8, channels: 1 } }).toColourspace("b-w").png().toBuffer();
  const labels = values.map((value, i) => ({ value, name: names[i] }));
  return { png: new Uint8Array(png), legend: JSON.stringify({ name: "plate", labels }) };
}

Deno.test("of two maps that are kept at once one is kept, with its own legend", async () => {
  await withFolder(async (folder) => {
    const station = openStation(join(folder, "station"));
    addProject(station, { name: "plate" });
    const maps = await Promise.all([
      mapOf([0, 1], ["body", "pin"]),
      mapOf([2, 3], ["ring", "hole"]),
    ]);
    for (let round = 0; round < 60; round++) {
      await Promise.all(maps.map((map) => writeProjectMap(station, "plate", { ...map, by: "eva" })));
      const { segments } = await readProjectMap(station, "plate");
      assert.match(segments.map(({ name }) => name).join(" "), /^(body pin|ring hole)$/);
    }
    station.close();
  });
});
