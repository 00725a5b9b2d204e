import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { describeFolder, describeLeftOut, listFolder, listPictures } from "../../../lib/picture/data/listing.ts";
import { openDataset } from "../../../lib/picture/data/readers/table.ts";
import { drawPart, put, withFolder } from "../../app/cli/product.ts";

const namesOf = (found: readonly { readonly name: string }[]) => found.map(({ name }) => name);

Deno.test("pictures are told by all usual extensions, and by content where there is none or an unknown one", async () => {
  const part = await drawPart(0, false);
  const jpeg = new Uint8Array(await sharp(part).jpeg().toBuffer());
  const gif = new Uint8Array(await sharp(part).gif().toBuffer());
  const tiff = new Uint8Array(await sharp(part).tiff().toBuffer());
  const bmp = Uint8Array.of(0x42, 0x4d, 60, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0);
  await withFolder(async (folder) => {
    const pictures = {
      ...{ "a.png": part, "b.JPG": jpeg, "c.jfif": jpeg, "d.jpe": jpeg, "e.dib": bmp, "f.TIFF": tiff, "g": part },
      ...{ "h.1": jpeg, "i.frame": bmp, "j.tiff~": tiff, "k.webp": "no picture, but called one" },
    };
    const unread = {
      "l.gif": gif,
      "m.pgm": "P2 1 1 255 7",
      "n.jp2": jpeg,
      "o.bin": Uint8Array.of(0, 1, 2, 3),
      "p": gif,
    };
    const others = {
      ...{
        "notes.txt": "BM, which a bitmap begins with as well",
        "labels.csv": "a,b",
        "README": "text",
        "BMW": "BMW 1",
      },
      ...{
        "Thumbs.db": Uint8Array.of(0xd0, 0xcf, 0),
        "map.npy": Uint8Array.of(0x93),
        ".hidden.png": part,
        "._a.png": "",
      },
    };
    for (const [name, content] of Object.entries({ ...pictures, ...unread, ...others })) {
      await put(join(folder, name), content);
    }
    await new Deno.Command("mkfifo", { args: [join(folder, "q.png")] }).output();
    const found = await listFolder(folder);
    assert.deepEqual(namesOf(found.pictures), Object.keys(pictures).sort());
    assert.deepEqual(namesOf(found.unread), [...Object.keys(unread), "q.png"]);
    assert.deepEqual(await describeLeftOut(found.pictures), [
      `6 files in "${folder}" are left out, of kinds not read (.bin: 1, .gif: 1, .jp2: 1, .pgm: 1, ` +
      'no extension: 1, no file: 1): "l.gif", "m.pgm", "n.jp2" and 3 more',
    ]);
    assert.equal(await describeFolder(folder), "11 pictures, 6 files of kinds that are not read, 6 other files");
  });
});

Deno.test("a picture called as the mask of the one beside it is its mask, and no part", async () => {
  await withFolder(async (folder) => {
    const part = await drawPart(0, true);
    const files = [
      "good/0.png",
      "bad/1.png",
      "bad/1_mask.png",
      "bad/cut/2.jpg",
      "bad/cut/2_mask.tif",
      "bad/3_mask.png",
    ];
    for (const name of files) await put(join(folder, name), part);
    assert.deepEqual(namesOf(await listPictures(join(folder, "bad"))), ["1.png", "3_mask.png", "cut/2.jpg"]);
    const { items, notes } = await openDataset(folder);
    assert.deepEqual(items.map(({ id, mask, label }) => [id, mask?.slice(folder.length + 1), label]), [
      ["bad/1.png", "bad/1_mask.png", "bad"],
      ["bad/3_mask.png", undefined, "bad"],
      ["bad/cut/2.jpg", "bad/cut/2_mask.tif", "bad"],
      ["good/0.png", undefined, "good"],
    ]);
    assert.deepEqual(notes, [
      `2 pictures in "${join(folder, "bad")}" are taken for masks and no parts, by the names of those beside: ` +
      '"1_mask.png" beside "1.png"',
    ]);
  });
});

Deno.test("what a data set leaves out is a note, also of a kind of which nothing is read", async () => {
  await withFolder(async (folder) => {
    const part = await drawPart(0, true);
    const files = [
      "train/good/0.png",
      "test/good/1.png",
      "test/cut/2.png",
      "test/burn/3.gif",
      "ground_truth/cut/2_mask.gif",
    ];
    for (const name of files) await put(join(folder, name), part);
    const { items, notes } = await openDataset(folder, { layout: "mvtec" });
    assert.equal(items.length, 3);
    assert.deepEqual(notes, [
      `1 file in "${join(folder, "test")}" is left out, of a kind not read (.gif: 1): "burn/3.gif"`,
    ]);
    await put(join(folder, "plain/good/a.gif"), part);
    await assert.rejects(openDataset(join(folder, "plain")), /in good\/ 1 file of kinds that are not read$/);
  });
});
