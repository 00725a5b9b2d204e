import assert from "node:assert/strict";
import fc from "fast-check";
import { connectedComponents, fillHoles, largestComponent } from "../../lib/segment/components.ts";
import { closeMask, squaredDistances } from "../../lib/segment/distance.ts";
import { findForeground } from "../../lib/segment/foreground.ts";
import { kMeans } from "../../lib/segment/k_means.ts";
import { mergeParts } from "../../lib/segment/merge_parts.ts";
import { otsuThreshold } from "../../lib/segment/otsu.ts";
import { readPainting } from "../../lib/segment/paint.ts";
import type { LabelPlane } from "../../lib/segment/plane.ts";
import { drawShapes, parseDrawing } from "../../lib/segment/shapes.ts";
import { seededRandom } from "../../lib/tensor/random.ts";
import { tensor } from "../../lib/tensor/tensor.ts";

const plane = (labels: number): fc.Arbitrary<LabelPlane> =>
  fc.record({ height: fc.integer({ min: 1, max: 9 }), width: fc.integer({ min: 1, max: 9 }) }).chain((
    { height, width },
  ) =>
    fc.array(fc.integer({ min: 0, max: labels - 1 }), { minLength: height * width, maxLength: height * width })
      .map((values) => ({ height, width, labels: Uint8Array.from(values) }))
  );

/** Which pixels are reached from each other over edges within one label: a loop that does not end before nothing changes. */
function naiveParts({ height, width, labels }: LabelPlane): number[] {
  const ids = Array.from(labels, (_, at) => at);
  for (let changed = true; changed;) {
    changed = false;
    for (let at = 0; at < ids.length; at++) {
      for (const next of [at % width < width - 1 ? at + 1 : at, at + width < height * width ? at + width : at]) {
        if (labels[at] !== labels[next] || ids[at] === ids[next]) continue;
        ids[at] = ids[next] = Math.min(ids[at], ids[next]);
        changed = true;
      }
    }
  }
  return ids;
}

Deno.test("connected parts are those that a naive flood finds", () => {
  fc.assert(fc.property(plane(3), (map) => {
    const { ids, sizes } = connectedComponents(map);
    const naive = naiveParts(map);
    for (let a = 0; a < ids.length; a++) {
      for (let b = 0; b < a; b++) assert.equal(ids[a] === ids[b], naive[a] === naive[b]);
    }
    assert.equal(sizes.reduce((sum, size) => sum + size, 0), ids.length);
    sizes.forEach((size, id) => assert.equal(ids.filter((each) => each === id).length, size));
  }));
});

Deno.test("distances are the least over all marked pixels; closing adds to a mask and takes nothing", () => {
  fc.assert(fc.property(plane(2), (mask) => {
    const { width, labels } = mask;
    const marked = [...labels.keys()].filter((at) => labels[at] === 1);
    squaredDistances(mask).forEach((distance, at) => {
      const all = marked.map((other) =>
        (at % width - other % width) ** 2 + (Math.floor(at / width) - Math.floor(other / width)) ** 2
      );
      assert.equal(distance, Math.min(1e12, ...all));
    });
    const closed = closeMask(mask, 2).labels;
    labels.forEach((label, at) => assert.ok(closed[at] >= label));
    if (marked.length > 0) {
      const whole = fillHoles(largestComponent(mask));
      assert.equal(new Set(naiveParts(whole).filter((_, at) => whole.labels[at] === 1)).size, 1);
    }
  }));
});

Deno.test("merged parts are as many as asked for, each connected, the largest first", () => {
  fc.assert(fc.property(plane(4), fc.integer({ min: 1, max: 5 }), (map, count) => {
    const parts = new Set(naiveParts(map)).size;
    if (parts < count) {
      assert.throws(() => mergeParts(map, count), { name: "RangeError" });
      return;
    }
    const merged = mergeParts(map, count);
    assert.equal(new Set(naiveParts(merged)).size, count);
    const sizes = Array.from({ length: count }, (_, label) => merged.labels.filter((each) => each === label).length);
    assert.deepEqual(sizes, sizes.toSorted((a, b) => b - a));
  }));
});

Deno.test("k-means ends where every point has its nearest centre and every centre is the mean of its points", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 4 }), (seed, count) => {
    const random = seededRandom(seed);
    const data = Float32Array.from({ length: 40 }, () => random.normal());
    const points = tensor<"f32", readonly ["P", "C"], "activation">("f32", [20, 2], data);
    const { centres, labels, inertia } = kMeans(points, count, seededRandom(seed));
    let sum = 0;
    for (let p = 0; p < 20; p++) {
      const far = Array.from(
        { length: count },
        (_, k) => (data[2 * p] - centres.data[2 * k]) ** 2 + (data[2 * p + 1] - centres.data[2 * k + 1]) ** 2,
      );
      assert.ok(far[labels[p]] <= Math.min(...far) + 1e-9);
      sum += far[labels[p]];
    }
    assert.ok(Math.abs(sum - inertia) < 1e-6);
    for (let k = 0; k < count; k++) {
      const own = [...labels.keys()].filter((p) => labels[p] === k);
      const mean = own.reduce((total, p) => total + data[2 * p], 0) / own.length;
      assert.ok(Math.abs(mean - centres.data[2 * k]) < 1e-6);
    }
  }));
});

Deno.test("Otsu's threshold is the one of the largest variance between the classes", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 16 }), (histogram) => {
    const between = (t: number) => {
      const part = (from: number, to: number) => {
        const some = histogram.slice(from, to);
        const n = some.reduce((sum, count) => sum + count, 0);
        return { n, mean: some.reduce((sum, count, i) => sum + count * (from + i), 0) / n };
      };
      const [low, high] = [part(0, t + 1), part(t + 1, histogram.length)];
      return low.n === 0 || high.n === 0 ? -1 : low.n * high.n * (low.mean - high.mean) ** 2;
    };
    const found = otsuThreshold(histogram);
    const best = Math.max(...histogram.map((_, t) => between(t)));
    if (found === undefined) assert.ok(best <= 0);
    else assert.ok(between(found) >= best - 1e-6 * Math.abs(best), `${found} of ${histogram}`);
  }));
});

Deno.test("a part before a plain ground is found, dark or light; where there is none, that is said", () => {
  for (const [ground, part] of [[20, 180], [230, 90]]) {
    const random = seededRandom(1);
    const inside = (p: number) => Math.hypot(p % 64 - 30, Math.floor(p / 64) - 34) < 18;
    const data = Uint8Array.from(
      { length: 3 * 4096 },
      (_, i) => (inside(Math.floor(i / 3)) ? part : ground) + Math.round(3 * random.normal()),
    );
    const found = findForeground(tensor<"u8", ["H", "W", 3], "srgb8">("u8", [64, 64, 3], data), "disc");
    const wrong = found.data.filter((label, p) => (label === 1) !== inside(p)).length;
    assert.ok(wrong < 200, `${wrong} of 4096 pixels`);
  }
  const plain = tensor<"u8", ["H", "W", 3], "srgb8">("u8", [16, 16, 3], new Uint8Array(768).fill(7));
  assert.throws(() => findForeground(plain, "plain.png"), /Cannot find the foreground of "plain.png"/);
});

Deno.test("drawn shapes cover what they should, and what does not fit is refused", () => {
  const draw = (shapes: unknown, more: object = {}) =>
    drawShapes(
      parseDrawing(
        JSON.stringify({ name: "d", size: [10, 10], units: "fractions", background: "ground", shapes, ...more }),
        "d.json",
      ),
    );
  const { labels, names, colours } = draw([
    { segment: "cell", rectangle: { from: [0.2, 0.2], to: [0.8, 0.8] } },
    { segment: "dot", ellipse: { centre: [0.5, 0.5], radii: [0.2, 0.1] } },
  ]);
  assert.deepEqual(names, ["ground", "cell", "dot"]);
  assert.equal(new Set(colours).size, 3);
  assert.equal(labels.data.filter((label) => label === 0).length, 64);
  assert.ok(labels.data.filter((label) => label === 2).length > 4);
  assert.throws(() => draw([{ segment: "a", polygon: [[0, 0], [2, 0], [0, 1]] }]), /has a point outside the picture/);
  assert.throws(() => draw([{ segment: "a", polygon: [[0, 0], [1, 0]] }]), { name: "SyntaxError" });
  assert.throws(() => draw([{ segment: "a", circle: 3 }]), { name: "SyntaxError" });
});

Deno.test("a painting's colours become labels, the most frequent first; a photograph is none", () => {
  const random = seededRandom(2);
  const noise = Uint8Array.from({ length: 3 * 100 }, () => random.below(256));
  const photo = (data: Uint8Array) => tensor<"u8", ["H", "W", 3], "srgb8">("u8", [10, 10, 3], data);
  assert.throws(() => readPainting(photo(noise), "photo.jpg"), /has 100 colours, and each is a segment/);
  const painted = readPainting(photo(Uint8Array.from({ length: 300 }, (_, i) => i < 90 ? 255 : 0)), "p.png");
  assert.deepEqual(painted.colours, ["#000000", "#ffffff"]);
  assert.equal(painted.plane.labels.filter((label) => label === 1).length, 30);
});
