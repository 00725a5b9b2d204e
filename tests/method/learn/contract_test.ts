import assert from "node:assert/strict";
import { CLASSIFIERS } from "../../../lib/method/classify/table.ts";
import { DETECTORS } from "../../../lib/method/detect/table.ts";
import type { Estimator, Observation } from "../../../lib/method/learn/contract.ts";
import { fitContext, picturesInMemory } from "../../../lib/method/learn/fit_context.ts";
import { joinObservations, observationAt, observe } from "../../../lib/method/learn/observation.ts";
import { image } from "../../../lib/domain.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import { featureMaps, fitContext as contextOf, layers, runtime } from "../detect/feature_maps.ts";

/** Pictures of 1 × 2 whose first red pixel is their number. */
function numbered(count: number, ids?: readonly string[]): Observation {
  const data = Float32Array.from({ length: count * 6 }, (_, i) => i % 6 === 0 ? i / 6 : 0.5);
  return {
    image: image([count, 3, 1, 2], data),
    features: {
      deep: tensor<"f32", ["N", "C", "H", "W"], "activation">(
        "f32",
        [count, 1, 1, 1],
        Float32Array.from({ length: count }, (_, i) => 10 * i),
      ),
    },
    ...ids && { ids },
  };
}
const numbersOf = ({ image: { data } }: Observation) => Array.from(data).filter((_, i) => i % 6 === 0);

Deno.test("each row of the tables has the name of its key, and every pair is told apart by what it packs", () => {
  for (const table of [DETECTORS, CLASSIFIERS] as readonly Readonly<Record<string, Estimator<unknown, unknown>>>[]) {
    for (const [name, estimator] of Object.entries(table)) {
      assert.equal(estimator.name, name);
      assert.ok(estimator.title.length > 0);
      assert.throws(() => estimator.unpack(new Uint8Array(3)), SyntaxError, name);
    }
  }
  const names = [...Object.keys(DETECTORS), ...Object.keys(CLASSIFIERS)];
  assert.equal(new Set(names).size, names.length);
});

Deno.test("observations are cut and joined picture by picture, with what they are called", async () => {
  const all = numbered(4, ["a", "b", "c", "d"]);
  const joined = joinObservations([3, 1].map((n) => observationAt(all, n)));
  assert.deepEqual(numbersOf(joined), [3, 1]);
  assert.deepEqual(Array.from(joined.features.deep.data), [30, 10]);
  assert.deepEqual(joined.ids, ["d", "b"]);
  assert.equal(joinObservations([observationAt(all, 0), observationAt(numbered(1), 0)]).ids, undefined);
  assert.deepEqual(await observe(undefined, all.image), { image: all.image, features: {} });
  const extract = () => Promise.resolve(all.features);
  assert.deepEqual(await observe({ extract }, all.image, ["w", "x", "y", "z"]), { ...all, ids: ["w", "x", "y", "z"] });
});

Deno.test("the context of a fit counts its pictures, gives them in order and asks for each mask once", async () => {
  const asked: number[] = [];
  const context = fitContext({
    ...contextOf(featureMaps(1, 2), 2),
    size: { height: 1, width: 2 },
    ids: ["a", "b", "c", "d", "e"],
    source: picturesInMemory(numbered(5), 2),
    labels: [0, 0, 1, 1, 0],
    mask: (index) => {
      asked.push(index);
      return Promise.resolve(index === 2 ? Uint8Array.of(0, 1) : undefined);
    },
  });
  assert.equal(context.pictures, 5);
  const seen: number[][] = [];
  for await (const batch of context.batches()) seen.push(numbersOf(batch));
  assert.deepEqual(seen, [[0, 1], [2, 3], [4]]);
  assert.deepEqual(numbersOf(await context.take([4, 0, 4])), [4, 0, 4]);
  const { shape, data } = await context.masks!([2, 0, 2]);
  assert.deepEqual([shape, Array.from(data)], [[3, 1, 2], [0, 1, 0, 0, 0, 1]]);
  await context.masks!([0, 2]);
  assert.deepEqual(asked, [2, 0]);
});

Deno.test("a context has no masks where none are asked for, and one label a picture", () => {
  const inputs = { ...contextOf(featureMaps(1, 2), 2), ids: ["a", "b"], source: picturesInMemory(numbered(2)) };
  assert.equal(fitContext(inputs).masks, undefined);
  assert.throws(() => fitContext({ ...inputs, labels: [1] }), {
    name: "RangeError",
    message: "Cannot fit on 2 pictures with 1 labels as each must have one",
  });
});

Deno.test("the graph of a fitted detector gives what the detector gives", async () => {
  const good = featureMaps(5, 4);
  const { fastflow } = DETECTORS;
  const fitted = await fastflow.fit(
    contextOf(good, 2),
    fastflow.parse({ layers: layers.slice(0, 2).map(({ name }) => name), blocks: 2, epochs: 1, batch: 2 }),
  );
  const { model, outputs } = fastflow.network!(fitted);
  const session = await runtime.open(model, "graph");
  const found = await session.run({ stride4: good.stride4, stride8: good.stride8 });
  const applied = await fastflow.apply({ runtime }, fitted);
  const { map, score } = await applied.detect({ ...numbered(4), features: good });
  assert.deepEqual(outputs, ["map", "score"]);
  assert.deepEqual([found.map.data, found.score.data], [map.data, score.data]);
  await assert.rejects(applied.detect({ ...numbered(4), features: { stride4: good.stride4 } }), {
    name: "TypeError",
    message: 'Cannot apply FastFlow without layer "stride8": current layers are "stride4"',
  });
  await applied.release();
  await session.release();
});
