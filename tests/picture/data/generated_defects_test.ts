import assert from "node:assert/strict";
import fc from "fast-check";
import { GENERATED_KINDS, generateDefect } from "../../../lib/picture/change/generated_defects.ts";
import { IGNORED, labels, type Photo, photo, type SegmentMap } from "../../../lib/domain.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";

const SIDE = 96;

/** A photo with some texture, or a plain one. */
function photoOf(seed: number, plain: boolean): Photo {
  const random = seededRandom(seed);
  const level = random.below(256);
  const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, () => plain ? level : random.below(256));
  return photo([SIDE, SIDE, 3], data);
}

/** Three bands, of which the last is ignored, and a name without a pixel. */
const bands: SegmentMap = {
  labels: labels(
    [1, SIDE, SIDE],
    Uint8Array.from({ length: SIDE * SIDE }, (_, i) => [0, 0, 1, IGNORED][Math.floor(i / SIDE / (SIDE / 4))]),
  ),
  names: ["upper", "lower", "nowhere"] as unknown as SegmentMap["names"],
};

Deno.test("a generated defect changes pixels of its segment, always some, and no others", () => {
  fc.assert(
    fc.property(fc.nat(0xffff), fc.boolean(), (seed, plain) => {
      const photo = photoOf(seed, plain);
      const before = photo.data.slice();
      const { photo: after, segment, kind } = generateDefect(photo, bands, seededRandom(seed));
      assert.deepEqual(photo.data, before, "the photo that was given must not change");
      assert.ok(GENERATED_KINDS.includes(kind));
      const label = bands.names.indexOf(segment);
      let changed = 0;
      for (let i = 0; i < before.length; i++) {
        if (after.data[i] === before[i]) continue;
        changed++;
        assert.equal(bands.labels.data[Math.floor(i / 3)], label);
      }
      assert.ok(changed > 0);
    }),
    { numRuns: 60 },
  );
});

Deno.test("the same seed gives the same defect, other seeds give all kinds in all segments", () => {
  const photo = photoOf(1, false);
  const seen = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const one = generateDefect(photo, bands, seededRandom(seed));
    const two = generateDefect(photo, bands, seededRandom(seed));
    assert.deepEqual(one.photo.data, two.photo.data);
    seen.add(one.kind).add(one.segment);
  }
  assert.deepEqual([...seen].sort(), [...GENERATED_KINDS, "upper", "lower"].sort());
});

Deno.test("a rectangle is bounded, and a blur makes its segment smoother", () => {
  const photo = photoOf(2, false);
  for (let seed = 0; seed < 60; seed++) {
    const { photo: after, kind, segment } = generateDefect(photo, bands, seededRandom(seed));
    const rows: number[] = [], columns: number[] = [];
    let rough = 0, smooth = 0;
    for (let i = 0; i < SIDE * SIDE - 1; i++) {
      if (after.data[3 * i] === photo.data[3 * i]) continue;
      rows.push(Math.floor(i / SIDE));
      columns.push(i % SIDE);
      rough += Math.abs(photo.data[3 * i] - photo.data[3 * i + 3]);
      smooth += Math.abs(after.data[3 * i] - after.data[3 * i + 3]);
    }
    if (kind === "blur") assert.ok(smooth < rough * 0.7, `${segment}: ${smooth} of ${rough}`);
    else {
      const spread = Math.max(Math.max(...rows) - Math.min(...rows), Math.max(...columns) - Math.min(...columns));
      const longest = kind === "thin_rectangle" ? 0.42 * SIDE : 0.16 * SIDE;
      assert.ok(spread <= longest, `${kind} is ${spread} long`);
    }
  }
});

Deno.test("a map of another size, or with no segment to speak of, is an error", () => {
  const photo = photoOf(3, false);
  const other = { ...bands, labels: labels([1, 8, 8], new Uint8Array(64)) };
  assert.throws(() => generateDefect(photo, other, seededRandom(0)), TypeError);
  const empty = {
    ...bands,
    labels: labels([1, SIDE, SIDE], new Uint8Array(SIDE * SIDE).fill(IGNORED)),
  };
  assert.throws(() => generateDefect(photo, empty, seededRandom(0)), RangeError);
});
