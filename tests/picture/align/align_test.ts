import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { type Photo, photo } from "../../../lib/domain.ts";
import { alignerTo } from "../../../lib/picture/align/align.ts";
import { shiftedShare } from "../../../lib/picture/align/shifted.ts";
import { openLoader } from "../../../lib/picture/image/loader.ts";
import { ROOT } from "../../app/cli/product.ts";
import { medianOf, moved } from "./moved.ts";
import { plate } from "./plate.ts";

Deno.test("a part that is moved and turned is found to a third of a pixel and a quarter of a degree, in any light", () => {
  const align = alignerTo(plate({ seed: 1 }));
  const random = seededRandom(4);
  for (let i = 0; i < 12; i++) {
    const [dx, dy, angle] = [1, 1, 0.5].map((scale) => scale * (random.uniform() - 0.5) * 28);
    const { pose, before, after, photo: back } = align(
      plate({ dx, dy, angle, light: 0.8 + 0.4 * random.uniform(), seed: i + 10 }),
    );
    const off = Math.hypot(pose.dx - dx, pose.dy - dy);
    assert.ok(off < 0.35 && Math.abs(pose.angle - angle) < 0.25, `${JSON.stringify(pose)} for ${dx} ${dy} ${angle}`);
    assert.ok(after > 0.97 && after > before);
    const again = align(back);
    assert.deepEqual([again.pose.dx, again.pose.dy, again.pose.angle], [0, 0, 0], "what lies right is left as it is");
  }
});

Deno.test("what lies right, is plain or is something else is given back as it is", () => {
  const align = alignerTo(plate({ seed: 1 }));
  const plain = photo([120, 160, 3], new Uint8Array(120 * 160 * 3).fill(90));
  const random = seededRandom(8);
  const noise = photo([120, 160, 3], Uint8Array.from({ length: 120 * 160 * 3 }, () => 255 * random.uniform()));
  for (const picture of [plate({ seed: 2 }), plain, noise]) assert.equal(align(picture).photo, picture);
  assert.equal(alignerTo(plain)(plate()).pose.dx, 0);
});

Deno.test("the share of pictures whose part lies elsewhere is counted", () => {
  const still = Array.from({ length: 8 }, (_, i) => plate({ seed: i, dx: 0.3 * (i % 2) }));
  assert.equal(shiftedShare(still, plate({ seed: 99 })), 0);
  const some = [...still.slice(0, 6), plate({ dx: 9, seed: 20 }), plate({ angle: 4, seed: 21 })];
  assert.equal(shiftedShare(some, plate({ seed: 99 })), 0.25);
});

const cells = join(ROOT, "../shared/data/elpv");

Deno.test({
  name: "photographs of solar cells that were moved come nearer to where they were, and those that were not stay",
  // The photographs are not in the repository; where they are not, this says so.
  ignore: !existsSync(join(cells, "labels.csv")),
  async fn() {
    const rows = (await readFile(join(cells, "labels.csv"), "utf8")).trim().split("\n").slice(1).map((row) =>
      row.split(",")
    );
    const good = rows.filter(([, probability, type]) => Number(probability) === 0 && type.trim() === "mono")
      .map(([file]) => join(cells, file)).slice(0, 44);
    const loader = openLoader({ height: 128, width: 128 });
    const photos: Photo[] = [];
    for await (const loaded of loader.load(good)) if ("photo" in loaded) photos.push(loaded.photo);
    await loader.close();
    const sum = new Float64Array(photos[0].data.length);
    for (const { data } of photos.slice(0, 30)) data.forEach((value, i) => sum[i] += value / 30);
    const align = alignerTo(photo([128, 128, 3], Uint8Array.from(sum)));
    const random = seededRandom(6);
    const [was, is, turned, still]: number[][] = [[], [], [], []];
    for (const picture of photos.slice(30)) {
      const [dx, dy, angle] = [16, 16, 6].map((scale) => scale * (random.uniform() - 0.5));
      const { pose } = align(moved(picture, { dx, dy, angle }));
      was.push(Math.hypot(dx, dy));
      is.push(Math.hypot(pose.dx - dx, pose.dy - dy));
      turned.push(Math.abs(pose.angle - angle));
      const { pose: own } = align(picture);
      still.push(Math.hypot(own.dx, own.dy));
    }
    assert.ok(medianOf(is) < 0.35 * medianOf(was), `${medianOf(is)} pixels of ${medianOf(was)}`);
    assert.ok(medianOf(turned) < 0.3, `${medianOf(turned)} degrees`);
    assert.ok(still.filter((distance) => distance > 2).length <= 2, `${still}`);
  },
});
