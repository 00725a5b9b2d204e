import assert from "node:assert/strict";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describeMasks, describeUnread, listFolder, openListing } from "../../../lib/picture/data/listing.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { put, withFolder } from "../../app/cli/product.ts";

/** Names that sort otherwise with a slash behind them than without. */
const NAMES = ["a", "a-b", "a.b", "a b", "b", "B", "ä", "a0", "_"];

Deno.test("a folder that is listed piece by piece gives the pictures and notes of one that is listed at once", async () => {
  for (let seed = 0; seed < 12; seed++) {
    const random = seededRandom(seed);
    const pick = <T>(all: readonly T[]) => all[Math.floor(random.uniform() * all.length)];
    await withFolder(async (folder) => {
      const root = join(folder, "root");
      const folders = [root];
      for (let i = 0; i < 8; i++) {
        const place = join(pick(folders), pick(NAMES));
        await mkdir(place, { recursive: true });
        folders.push(place);
      }
      for (let i = 0; i < 40; i++) {
        const name = pick(NAMES) + pick(["", "_mask", "1"]) + pick([".png", ".png", ".jpg", ".gif", ".txt", ".odd"]);
        await put(join(pick(folders), name), pick(["", "text", "\x89PNG\r\n\x1a\n\0\0\0\0", "\0\0binary\xff"])).catch(
          () => {},
        );
      }
      // To a folder inside, to one outside, and round in a circle.
      await put(join(folder, "outside/far/x.png"), "");
      await symlink(pick(folders), join(pick(folders), "to-inside")).catch(() => {});
      await symlink(join(folder, "outside"), join(pick(folders), "0-outside"));
      await symlink(root, join(folder, "outside/far/back"));
      const whole = await listFolder(root);
      const long = await openListing(root);
      assert.deepEqual(await Array.fromAsync(long.paths()), whole.pictures.map(({ path }) => path), `seed ${seed}`);
      assert.equal(long.pictures, whole.pictures.length);
      assert.equal(long.unread, whole.unread.length);
      assert.deepEqual(long.notes, [...describeUnread(root, whole.unread), ...describeMasks(root, whole.pictures)]);
      assert.ok(whole.pictures.length > 5);
    });
  }
  const { pictures, failed, notes } = await openListing("/no/such/folder");
  assert.deepEqual([pictures, failed, notes], [0, [], []]);
});
