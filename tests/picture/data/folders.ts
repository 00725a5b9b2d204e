/** Small data sets on disk for tests. @module */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Makes a folder of files (path to content), hands it to the test and removes it. */
export async function withFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  test: (root: string) => Promise<void>,
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "data-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    await test(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

/** Files with different content at these paths. Readers do not look into pictures. */
export function filesAt(...paths: string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, `content of ${path}`]));
}

export const vadFiles: Record<string, string> = {
  ...filesAt(
    "train/good/b.png",
    "train/good/a.png",
    "train/good/c.png",
    "train/good/d.png",
    "train/bad/x.png",
    "train/bad/y.png",
    "test/good/e.png",
    "test/bad/z.png",
    "test/bad_unseen_defects/u.png",
    "train/good/.hidden.png",
    "train/good/Thumbs.db",
  ),
  "low_shot_train.json": JSON.stringify({ 5: ["y.png"], 12: ["x.png"] }),
};

const visaRows = [
  ["candle", "train", "normal", "candle/Data/Images/Normal/1.JPG", ""],
  ["pcb1", "train", "normal", "pcb1/Data/Images/Normal/9.JPG", ""],
  ["pcb1", "train", "normal", "pcb1/Data/Images/Normal/2.JPG", ""],
  ["pcb1", "test", "normal", "pcb1/Data/Images/Normal/5.JPG", ""],
  ["pcb1", "test", "anomaly", "pcb1/Data/Images/Anomaly/3.JPG", "pcb1/Data/Masks/Anomaly/3.png"],
  ["pcb1", "test", "anomaly", "pcb1/Data/Images/Anomaly/1.JPG", "pcb1/Data/Masks/Anomaly/1.png"],
];
export const visaTable = (rows = visaRows) =>
  ["object,split,label,image,mask", ...rows.map((row) => row.join())].join("\n");
export const visaFiles: Record<string, string> = {
  ...filesAt(...visaRows.map((row) => row[3])),
  "split_csv/1cls.csv": visaTable(),
};

export const mvtecFiles = filesAt(
  "train/good/000.png",
  "train/good/001.png",
  "test/good/000.png",
  "test/crack/000.png",
  "test/crack/001.png",
  "test/cut/000.png",
  "ground_truth/crack/000_mask.png",
);

export const plainFiles = filesAt("good/1.jpg", "good/2.TIFF", "bad/3.png", "bad/scratch/4.bmp", "good/readme.txt");
