import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { openLoader } from "../../../lib/picture/image/loader.ts";
import { implausible, limitsOf } from "../../../lib/picture/plausible/limits.ts";
import {
  meanPicture,
  measurePlane,
  MEASURES,
  type Measures,
  planeOf,
} from "../../../lib/picture/plausible/measures.ts";
import { ROOT } from "../../app/cli/product.ts";

/** Measures that are drawn, each by itself. */
const drawn = (draw: () => number): Measures =>
  Object.fromEntries(MEASURES.map((name) => [name, draw()])) as Record<typeof MEASURES[number], number>;

const SPREAD = 1000;

Deno.test("of good parts fewer are left out than the statement says, whatever their distribution", () => {
  const random = seededRandom(5);
  const shapes: Record<string, () => number> = {
    uniform: () => SPREAD * random.uniform(),
    normal: () => SPREAD * random.normal(),
    exponential: () => -SPREAD * Math.log(1 - random.uniform()),
    "t, 3 degrees": () =>
      SPREAD * random.normal() / Math.sqrt((random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2) / 3),
    "two clouds": () => SPREAD * (random.normal() + (random.uniform() < 0.1 ? 8 : 0)),
  };
  for (const [shape, draw] of Object.entries(shapes)) {
    for (const parts of [24, 100, 400]) {
      let [left, all] = [0, 0];
      const rounds = parts === 24 ? 200 : 40;
      for (let round = 0; round < rounds; round++) {
        const limits = limitsOf(Array.from({ length: parts }, () => drawn(draw)));
        for (let i = 0; i < 50; i++, all++) if (implausible(drawn(draw), limits) !== undefined) left++;
      }
      // 2·6/(n+1) on average, with room for chance: five deviations of a count.
      const stated = 12 / (parts + 1);
      assert.ok(left <= all * stated + 5 * Math.sqrt(all * stated), `${shape}, ${parts} parts: ${left} of ${all}`);
      if (shape === "normal") {
        assert.ok(left <= (parts < 100 ? 0.04 : 0.005) * all, `normal, ${parts} parts: ${left} of ${all}`);
      }
    }
  }
});

const USUAL: Measures = { light: 100, contrast: 30, likeness: 0.9, right: 0, down: 0, proportions: 4 / 3 };

Deno.test("each kind of a picture that is none of the part is told by its name", () => {
  const random = seededRandom(1);
  const near = (): Measures => ({
    ...USUAL,
    light: 100 + 5 * random.normal(),
    contrast: 30 + 2 * random.normal(),
    likeness: 0.9 + 0.02 * random.normal(),
    right: 0.005 * random.normal(),
    down: 0.005 * random.normal(),
  });
  const limits = limitsOf(Array.from({ length: 200 }, near));
  const cases: [Partial<Measures>, RegExp | undefined][] = [
    [{}, undefined],
    [{ proportions: NaN }, undefined],
    [{ likeness: 1 }, undefined],
    [{ light: 3 }, /^the picture is black$/],
    [{ light: 252 }, /^the picture is white$/],
    // A defect that nobody has seen may change half of what is usual.
    [{ light: 60, contrast: 16, likeness: 0.5 }, undefined],
    [{ light: 40 }, /^the picture is darker than of this part: 40 where .* is usual$/],
    [{ light: 190 }, /^the picture is brighter than of this part: 190 where/],
    [{ contrast: 0.5 }, /^the picture is of one colour$/],
    [{ contrast: 12 }, /^the picture has too little contrast/],
    [{ contrast: 80 }, /^the picture has more contrast/],
    [{ likeness: 0.2 }, /^the picture does not look like one of this part$/],
    [{ proportions: 1 }, /^the picture has other proportions than of this part: it is 1\.00 times as wide as high/],
    [{ right: 0.2 }, /^the part lies elsewhere in the picture: 20 % right$/],
    [{ right: -0.1, down: 0.3 }, /^the part lies elsewhere in the picture: 10 % left and 30 % down$/],
  ];
  for (const [change, expected] of cases) {
    const found = implausible({ ...USUAL, ...change }, limits);
    if (expected) assert.match(found ?? "", expected);
    else assert.equal(found, undefined);
  }
});

Deno.test("what is known of bad parts is judged, and few parts set no limits", () => {
  const random = seededRandom(2);
  const good = Array.from({ length: 50 }, () => ({ ...USUAL, light: 100 + 5 * random.normal() }));
  const dark = { ...USUAL, light: 40 };
  assert.match(implausible(dark, limitsOf(good)) ?? "", /darker/);
  assert.equal(implausible(dark, limitsOf(good, [dark])), undefined);
  assert.deepEqual(limitsOf(good.slice(0, 7)), {});
});

const cells = join(ROOT, "../shared/data/elpv");

Deno.test({
  name: "of photographs of solar cells good ones are judged, and those of something else are not",
  // The photographs are not in the repository; where they are not, this says so.
  ignore: !existsSync(join(cells, "labels.csv")),
  async fn() {
    const rows = (await readFile(join(cells, "labels.csv"), "utf8")).trim().split("\n").slice(1).map((row) =>
      row.split(",")
    );
    const good = rows.filter(([, probability]) => Number(probability) === 0).map(([file]) => join(cells, file));
    const loader = openLoader({ height: 128, width: 128 });
    const planes: Float64Array[] = [];
    for await (const loaded of loader.load(good.filter((_, i) => i % 2 === 0))) {
      if ("photo" in loaded) planes.push(planeOf(loaded.photo));
    }
    await loader.close();
    const size = { height: 300, width: 300 };
    const [training, fresh] = [planes.slice(0, 100), planes.slice(100)];
    assert.ok(fresh.length >= 150, "enough to count on");
    const meanOf = (some: readonly Float64Array[]) =>
      meanPicture(some[0].map((_, at) => some.reduce((sum, plane) => sum + plane[at], 0) / some.length));
    const mean = meanOf(training);
    const limits = limitsOf(training.map((plane) => measurePlane(plane, mean, size)));
    const why = (plane: Float64Array, of = size) => implausible(measurePlane(plane, mean, of), limits);
    const left = fresh.filter((plane) => why(plane) !== undefined).length;
    assert.ok(left <= 2, `${left} of ${fresh.length} good cells are not judged`);
    assert.match(why(fresh[0].map(() => 0)) ?? "", /black/);
    assert.match(why(fresh[0].map(() => 255)) ?? "", /white/);
    assert.match(why(fresh[0].map(() => 128)) ?? "", /one colour|contrast/);
    assert.match(why(fresh[0], { height: 200, width: 300 }) ?? "", /proportions/);
    const others = fresh.filter((plane) => why(plane.map((value) => 255 - value)) !== undefined).length;
    assert.ok(others >= 0.9 * fresh.length, `${others} of ${fresh.length} negatives are not judged`);
  },
});
