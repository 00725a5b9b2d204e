import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { listClasses, listUnlabelled } from "../../../lib/product/make/pretrain_pictures.ts";

/** A folder with empty files of some names and tables with what is in them, while `test` runs. */
async function inFolder(
  names: readonly string[],
  test: (folder: string) => Promise<void>,
  tables: Readonly<Record<string, string>> = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pictures-"));
  try {
    for (const [name, text] of [...names.map((name) => [name, ""]), ...Object.entries(tables)]) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    await test(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const CASES: [string, string[], string[], number[]][] = [
  ["an object", ["train/good/1.png", "test/hole/2.png", "ground_truth/hole/2.png"], ["train/good/1.png"], [0]],
  [
    "objects",
    ["nut/train/good/1.png", "nut/test/bent/2.png", "pcb/Data/Images/Normal/3.JPG", "pcb/Data/Masks/Anomaly/4.png"],
    ["nut/train/good/1.png", "pcb/Data/Images/Normal/3.JPG"],
    [0, 1],
  ],
  ["good and bad", ["good/1.png", "bad/2.png"], ["good/1.png"], [0, 1]],
  ["classes", ["b/2.png", "a/x/1.png", "notes.txt", "b/3.png"], ["a/x/1.png", "b/2.png", "b/3.png"], [0, 1, 1]],
  ["a plain folder", ["1.png", "2.png"], ["1.png", "2.png"], []],
];

for (const [title, names, unlabelled, labels] of CASES) {
  Deno.test(`${title}: pre-training sees good pictures where it is said which they are, and folders as classes`, async () => {
    await inFolder(names, async (folder) => {
      const { files } = await listUnlabelled(folder);
      assert.deepEqual(files.map(({ name }) => name), unlabelled);
      for (const { name, path } of files) assert.equal(path, join(folder, name));
      assert.deepEqual((await listClasses(folder)).labels, labels);
    });
  });
}

const NORMAL = "Data/Images/Normal";
const VISA_ROWS = [
  ["pcb1", "train", "normal", `pcb1/${NORMAL}/2.JPG`],
  ["pcb1", "train", "normal", `pcb1/${NORMAL}/1.JPG`],
  ["pcb1", "test", "normal", `pcb1/${NORMAL}/3.JPG`],
  ["pcb1", "test", "anomaly", "pcb1/Data/Images/Anomaly/1.JPG"],
  ["gum", "train", "normal", `gum/${NORMAL}/1.JPG`],
  ["gum", "test", "normal", `gum/${NORMAL}/2.JPG`],
];
const VISA_FILES = VISA_ROWS.map((row) => row[3]);
const VISA_TABLE = {
  "split_csv/1cls.csv": ["object,split,label,image,mask", ...VISA_ROWS.map((row) => `${row.join(",")},`)].join("\n"),
};

Deno.test("of VisA, pre-training sees the good training pictures of the split file, and objects as classes", async () => {
  await inFolder(VISA_FILES, async (folder) => {
    const { files, notes } = await listUnlabelled(folder);
    const taken = [`pcb1/${NORMAL}/1.JPG`, `pcb1/${NORMAL}/2.JPG`, `gum/${NORMAL}/1.JPG`];
    assert.deepEqual(files, taken.map((name) => ({ name, path: join(folder, name) })));
    assert.deepEqual(notes, []);
    const classes = await listClasses(folder);
    assert.deepEqual([classes.files, classes.labels], [files, [0, 0, 1]]);
    const one = await listUnlabelled(join(folder, "pcb1"));
    assert.deepEqual(one.files.map(({ name }) => name), [`${NORMAL}/1.JPG`, `${NORMAL}/2.JPG`]);
    assert.deepEqual(one.files.map(({ path }) => path), files.slice(0, 2).map(({ path }) => path));
  }, VISA_TABLE);
  await inFolder(VISA_FILES, async (folder) => {
    const { files, notes } = await listUnlabelled(folder);
    assert.equal(files.length, 5);
    assert.match(notes.join(), /^5 pictures of VisA are taken without split_csv\/1cls.csv: those that it keeps/);
  });
});

Deno.test("of ELPV, pre-training sees the good cells; a broken table is told", async () => {
  const images = ["images/1.png", "images/2.png", "images/3.png"];
  const rows = ["image,defect_probability,cell_type", "images/2.png,0,mono", "images/3.png,1,mono"];
  await inFolder(images, async (folder) => {
    const { files, notes } = await listUnlabelled(folder);
    assert.deepEqual(files, [1, 2].map((i) => ({ name: `images/${i}.png`, path: join(folder, `images/${i}.png`) })));
    assert.deepEqual(notes, []);
    assert.deepEqual((await listClasses(folder)).labels, [0, 0]);
  }, { "labels.csv": [...rows, "images/1.png,0,poly"].join("\n") });
  await inFolder(images, async (folder) => {
    await assert.rejects(listUnlabelled(folder), { name: "SyntaxError", message: /defect probability "much"/ });
  }, { "labels.csv": [...rows, "images/1.png,much,poly"].join("\n") });
});
