import assert from "node:assert/strict";
import fc from "fast-check";
import type { Photo } from "../../../lib/domain.ts";
import { DEFECT_KINDS, LOGICAL, type PartKind, STRUCTURAL, UNSEEN } from "../../../lib/picture/stand_in/kinds.ts";
import { discDepth, PIN, SOLDER } from "../../../lib/picture/stand_in/layout.ts";
import { partSpec } from "../../../lib/picture/stand_in/part.ts";
import { STAND_IN_COUNTS, standInPlan, type StandInSize } from "../../../lib/picture/stand_in/plan.ts";
import { renderPart } from "../../../lib/picture/stand_in/render.ts";
import { STAND_IN_VERSION } from "../../../lib/picture/stand_in/version.ts";
import { canonicalJson, sha256 } from "../../../lib/base/io/hash.ts";
import frozen from "./fixtures/stand_in_v2.json" with { type: "json" };

type Picture = Photo<512, 512>;

/** Means of 32 × 32 blocks of green, rounded. */
function coarse(photo: Picture): number[] {
  const sums = new Float64Array(256);
  for (let y = 0; y < 512; y++) {
    for (let x = 0; x < 512; x++) sums[(y >> 5) * 16 + (x >> 5)] += photo.data[3 * (y * 512 + x) + 1];
  }
  return Array.from(sums, (sum) => Math.round(sum / 1024));
}

/** The places where two pictures differ visibly. */
function changes(a: Picture, b: Picture): [x: number, y: number][] {
  const places: [number, number][] = [];
  for (let i = 0; i < 512 * 512; i++) {
    const change = Math.max(...[0, 1, 2].map((c) => Math.abs(a.data[3 * i + c] - b.data[3 * i + c])));
    if (change > 2) places.push([i % 512, Math.floor(i / 512)]);
  }
  return places;
}

Deno.test("the same seed, index and kind give the same bytes, another index another part", () => {
  const request = { seed: 5, index: 3, kind: "plastic" } as const;
  const one = renderPart(partSpec(request));
  assert.deepEqual(one.data, renderPart(partSpec(request)).data);
  const other = renderPart(partSpec({ ...request, index: 4 }));
  assert.ok(changes(one, other).length > 512 * 512 / 4);
});

Deno.test("a picture is its own: drawing others between changes neither it nor the next of its kind", () => {
  const spec = partSpec({ seed: 5, index: 3, kind: "plastic" });
  const first = renderPart(spec);
  const copy = first.data.slice();
  renderPart(partSpec({ seed: 6, index: 0, kind: "good" }));
  assert.deepEqual(first.data, copy);
  assert.deepEqual(renderPart(spec).data, copy);
});

Deno.test("a spec is plain data: it survives JSON, and so does its picture", () => {
  const spec = partSpec({ seed: 2, index: 9, kind: "burned_wire" });
  const copy = JSON.parse(JSON.stringify(spec));
  assert.deepEqual(renderPart(copy).data, renderPart(spec).data);
});

Deno.test("version 2 still draws what it drew when it was frozen", () => {
  for (const { kind, index, means } of frozen.parts) {
    const photo = renderPart(partSpec({ seed: frozen.seed, index, kind: kind as PartKind }));
    const now = coarse(photo);
    const off = now.map((mean, i) => Math.abs(mean - means[i]));
    assert.ok(Math.max(...off) <= 1, `${kind} ${index} is ${Math.max(...off)} levels off`);
  }
});

Deno.test("version 2 still holds the files that it held when it was frozen", () => {
  assert.equal(STAND_IN_VERSION, 2);
  for (const [size, hash] of Object.entries(frozen.plans)) {
    const plan = standInPlan({ size: size as StandInSize, seed: 0 });
    const files = plan.parts.map(({ path, request: { index, kind } }) => [path, index, kind]);
    assert.equal(sha256(canonicalJson([files, plan.lowShot])), hash, `${size}: raise the version`);
  }
});

Deno.test("good parts have their components in place, whatever varies", () => {
  for (let index = 0; index < 4; index++) {
    const { data } = renderPart(partSpec({ seed: 11, index, kind: "good" }));
    const mean = (x: number, y: number, r: number) => {
      let sum = 0, count = 0;
      for (let v = y - r; v <= y + r; v++) {
        for (let u = x - r; u <= x + r; u++, count++) sum += data[3 * (v * 512 + u) + 1];
      }
      return sum / count;
    };
    const piezo = mean(256, 300, 8);
    for (const { x, y, r } of SOLDER) {
      const rim = mean(x - Math.round(0.85 * r), y, 2);
      assert.ok(rim < piezo - 20, "the rim of a dot is dark");
      assert.ok(mean(x, y, 8) > rim + 50, "the middle of a dot is bright");
    }
    for (const { x, y } of PIN) assert.ok(mean(x, y + 40, 6) < piezo - 20, "a pin is dark");
    assert.ok(mean(257, 358, 8) < piezo - 20, "the spot is dark");
  }
});

for (const kind of DEFECT_KINDS) {
  Deno.test(`${kind} changes a part of the picture, and more of it where it is severe`, () => {
    const index = 40 + DEFECT_KINDS.indexOf(kind);
    const good = renderPart(partSpec({ seed: 8, index, kind: "good" }));
    const [mild, severe] = [0, 1].map((severity) =>
      changes(renderPart(partSpec({ seed: 8, index, kind, severity })), good)
    );
    assert.ok(mild.length >= 4, `barely visible is still visible: ${mild.length} pixels`);
    assert.ok(severe.length > mild.length / 2 && severe.length >= 30, `${mild.length} → ${severe.length} pixels`);
    assert.ok(severe.length < 0.08 * 512 * 512, `a local change: ${severe.length} pixels`);
    for (const [x, y] of severe) assert.ok(discDepth(x, y) > -45, `${x},${y} is on the piezo or at its edge`);
  });
}

Deno.test("a defect leaves everything else of its part as it was", () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.constantFrom(...DEFECT_KINDS), (index, kind) => {
      const good = partSpec({ seed: 1, index, kind: "good" });
      const bad = partSpec({ seed: 1, index, kind });
      for (const key of ["pose", "exposure", "membrane", "piezo", "spot", "pins"] as const) {
        assert.deepEqual(bad[key], good[key]);
      }
      assert.notDeepEqual({ ...bad, kind: "good", severity: 0 }, good);
      assert.ok(bad.severity >= 0 && bad.severity <= 1);
    }),
    { numRuns: 200 },
  );
});

Deno.test("what is no part is refused", () => {
  assert.throws(() => partSpec({ seed: -1, index: 0, kind: "good" }), { name: "RangeError", message: /seed/ });
  assert.throws(() => partSpec({ seed: 0, index: 0.5, kind: "good" }), { name: "RangeError", message: /index/ });
  assert.throws(() => partSpec({ seed: 0, index: 0, kind: "crack", severity: 2 }), RangeError);
  assert.throws(() => partSpec({ seed: 0, index: 0, kind: "dent" as "crack" }), { message: /kind "dent" is unknown/ });
});

Deno.test("a plan has VAD's layout and counts, and each part once", () => {
  const { parts, counts, lowShot } = standInPlan({ size: "small", seed: 3 });
  const of = (folder: string) => parts.filter(({ path }) => path.startsWith(`${folder}/`));
  assert.deepEqual(
    ["train/good", "train/bad", "test/good", "test/bad", "test/bad_unseen_defects"].map((folder) => of(folder).length),
    [counts.trainGood, counts.trainBad, counts.testGood, counts.testBad, counts.testUnseen],
  );
  assert.equal(new Set(parts.map(({ path }) => path)).size, parts.length);
  assert.equal(new Set(parts.map(({ request }) => request.index)).size, parts.length);
  const seen = new Set<string>([...LOGICAL, ...STRUCTURAL]), unseen = new Set<string>(UNSEEN);
  for (const folder of ["train/bad", "test/bad"]) {
    assert.deepEqual(new Set(of(folder).map(({ request }) => request.kind)), seen);
  }
  assert.deepEqual(new Set(of("test/bad_unseen_defects").map(({ request }) => request.kind)), unseen);
  const names = new Set(of("train/bad").map(({ path }) => path.slice("train/bad/".length)));
  assert.equal(Object.keys(lowShot).length, 5);
  for (const list of Object.values(lowShot)) {
    assert.equal(new Set(list).size, counts.lowShot);
    assert.ok(list.every((name) => names.has(name)));
  }
  assert.deepEqual(standInPlan({ size: "small", seed: 3 }), standInPlan({ size: "small", seed: 3 }));
});

Deno.test("the paper's size has the paper's counts", () => {
  const { trainGood, trainBad, testGood, testBad, testUnseen, lowShot } = STAND_IN_COUNTS.paper;
  assert.deepEqual([trainGood, trainBad, testGood, testBad + testUnseen, testUnseen, lowShot], [
    2000,
    1000,
    1000,
    1000,
    165,
    100,
  ]);
});
