import assert from "node:assert/strict";
import { join } from "node:path";
import { readSize } from "../../../lib/picture/image/size.ts";
import { put, withFolder } from "../../app/cli/product.ts";
import { eightBit } from "./fixtures.ts";

Deno.test("the size by the header is that of the decoded picture, turned or not, in every format", async () => {
  await withFolder(async (folder) => {
    for (const { name, file, photo: { shape: [height, width] } } of eightBit) {
      assert.deepEqual(await readSize(await put(join(folder, "picture"), file)), { height, width }, name);
    }
    await assert.rejects(readSize(join(folder, "none.png")), /ENOENT/);
    await assert.rejects(readSize(await put(join(folder, "text.png"), "text")));
  });
});
