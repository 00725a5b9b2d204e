import assert from "node:assert/strict";
import { detectLayout, LAYOUTS, listObjects, openDataset, READERS } from "../../../lib/picture/data/readers/table.ts";
import { filesAt, mvtecFiles, plainFiles, vadFiles, visaFiles, withFiles } from "./folders.ts";

function below(folder: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

Deno.test("each layout is told by what lies in the folder, and read", async () => {
  const elpv = { ...filesAt("a.png"), "labels.csv": "image,defect_probability,cell_type\na.png,1,mono\n" };
  const cases = [
    ["vad", vadFiles, 9, {}],
    ["vad", below("vad", vadFiles), 9, {}],
    ["mvtec", mvtecFiles, 6, {}],
    ["mvtec", below("bottle", mvtecFiles), 6, { object: "bottle" }],
    ["visa", visaFiles, 5, { object: "pcb1" }],
    ["folder", plainFiles, 4, {}],
    ["folder", { ...plainFiles, "labels.csv": "file,label\n" }, 4, {}],
    ["elpv", elpv, 1, {}],
  ] as const;
  for (const [layout, files, count, options] of cases) {
    await withFiles(files, async (root) => {
      assert.equal(await detectLayout(root), layout);
      assert.equal((await openDataset(root, options)).items.length, count);
    });
  }
});

Deno.test("a layout that is asked for is not guessed", () =>
  withFiles({ ...vadFiles, ...plainFiles }, async (root) => {
    assert.equal((await openDataset(root)).items.length, 9);
    assert.equal((await openDataset(root, { layout: "folder" })).items.length, 4);
  }));

Deno.test("a folder of no layout and VisA without an object say what to do", async () => {
  await withFiles(filesAt("pictures/a.png", "b.png"), async (root) => {
    await assert.rejects(openDataset(root), {
      message: `Cannot tell the layout of "${root}" as it has none of good/ and bad/ (own pictures), train/good and ` +
        `test/ (VAD, MVTec AD), labels.csv (ELPV), split_csv/ (VisA): found "pictures/", 1 picture`,
    });
  });
  await withFiles(visaFiles, async (root) => {
    await assert.rejects(openDataset(root), {
      name: "RangeError",
      message:
        `Cannot read VisA from "${root}" as it holds several objects: name one of them, such as "candle", "pcb1", or all`,
    });
  });
});

Deno.test("of several layouts that fit a folder the first of the table is meant, and all can be asked for", () =>
  withFiles({ ...mvtecFiles, ...plainFiles, ...visaFiles }, async (root) => {
    assert.equal(await detectLayout(root), "visa");
    assert.deepEqual(LAYOUTS, ["visa", "elpv", "vad", "mvtec", "folder"]);
    const marked = await Promise.all(LAYOUTS.map(async (layout) => await READERS[layout].marks(root) ? [layout] : []));
    assert.deepEqual(marked.flat(), ["visa", "mvtec", "folder"]);
    assert.deepEqual(await listObjects(root), ["candle", "pcb1"]);
    assert.deepEqual(await listObjects(root, { layout: "folder" }), []);
  }));
