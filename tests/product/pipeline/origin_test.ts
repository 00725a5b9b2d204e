import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Dataset, Item } from "../../../lib/picture/data/dataset.ts";
import type { Layout } from "../../../lib/picture/data/readers/table.ts";
import { maskedPlan } from "../../../lib/picture/stand_in/masked_plan.ts";
import { STAND_IN_COUNTS } from "../../../lib/picture/stand_in/plan.ts";
import { describeOrigin, findOrigin, joinOrigins } from "../../../lib/product/experiment/data_source.ts";
import { withFolder } from "../../app/cli/product.ts";

const parts = (count: number, split: Item["split"], label: Item["label"]): Item[] =>
  Array.from({ length: count }, (_, i) => {
    const id = `${split}/${label}/${i}.png`;
    return { id, path: id, split, label, unseen: false };
  });
const vad = (count: number) => [
  ...[...parts(2 * count, "train", "good"), ...parts(count, "train", "bad")],
  ...[...parts(count, "test", "good"), ...parts(count, "test", "bad")],
];

Deno.test("data is called by its layout and its objects or counts, and never by where it lies", async () => {
  await withFolder(async (folder) => {
    const origin = async (layout: Layout, object?: string, items: Item[] = parts(3, "train", "good")) => {
      const names = await Promise.all(["a", "b"].map(async (name) => {
        const root = join(folder, name, "bottle");
        await mkdir(root, { recursive: true });
        const dataset: Dataset = { name: layout === "mvtec" ? "bottle" : name, root, items };
        return describeOrigin(await findOrigin(dataset, { folder: root, layout, object }));
      }));
      assert.equal(names[0], names[1]);
      return names[0];
    };
    assert.equal(await origin("visa", "pcb1"), "VisA, pcb1");
    assert.equal(await origin("visa", "plate"), "own pictures in VisA's layout, plate");
    assert.equal(await origin("mvtec"), "MVTec AD, bottle");
    assert.equal(await origin("mvtec", "plate"), "own pictures in MVTec AD's layout, plate");
    assert.equal(await origin("elpv"), "ELPV");
    assert.equal(await origin("folder"), "own pictures");
    assert.equal(await origin("vad", undefined, vad(1000)), "VAD");
    assert.equal(await origin("vad", undefined, vad(100)), "own pictures in VAD's layout");
  });
});

Deno.test("the stand-in is told with version, size, seed and layout wherever it was written to", async () => {
  await withFolder(async (folder) => {
    const write = (value: object) => writeFile(join(folder, "stand-in.json"), JSON.stringify(value));
    const dataset = { name: "piezo", root: join(folder, "piezo"), items: [] };
    const told = async (layout: Layout, at = folder) =>
      describeOrigin(
        await findOrigin(dataset, { folder: at, layout, object: layout === "mvtec" ? "piezo" : undefined }),
      );
    await write({ version: 2, seed: 0, counts: STAND_IN_COUNTS.paper });
    assert.equal(await told("vad"), "procedural stand-in, version 2, size paper");
    await write({ version: 2, seed: 7, counts: { ...STAND_IN_COUNTS.paper, trainGood: 5 } });
    assert.equal(await told("vad"), "procedural stand-in, version 2, seed 7");
    const { version, seed, layout, counts } = maskedPlan({ layout: "mvtec", size: "small", seed: 0 });
    await write({ version, seed, layout, counts });
    for (const at of [folder, dataset.root]) {
      assert.match(
        await told("mvtec", at),
        /^procedural stand-in, version \d+, size small, in MVTec AD's layout, piezo$/,
      );
    }
    await write({ version, seed, layout: "folder", counts });
    assert.match(await told("folder"), /^procedural stand-in, version \d+, size small, as a folder$/);
    await write({ other: "program" });
    assert.equal(await told("folder"), "own pictures");
  });
});

Deno.test("several objects are one origin; many of them are counted", () => {
  const of = (object: string) => ({ name: "VisA", objects: [object] });
  assert.deepEqual(joinOrigins([of("pcb1"), of("pcb2")]), { name: "VisA", objects: ["pcb1", "pcb2"] });
  assert.equal(describeOrigin(joinOrigins(["a", "b", "c", "d"].map(of))), "VisA, 4 objects");
});
