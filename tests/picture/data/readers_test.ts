import assert from "node:assert/strict";
import { readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { countItems } from "../../../lib/picture/data/dataset.ts";
import { readElpv } from "../../../lib/picture/data/readers/elpv.ts";
import { readFolder } from "../../../lib/picture/data/readers/folder.ts";
import { listMvtecClasses, readMvtec } from "../../../lib/picture/data/readers/mvtec.ts";
import { readVad } from "../../../lib/picture/data/readers/vad.ts";
import { listVisaObjects, readVisa } from "../../../lib/picture/data/readers/visa.ts";
import { detectLayout } from "../../../lib/picture/data/readers/table.ts";
import { readPhoto } from "../../../lib/picture/image/decode.ts";
import { filesAt, mvtecFiles, plainFiles, vadFiles, visaFiles, visaTable, withFiles } from "./folders.ts";

Deno.test("VAD is read from its folder or the one above, sorted, with unseen defects and the low-shot list", () =>
  withFiles(Object.fromEntries(Object.entries(vadFiles).map(([path, text]) => [`vad/${path}`, text])), async (root) => {
    const dataset = await readVad(root);
    assert.deepEqual(await readVad(join(root, "vad")), dataset);
    assert.equal(dataset.name, "vad");
    assert.deepEqual(dataset.items.map(({ id }) => id), [
      "test/bad/z.png",
      "test/bad_unseen_defects/u.png",
      "test/good/e.png",
      "train/bad/x.png",
      "train/bad/y.png",
      "train/good/a.png",
      "train/good/b.png",
      "train/good/c.png",
      "train/good/d.png",
    ]);
    assert.deepEqual(countItems(dataset.items), { train: { good: 4, bad: 2 }, test: { good: 1, bad: 2 }, unseen: 1 });
    assert.deepEqual(dataset.items.filter(({ unseen }) => unseen).map(({ id }) => id), [
      "test/bad_unseen_defects/u.png",
    ]);
    assert.deepEqual(dataset.lowShot, { 5: ["train/bad/y.png"], 12: ["train/bad/x.png"] });
    assert.deepEqual(dataset.items[0].path, join(root, "vad", "test/bad/z.png"));
  }));

Deno.test("what VAD lacks is named with what was found", async () => {
  const { "test/good/e.png": _, ...withoutGood } = vadFiles;
  await withFiles(withoutGood, async (root) => {
    await assert.rejects(readVad(root), {
      message: `Cannot read VAD from "${root}" as test/good must have pictures: found no such folder`,
    });
  });
  await withFiles(plainFiles, async (root) => {
    await assert.rejects(readVad(root), {
      message: `Cannot read VAD from "${root}" as it must have train/good, train/bad, test/good and test/bad: ` +
        `found "bad/", "good/"`,
    });
  });
  const broken = [["{", /Cannot read ".*low_shot_train.json" as /], ["[1]", /must map each seed to a list/], [
    '{"5": ["y.png", "n.png"]}',
    /seed 5 names files that are not in train\/bad: "n.png"$/,
  ]] as const;
  for (const [text, message] of broken) {
    await withFiles({ ...vadFiles, "low_shot_train.json": text }, async (root) => {
      await assert.rejects(readVad(root), { name: "SyntaxError", message });
    });
  }
});

Deno.test("VisA is read by its split file, in the order of the rows, with masks", () =>
  withFiles(visaFiles, async (root) => {
    assert.deepEqual(await listVisaObjects(root), ["candle", "pcb1"]);
    const { name, items } = await readVisa(root, { object: "pcb1" });
    assert.equal(name, "visa/pcb1");
    assert.deepEqual(items.map(({ id, split, label }) => [id.slice(-13), split, label]), [
      ["/Normal/9.JPG", "train", "good"],
      ["/Normal/2.JPG", "train", "good"],
      ["/Normal/5.JPG", "test", "good"],
      ["Anomaly/3.JPG", "test", "bad"],
      ["Anomaly/1.JPG", "test", "bad"],
    ]);
    assert.deepEqual(items.map(({ mask }) => mask), [
      undefined,
      undefined,
      undefined,
      join(root, "pcb1/Data/Masks/Anomaly/3.png"),
      join(root, "pcb1/Data/Masks/Anomaly/1.png"),
    ]);
  }));

Deno.test("VisA as spot-diff prepares it is read by its folders, of one split file or of all, with masks by name", () =>
  withFiles(
    filesAt(
      ...["train/good/2.JPG", "train/good/1.JPG", "test/good/3.JPG", "test/bad/4.JPG", "test/bad/5.JPG"].map((path) =>
        `1cls/pcb1/${path}`
      ),
      "1cls/pcb1/ground_truth/bad/4.png",
      ...["train/good/1.JPG", "train/bad/4.JPG", "test/good/3.JPG", "test/bad/4.JPG"].map((path) =>
        `2cls_highshot/pcb1/${path}`
      ),
      ...["train", "test"].map((split) => `2cls_highshot/pcb1/ground_truth/${split}/bad/4.png`),
    ),
    async (root) => {
      assert.deepEqual([await detectLayout(root), await detectLayout(join(root, "1cls"))], ["visa", "mvtec"]);
      for (const folder of [root, join(root, "1cls")]) {
        assert.deepEqual(await listVisaObjects(folder), ["pcb1"]);
        const { name, items } = await readVisa(folder, { object: "pcb1" });
        assert.equal(name, "visa/pcb1");
        assert.deepEqual(items.map(({ id, label, mask }) => [id, label, mask]), [
          ["test/bad/4.JPG", "bad", join(root, "1cls/pcb1/ground_truth/bad/4.png")],
          ["test/bad/5.JPG", "bad", undefined],
          ["test/good/3.JPG", "good", undefined],
          ["train/good/1.JPG", "good", undefined],
          ["train/good/2.JPG", "good", undefined],
        ]);
      }
      const { items } = await readVisa(root, { object: "pcb1", split: "2cls_highshot" });
      assert.deepEqual(items.filter(({ label }) => label === "bad").map(({ split, mask }) => [split, mask]), [
        ["test", join(root, "2cls_highshot/pcb1/ground_truth/test/bad/4.png")],
        ["train", join(root, "2cls_highshot/pcb1/ground_truth/train/bad/4.png")],
      ]);
      await assert.rejects(readVisa(root, { object: "pcb9" }), {
        name: "RangeError",
        message: `Cannot read VisA object "pcb9" from "${join(root, "1cls")}" as it has "pcb1"`,
      });
    },
  ));

Deno.test("VisA without a split file, the object, a file, a column or a known label says so", async () => {
  await withFiles(visaFiles, async (root) => {
    await assert.rejects(readVisa(root, { object: "pcb9" }), {
      name: "RangeError",
      message: `Cannot read VisA object "pcb9" from "${root}" as 1cls.csv has candle, pcb1`,
    });
    await assert.rejects(readVisa(root, { object: "pcb1", split: "2cls_highshot" }), {
      message:
        `Cannot read VisA from "${root}" as it must have split_csv/2cls_highshot.csv and <object>/Data/Images: ` +
        `found "candle/", "pcb1/", "split_csv/"`,
    });
  });
  const row = (split: string, label: string, image: string) => ["pcb1", split, label, image, ""];
  const cases: [string, RegExp][] = [
    [
      visaTable([row("train", "normal", "pcb1/none.JPG")]),
      /1cls.csv" as 1 of 1 files that it names are missing: "pcb1\/none.JPG"$/,
    ],
    [
      visaTable([row("val", "normal", "a.JPG")]),
      /says split "val" and label "normal" for "a.JPG": a split is train or test/,
    ],
    [visaTable([row("test", "good", "a.JPG")]), /says split "test" and label "good"/],
    [
      visaTable([
        row("train", "normal", "pcb1/Data/Images/Normal/9.JPG"),
        row("test", "normal", "pcb1/Data/Images/Normal/9.JPG"),
      ]),
      /names files twice: "pcb1\/Data\/Images\/Normal\/9.JPG"$/,
    ],
    [
      "object,split,label\npcb1,train,normal",
      /its header must have .*: "image", "mask" missing, found "object", "split", "label"$/,
    ],
    ["object,split,label,image,mask\npcb1,train", /row 2 is broken: Too few fields/],
    ["", /its header must have .* found nothing$/],
  ];
  for (const [table, message] of cases) {
    await withFiles({ ...visaFiles, "split_csv/1cls.csv": table }, async (root) => {
      await assert.rejects(readVisa(root, { object: "pcb1" }), { message });
    });
  }
});

Deno.test("a table names nothing outside its folder, by a path or by a link", async () => {
  const elpvTable = (image: string) => `image,defect_probability,cell_type\n${image},0,mono\n`;
  const visaOf = (image: string, mask = "") => `object,split,label,image,mask\np,test,anomaly,${image},${mask}\n`;
  await withFiles(
    { "secret.png": "outside", "data/in.png": "inside", "data/split_csv/2cls_fewshot.csv": "" },
    async (all) => {
      const root = join(all, "data");
      await symlink(join(all, "secret.png"), join(root, "link.png"));
      await symlink(all, join(root, "up"));
      for (
        const image of ["../secret.png", join(all, "secret.png"), "link.png", "up/secret.png", "in/../../secret.png"]
      ) {
        await writeFile(join(root, "labels.csv"), elpvTable(image));
        const message = /^Cannot read ".*csv" as (it names ".*secret\.png|it names ".*link\.png|1 of 1 files)/;
        await assert.rejects(readElpv(root), { message }, image);
        // A path from the root is one below the folder, where no picture lies.
        const masks = image === join(all, "secret.png") ? [] : [visaOf("in.png", image)];
        for (const row of [visaOf(image), ...masks]) {
          await writeFile(join(root, "split_csv/2cls_fewshot.csv"), row);
          await assert.rejects(readVisa(root, { object: "p", split: "2cls_fewshot" }), { message }, row);
        }
      }
      await writeFile(join(root, "labels.csv"), elpvTable("./in.png"));
      assert.equal((await readElpv(root)).items.length, 1);
      // The folder itself may be a link.
      await symlink(root, join(all, "alias"));
      assert.equal((await readElpv(join(all, "alias"))).items.length, 1);
    },
  );
});

Deno.test("a class of MVTec AD is read with kinds of defects and masks", () =>
  withFiles(mvtecFiles, async (root) => {
    const { items } = await readMvtec(root);
    assert.deepEqual(items.map(({ id, split, label, kind }) => [id, split, label, kind]), [
      ["test/crack/000.png", "test", "bad", "crack"],
      ["test/crack/001.png", "test", "bad", "crack"],
      ["test/cut/000.png", "test", "bad", "cut"],
      ["test/good/000.png", "test", "good", undefined],
      ["train/good/000.png", "train", "good", undefined],
      ["train/good/001.png", "train", "good", undefined],
    ]);
    assert.deepEqual(items.map(({ mask }) => mask !== undefined), [true, false, false, false, false, false]);
    assert.equal(items[0].mask, join(root, "ground_truth/crack/000_mask.png"));
  }));

Deno.test("a folder of MVTec AD's classes asks for one, and an incomplete class says what is missing", async () => {
  const classes = Object.fromEntries(Object.entries(mvtecFiles).map(([path, text]) => [`bottle/${path}`, text]));
  await withFiles({ ...classes, "readme.txt": "" }, async (root) => {
    assert.deepEqual(await listMvtecClasses(root), ["bottle"]);
    await assert.rejects(readMvtec(root), {
      message: `Cannot read "${root}" as it holds classes in folders of their own: ` +
        'give one of them as --object, such as "bottle", or --object all',
    });
  });
  await withFiles({ ...filesAt("train/good/a.png"), "test/readme.txt": "" }, async (root) => {
    await assert.rejects(readMvtec(root), {
      message: `Cannot read a class of MVTec AD from "${root}" as test must have pictures: found 1 other file`,
    });
  });
  await withFiles(filesAt("a.png"), async (root) => {
    await assert.rejects(readMvtec(root), {
      message: `Cannot read a class of MVTec AD from "${root}" as it must have train/good and test: found 1 picture`,
    });
  });
});

Deno.test("a plain folder has good and bad parts, with kinds from sub-folders", () =>
  withFiles(plainFiles, async (root) => {
    const { items } = await readFolder(root);
    assert.deepEqual(items.map(({ id, split, label, kind }) => [id, split, label, kind]), [
      ["bad/3.png", "train", "bad", undefined],
      ["bad/scratch/4.bmp", "train", "bad", "scratch"],
      ["good/1.jpg", "train", "good", undefined],
      ["good/2.TIFF", "train", "good", undefined],
    ]);
  }));

Deno.test("a plain folder without good or bad pictures says what was found", async () => {
  await withFiles({ ...filesAt("good/1.png"), "bad/notes.txt": "" }, async (root) => {
    await assert.rejects(readFolder(root), {
      message: `Cannot read pictures from "${root}" as it must have good/ and bad/ with PNG, JPEG, WebP, TIFF or BMP ` +
        `files: found "bad/", "good/" and in bad/ 1 other file`,
    });
  });
  await assert.rejects(readFolder("/nowhere"), { message: /found no such folder and in good\/ no such folder$/ });
});

Deno.test("ELPV is read in the order of its rows, and unsure cells are left out with a note", () =>
  withFiles({
    ...filesAt("images/b.png", "images/a.png", "images/c.png"),
    "labels.csv":
      "image,defect_probability,cell_type\nimages/b.png,0.0,mono\nimages/c.png,0.333,poly\nimages/a.png,1.0,mono\n",
  }, async (root) => {
    const { items, notes } = await readElpv(root);
    assert.deepEqual(items.map(({ id, label }) => [id, label]), [["images/b.png", "good"], ["images/a.png", "bad"]]);
    assert.deepEqual(notes, ["1 of 3 pictures left out: their defect probability is neither 0 nor 1"]);
  }));

Deno.test("ELPV with missing files, a probability that is none, or no sure cell says so", async () => {
  const cases: [string, RegExp][] = [
    ["images/z.png,0,mono", /labels.csv" as 1 of 1 files that it names are missing: "images\/z.png"$/],
    ["images/a.png,high,mono", /labels.csv" as row 2 has defect probability "high": it must be from 0 to 1$/],
    ["images/a.png,1.5,mono", /defect probability "1.5"/],
    ["images/a.png,,mono", /defect probability ""/],
    ["images/a.png,0.5,mono", /as no row has defect probability 0 or 1$/],
  ];
  for (const [row, message] of cases) {
    const table = `image,defect_probability,cell_type\n${row}\n`;
    await withFiles({ ...filesAt("images/a.png"), "labels.csv": table }, async (root) => {
      await assert.rejects(readElpv(root), { message });
    });
  }
  await assert.rejects(readElpv("/nowhere"), { message: /^Cannot read "\/nowhere\/labels.csv" as ENOENT/ });
});

const elpv = "../shared/data/elpv";
const there = await readdir(elpv).then(() => true, () => false);
Deno.test({
  name: `ELPV's photographs are read${there ? "" : ` (skipped: there is no ${elpv})`}`,
  ignore: !there,
  async fn() {
    const { items, notes } = await readElpv(elpv);
    assert.deepEqual(countItems(items).train, { good: 600, bad: 300 });
    assert.deepEqual(notes, []);
    for (const { path } of items) {
      const { shape, data } = await readPhoto(path);
      assert.deepEqual(shape, [300, 300, 3]);
      assert.ok(data.some((value) => value !== data[0]), path);
    }
  },
});
