import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { listClasses, listUnlabelled } from "../../lib/pipeline/pretrain_pictures.ts";

/** A folder with empty files of some names, while `test` runs. */
async function inFolder(names: readonly string[], test: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pictures-"));
  try {
    for (const name of names) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), "");
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
