import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkMasks, hashMasks, readMask } from "../../../lib/picture/data/mask.ts";
import type { Item } from "../../../lib/picture/data/dataset.ts";
import { readFolder } from "../../../lib/picture/data/readers/folder.ts";
import { readMvtec } from "../../../lib/picture/data/readers/mvtec.ts";
import { renderMask } from "../../../lib/picture/stand_in/mask.ts";
import { MASKED_OBJECT, maskedPlan } from "../../../lib/picture/stand_in/masked_plan.ts";
import { partSpec } from "../../../lib/picture/stand_in/part.ts";
import { renderPart } from "../../../lib/picture/stand_in/render.ts";
import { plannedFolder } from "../../../lib/picture/stand_in/planned.ts";
import { writeMaskedStandIn } from "../../../lib/picture/stand_in/write.ts";
import { readVisa, VISA_SPLITS } from "../../../lib/picture/data/readers/visa.ts";
import { encodePng } from "../../../lib/picture/image/encode.ts";
import { photo } from "../../../lib/domain.ts";
import { put } from "../../app/cli/product.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "masks-"));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function grey(height: number, width: number, values: readonly number[]) {
  const data = Uint8Array.from(values.flatMap((value) => [value, value, value]));
  return encodePng(photo([height, width, 3], data));
}

Deno.test("a mask is 1 where it is not black, by the nearest pixel, and must have the size of its picture", async () => {
  await inFolder(async (folder) => {
    const path = await put(join(folder, "part.png"), await grey(2, 4, [9, 9, 9, 9, 9, 9, 9, 9]));
    const mask = await put(join(folder, "mask.png"), await grey(2, 4, [0, 0, 3, 255, 0, 1, 0, 0]));
    const item = { id: "part.png", path, mask, split: "test", label: "bad", unseen: false } as const;
    assert.deepEqual(await readMask(item, { height: 2, width: 4 }), new Uint8Array([0, 0, 1, 1, 0, 1, 0, 0]));
    assert.deepEqual(
      await readMask(item, { height: 4, width: 4 }),
      new Uint8Array([0, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0]),
    );
    assert.deepEqual(await readMask(item, { height: 2, width: 2 }), new Uint8Array([0, 1, 1, 0]));
    const other = await put(join(folder, "other.png"), await grey(4, 2, [0, 0, 0, 0, 0, 0, 0, 0]));
    await assert.rejects(readMask({ ...item, mask: other }, { height: 2, width: 4 }), {
      name: "RangeError",
      message: /Cannot use the mask ".*other\.png" of ".*part\.png".*the mask is 4 × 2, the picture 2 × 4/,
    });
    await assert.rejects(readMask({ ...item, mask: join(folder, "gone.png") }, { height: 2, width: 4 }), /gone\.png/);
    assert.equal((await hashMasks([item, { ...item, id: "good", label: "good", mask: undefined }])).get("good"), "");
    await assert.rejects(hashMasks([{ ...item, mask: undefined }]), /1 bad parts have no mask: "part\.png"/);
  });
});

Deno.test("a stand-in with masks is VisA's and MVTec AD's layout, with each defect where the parts differ", async () => {
  await inFolder(async (folder) => {
    const [visa, mvtec] = [join(folder, "visa"), join(folder, "mvtec")];
    const options = { size: { good: 3, bad: 2 }, seed: 2, workers: 2 };
    await writeMaskedStandIn({ ...options, out: visa, layout: "visa" });
    await writeMaskedStandIn({ ...options, out: mvtec, layout: "mvtec" });
    const one = await readMvtec(join(mvtec, MASKED_OBJECT));
    assert.equal(one.items.filter(({ split }) => split === "train").length, Math.round(3 * 0.9));
    const bad = one.items.filter(({ label }) => label === "bad");
    assert.equal(bad.length, 2);
    for (const split of VISA_SPLITS) {
      const { items } = await readVisa(visa, { object: MASKED_OBJECT, split });
      assert.deepEqual([items.length, items.filter(({ mask }) => mask !== undefined).length], [5, 2]);
    }
    // The mask that the layouts name is that of the part, at its own size.
    const { items } = await readVisa(visa, { object: MASKED_OBJECT });
    const part = maskedPlan({ ...options, layout: "visa" }).parts.find(({ request }) => request.kind !== "good")!;
    const mask = await readMask(items.find(({ id }) => id === part.path)!, { height: 512, width: 512 });
    const { data } = renderMask(part.request);
    const [with_, without] = [part.request.kind, "good" as const].map((kind) =>
      renderPart(partSpec({ seed: 2, index: part.request.index, kind })).data
    );
    let marked = 0;
    let wrong = 0;
    for (let i = 0; i < mask!.length; i++) {
      const apart = [0, 1, 2].some((c) => Math.abs(with_[3 * i + c] - without[3 * i + c]) >= 2);
      if ((mask![i] === 1) !== apart || (data[3 * i] !== 0) !== apart) wrong++;
      marked += mask![i];
    }
    assert.equal(wrong, 0);
    assert.ok(marked > 10);
    await assert.rejects(writeMaskedStandIn({ ...options, out: visa, layout: "mvtec" }), /holds that of.*layout visa/);
    // As a folder it is the same parts without masks: good ones, and bad ones by the kind of their defect.
    const own = join(folder, "folder");
    await writeMaskedStandIn({ ...options, out: own, layout: "folder" });
    const plain = await readFolder(own);
    const plan = maskedPlan({ ...options, layout: "folder" });
    assert.deepEqual({ ...plannedFolder(plan, own), name: "folder" }, plain);
    const bytes = (items: readonly Item[]) =>
      Promise.all(items.map(async ({ path, kind }) => [kind, (await readFile(path)).toString("base64")]));
    const same = [
      ...one.items.filter(({ label }) => label === "bad"),
      ...one.items.filter(({ label }) => label === "good"),
    ];
    assert.deepEqual(await bytes(plain.items), await bytes(same));
    assert.equal(plain.items.filter(({ kind }) => kind !== undefined).length, 2);
  });
});

Deno.test("masks are found beside bad parts' folders as MVTec AD and as VisA in its layout name them", async () => {
  await inFolder(async (folder) => {
    const picture = await grey(1, 2, [9, 9]);
    for (const path of ["train/good/0.png", "test/good/1.png", "test/bad/2.JPG", "test/bad/3.png", "test/cut/4.png"]) {
      await put(join(folder, path), picture);
    }
    const masks = ["ground_truth/bad/2.png", "ground_truth/bad/3_mask.tif", "ground_truth/bad/4.png"];
    for (const path of masks) await put(join(folder, path), picture);
    const { items } = await readMvtec(folder);
    const found = items.map(({ id, mask }) => [id, mask]);
    assert.deepEqual(found, [
      ["test/bad/2.JPG", join(folder, masks[0])],
      ["test/bad/3.png", join(folder, masks[1])],
      ["test/cut/4.png", undefined],
      ["test/good/1.png", undefined],
      ["train/good/0.png", undefined],
    ]);
  });
});

Deno.test("masks that mark nothing or nearly everything are told by name", async () => {
  await inFolder(async (folder) => {
    const item = async (id: string, values: number[], label: "good" | "bad" = "bad") =>
      ({
        id,
        path: id,
        mask: await put(join(folder, id), await grey(1, 4, values)),
        split: "test",
        label,
        unseen: false,
      }) as const;
    const items = [
      await item("empty.png", [0, 0, 0, 0]),
      await item("right.png", [0, 0, 255, 0]),
      await item("inverted.png", [255, 255, 0, 255]),
      await item("white.png", [255, 255, 255, 255]),
      await item("good.png", [0, 0, 0, 0], "good"),
    ];
    assert.deepEqual(await checkMasks(items), [
      '1 of 4 masks mark no pixel, so that their bad parts count as good all over: "empty.png"',
      '2 of 4 masks mark more than half of their picture, where defects must be light on dark: "inverted.png", "white.png"',
    ]);
    assert.deepEqual(await checkMasks([items[1], items[4]]), []);
    const gone = { ...items[1], mask: join(folder, "gone.png") };
    assert.deepEqual(await checkMasks([gone]), ['1 of 1 masks cannot be read: "right.png"']);
  });
});

Deno.test("a mask with other content than was hashed is an error", async () => {
  await inFolder(async (folder) => {
    const path = await put(join(folder, "a.png"), await grey(1, 2, [9, 9]));
    const mask = await put(join(folder, "a_mask.png"), await grey(1, 2, [0, 255]));
    const item = { id: "a", path, mask, split: "test", label: "bad", unseen: false } as const;
    const hash = (await hashMasks([item])).get("a");
    assert.deepEqual(await readMask(item, { height: 1, width: 2 }, hash), new Uint8Array([0, 1]));
    await put(mask, await grey(1, 2, [255, 0]));
    await assert.rejects(readMask(item, { height: 1, width: 2 }, hash), /a_mask\.png" as it has changed since it was/);
  });
});
