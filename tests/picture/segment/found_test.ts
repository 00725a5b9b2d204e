import assert from "node:assert/strict";
import fc from "fast-check";
import { connectedComponents, fillHoles, largestComponent } from "../../../lib/picture/segment/components.ts";
import { closeMask, squaredDistances } from "../../../lib/picture/segment/distance.ts";
import { findForeground } from "../../../lib/picture/segment/foreground.ts";
import { otsuThreshold } from "../../../lib/picture/segment/otsu.ts";
import { readPainting } from "../../../lib/picture/segment/paint.ts";
import type { LabelPlane } from "../../../lib/picture/segment/plane.ts";
import { drawShapes, parseDrawing } from "../../../lib/picture/segment/shapes.ts";
import { wardParts } from "../../../lib/picture/segment/ward_parts.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { photo as photoOf } from "../../../lib/domain.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";

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

/** Merges the two neighbouring parts that add least to the sum of squares, looking at all pairs each time. */
function naiveWard(rows: readonly (readonly number[])[], width: number, count: number): number[][] {
  const parts = rows.map((_, cell) => [cell]);
  const beside = (a: number, b: number) =>
    Math.abs(a - b) === width || (Math.abs(a - b) === 1 && Math.floor(a / width) === Math.floor(b / width));
  const squares = (cells: readonly number[]) =>
    rows[0].reduce((sum, _, c) => {
      const mean = cells.reduce((total, cell) => total + rows[cell][c], 0) / cells.length;
      return sum + cells.reduce((total, cell) => total + (rows[cell][c] - mean) ** 2, 0);
    }, 0);
  while (parts.length > count) {
    let best = { cost: Infinity, a: 0, b: 0 };
    for (let a = 0; a < parts.length; a++) {
      for (let b = a + 1; b < parts.length; b++) {
        if (!parts[a].some((one) => parts[b].some((other) => beside(one, other)))) continue;
        const cost = squares([...parts[a], ...parts[b]]) - squares(parts[a]) - squares(parts[b]);
        if (cost < best.cost) best = { cost, a, b };
      }
    }
    parts[best.a].push(...parts.splice(best.b, 1)[0]);
  }
  return parts;
}

Deno.test("parts of a grid are those that a naive search for the least loss merges, the largest first", () => {
  const sides = fc.record({ height: fc.integer({ min: 1, max: 5 }), width: fc.integer({ min: 1, max: 5 }) });
  fc.assert(fc.property(sides, fc.integer({ min: 1, max: 6 }), fc.nat(1000), ({ height, width }, count, seed) => {
    const random = seededRandom(seed);
    const rows = Array.from({ length: height * width }, () => [random.normal(), random.normal()].map(Math.fround));
    const points = tensor<"f32", readonly ["P", "C"], "activation">(
      "f32",
      [rows.length, 2],
      Float32Array.from(rows.flat()),
    );
    if (rows.length < count) {
      assert.throws(() => wardParts(points, { height, width }, count), { name: "RangeError", message: /at most/ });
      return;
    }
    const { labels } = wardParts(points, { height, width }, count);
    const found = Array.from({ length: count }, (_, label) => [...labels.keys()].filter((at) => labels[at] === label));
    const wanted = naiveWard(rows, width, count).map((cells) => cells.sort((a, b) => a - b));
    assert.deepEqual(found, wanted.sort((a, b) => b.length - a.length || a[0] - b[0]));
  }));
  const points = tensor<"f32", readonly ["P", "C"], "activation">("f32", [2, 1], new Float32Array(2));
  assert.throws(() => wardParts(points, { height: 1, width: 2 }, 0), RangeError);
  assert.throws(() => wardParts(points, { height: 2, width: 2 }, 1), TypeError);
});

Deno.test("a small part unlike all beside it outlasts the halves of a large one", () => {
  const side = 12;
  const inside = (at: number) => [5, 6].includes(at % side) && [5, 6].includes(Math.floor(at / side));
  const random = seededRandom(3);
  const data = Float32Array.from({ length: side * side }, (_, at) => (inside(at) ? 9 : 0) + 0.3 * random.normal());
  const points = tensor<"f32", readonly ["P", "C"], "activation">("f32", [side * side, 1], data);
  const { labels } = wardParts(points, { height: side, width: side }, 2);
  assert.ok(labels.every((label, at) => label === (inside(at) ? 1 : 0)));
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
    const found = findForeground(photoOf([64, 64, 3], data), "disc");
    const wrong = found.data.filter((label, p) => (label === 1) !== inside(p)).length;
    assert.ok(wrong < 200, `${wrong} of 4096 pixels`);
  }
  const plain = photoOf([16, 16, 3], new Uint8Array(768).fill(7));
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
  const photo = (data: Uint8Array) => photoOf([10, 10, 3], data);
  assert.throws(() => readPainting(photo(noise), "photo.jpg"), /has 100 colours, and each is a segment/);
  const painted = readPainting(photo(Uint8Array.from({ length: 300 }, (_, i) => i < 90 ? 255 : 0)), "p.png");
  assert.deepEqual(painted.colours, ["#000000", "#ffffff"]);
  assert.equal(painted.plane.labels.filter((label) => label === 1).length, 30);
});
