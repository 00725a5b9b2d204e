import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { applyBands, bandOf, type Bands, rememberBands } from "../../../lib/base/planes/bands.ts";
import { generate } from "../../../tools/build_wasm.ts";

/** Each output as one sum in double precision, in the order of the inputs: first along the rows, then along the columns. */
function plainly(data: Float32Array, width: number, down: Bands, across: Bands): number[] {
  return down.flatMap(({ first: top, weights: rows }) =>
    across.map(({ first: left, weights: columns }) => {
      let sum = 0;
      for (let i = 0; i < rows.length; i++) {
        let wide = 0;
        for (let j = 0; j < columns.length; j++) wide += columns[j] * data[(top + i) * width + left + j];
        sum += rows[i] * wide;
      }
      return sum;
    })
  );
}

/** Bands of some outputs over so many inputs, one of them without a weight now and then. */
function bands(inputs: number): fc.Arbitrary<Bands> {
  const row = fc.tuple(fc.nat(inputs - 1), fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { maxLength: 9 }))
    .map(([first, weights]) => {
      const row = new Float64Array(inputs);
      weights.slice(0, inputs - first).forEach((weight, i) => row[first + i] = weight);
      return bandOf(row);
    });
  return fc.array(row, { minLength: 1, maxLength: 21 });
}

Deno.test("matrices along both axes give each output the plain sum, bit for bit, in single and double precision", () => {
  const planes = fc.tuple(
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 3 }),
  );
  fc.assert(fc.property(
    planes.chain(([height, width, count]) =>
      fc.record({
        ...{ height: fc.constant(height), width: fc.constant(width), down: bands(height), across: bands(width) },
        data: fc.float32Array({ minLength: height * width * count, maxLength: height * width * count, noNaN: true }),
      })
    ),
    ({ height, width, down, across, data }) => {
      const area = height * width;
      const expected = Array.from(
        { length: data.length / area },
        (_, plane) => plainly(data.subarray(plane * area, (plane + 1) * area), width, down, across),
      ).flat();
      for (const target of [new Float64Array(expected.length), new Float32Array(expected.length)]) {
        applyBands({ data, height, width }, { down, across }, target);
        assert.deepEqual(
          target,
          target instanceof Float64Array ? Float64Array.from(expected) : Float32Array.from(expected),
        );
      }
    },
  ));
});

Deno.test("a large batch gives what each of its planes gives alone", () => {
  const [count, side] = [70, 64];
  const data = Float32Array.from({ length: count * side * side }, (_, i) => Math.sin(i * i));
  const halves = rememberBands((from: number) =>
    Array.from({ length: from / 2 }, (_, at) => Float64Array.from({ length: from }, (_, i) => i >> 1 === at ? 0.3 : 0))
  )(side);
  const axes = { down: halves, across: halves };
  const target = new Float32Array(data.length / 4);
  applyBands({ data, height: side, width: side }, axes, target);
  const last = new Float32Array(side * side / 4);
  applyBands({ data: data.subarray((count - 1) * side * side), height: side, width: side }, axes, last);
  assert.deepEqual(target.subarray((count - 1) * last.length), last);
  assert.deepEqual(Array.from(last), plainly(data.subarray(-side * side), side, halves, halves).map(Math.fround));
});

Deno.test("planes and targets of other sizes than the matrices' are refused", () => {
  const pair = [bandOf(Float64Array.of(1, 1))];
  const axes = { down: pair, across: pair };
  const planes = { data: new Float32Array(4), height: 2, width: 2 };
  assert.throws(() => applyBands(planes, axes, new Float64Array(2)), RangeError);
  assert.throws(() => applyBands({ ...planes, height: 1, width: 4 }, axes, new Float64Array(1)), RangeError);
});

Deno.test("the committed WebAssembly is what its source compiles to", async () => {
  assert.equal(
    await generate("lib/base/planes/bands.as.ts"),
    readFileSync("lib/base/planes/bands.generated.ts", "utf8"),
  );
});
