import assert from "node:assert/strict";
import { chooseLayers } from "../../../lib/method/detect/choose_layers.ts";
import { openPatchFeatures } from "../../../lib/method/detect/patch_features.ts";
import { featureMaps, layers, naivePatches, relativeError, runtime, takeRows } from "./feature_maps.ts";

Deno.test("patches are pooled, resized and joined as loops do it", async () => {
  const names = ["stride4", "stride8", "stride16"];
  const maps = featureMaps(10, 3);
  for (const pool of [1, 3, 5]) {
    const extractor = openPatchFeatures(runtime, { detector: "PatchCore", layers: names, grid: "stride8", pool });
    const patches = await extractor.extract(maps);
    assert.deepEqual(patches.shape, [3, 64, 12]);
    assert.deepEqual(extractor.grid(), { height: 8, width: 8, channels: 12 });
    assert.ok(relativeError(patches.data, naivePatches(maps, names, pool).flat(2)) < 1e-6);
    await extractor.release();
  }
});

Deno.test("by the nearest place, each patch has what PyTorch's nearest gives of finer and coarser layers", async () => {
  const layers = ["stride4", "stride8", "stride16"];
  const maps = featureMaps(10, 2);
  const options = { detector: "PatchCore", layers, grid: "stride8", pool: 1, enlarge: "nearest" } as const;
  const extractor = openPatchFeatures(runtime, options);
  const { data } = await extractor.extract(maps);
  await extractor.release();
  let at = 0;
  for (let n = 0; n < 2; n++) {
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        for (
          const [layer, row, column] of [["stride4", 2 * y, 2 * x], ["stride8", y, x], ["stride16", y >> 1, x >> 1]]
        ) {
          const { data: map, shape: [, C, H, W] } = maps[layer];
          for (let c = 0; c < C; c++) {
            assert.equal(data[at++], map[((n * C + c) * H + Number(row)) * W + Number(column)]);
          }
        }
      }
    }
  }
  assert.equal(at, data.length);
});

Deno.test("maps that do not fit are refused", async () => {
  const options = { detector: "PaDiM", layers: ["stride8", "stride16"], grid: "stride8", pool: 3 };
  const maps = featureMaps(10, 2);
  const extractor = openPatchFeatures(runtime, options);
  await assert.rejects(extractor.extract({ stride8: maps.stride8 }), {
    name: "TypeError",
    message: 'Cannot apply PaDiM without layer "stride16": current layers are "stride8"',
  });
  await extractor.extract(maps);
  await assert.rejects(extractor.extract({ stride8: maps.stride8, stride16: maps.stride8 }), {
    name: "TypeError",
    message: 'Cannot take patches of layer "stride16" for PaDiM as the shape must be f32[2,5,4,4]: ' +
      "current shape is f32[2,4,8,8]",
  });
  await assert.rejects(extractor.extract({ stride8: maps.stride8, stride16: takeRows(maps, 0, 1).stride16 }), {
    name: "TypeError",
  });
  const broken = featureMaps(10, 4);
  broken.stride16.data[3 * 80 + 7] = NaN;
  await assert.rejects(extractor.extract(broken), {
    name: "RangeError",
    message: "Cannot use the features of picture 5 for PaDiM as they are not all finite numbers",
  });
  await extractor.release();
  const fitted = { ...options, expected: { height: 16, width: 16, channels: 9 } };
  const other = openPatchFeatures(runtime, fitted);
  await assert.rejects(other.extract(maps), {
    name: "TypeError",
    message: "Cannot apply PaDiM to feature maps of 8×8 patches of 9 channels as it was fitted on " +
      "16×16 patches of 9 channels",
  });
  await other.release();
});

Deno.test("maps of a wrong size as the first ones are refused, and those of the right one follow", async () => {
  const options = { detector: "PaDiM", layers: ["stride8"], grid: "stride8", pool: 1 };
  const [maps, wrong] = [featureMaps(10, 2), featureMaps(11, 2)];
  const small = { stride8: maps.stride16 };
  const extractor = openPatchFeatures(runtime, { ...options, expected: { height: 8, width: 8, channels: 4 } });
  for (const _ of [1, 2]) {
    await assert.rejects(extractor.extract(small), {
      name: "TypeError",
      message:
        "Cannot apply PaDiM to feature maps of 4×4 patches of 5 channels as it was fitted on 8×8 patches of 4 channels",
    });
  }
  const { data } = await extractor.extract(maps);
  assert.ok(relativeError(data, naivePatches(maps, ["stride8"], 1).flat(2)) < 1e-6);
  assert.deepEqual((await extractor.extract(wrong)).shape, [2, 64, 4]);
  await extractor.release();
});

Deno.test("a graph that could not be opened is opened with the next maps", async () => {
  let opened = 0;
  const failing = {
    ...runtime,
    open: (...args: Parameters<typeof runtime.open>) =>
      opened++ === 0 ? Promise.reject(new Error("no memory")) : runtime.open(...args),
  };
  const extractor = openPatchFeatures(failing, { detector: "PaDiM", layers: ["stride8"], grid: "stride8", pool: 1 });
  await assert.rejects(extractor.extract(featureMaps(10, 2)), /no memory/);
  assert.deepEqual((await extractor.extract(featureMaps(10, 2))).shape, [2, 64, 4]);
  await extractor.release();
});

Deno.test("layers are chosen by name or by stride, and the grid among them", () => {
  const strides = [8, 16];
  assert.deepEqual(chooseLayers("PatchCore", layers, { strides }), {
    layers: ["stride8", "stride16"],
    grid: "stride8",
  });
  const all = chooseLayers("PatchCore", layers, { strides, layers: ["stride16", "stride4"], grid: "stride4" });
  assert.deepEqual(all, { layers: ["stride16", "stride4"], grid: "stride4" });
  assert.equal(chooseLayers("PatchCore", layers, { strides, layers: ["stride4"] }).grid, "stride4");
  const coarse = [{ name: "deep", channels: 3, stride: 32 }];
  assert.deepEqual(chooseLayers("PatchCore", coarse, { strides }), { layers: ["deep"], grid: "deep" });
  assert.throws(() => chooseLayers("PatchCore", layers, { strides, layers: ["layer2"] }), {
    name: "RangeError",
    message: 'Cannot use layer "layer2" for PatchCore as the layers of the backbone are ' +
      '"stride4", "stride8", "stride16"',
  });
  assert.throws(() => chooseLayers("PatchCore", layers, { strides, grid: "stride4" }), {
    name: "RangeError",
    message: 'Cannot use the grid of "stride4" for PatchCore as its layers are stride8, stride16',
  });
  assert.throws(() => chooseLayers("PatchCore", [], { strides }), { name: "RangeError" });
});
