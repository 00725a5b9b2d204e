/**
 * The files that fuzzing began from; they are kept, and this says how they were made:
 *
 *     deno run --config tests/deno.json --allow-all tests/fuzz/make_corpus.ts && deno task pin
 * @module
 */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openXgboost, type Parameters } from "../../packages/xgboost-wasm/mod.ts";
import { writeNpy } from "../../lib/base/io/npy.ts";
import { writeSafetensors } from "../../lib/base/io/safetensors.ts";
import { tensor } from "../../lib/base/tensor/tensor.ts";
import { distance, gridMap } from "../../lib/domain.ts";
import { buildModel } from "../../lib/engine/graph/model.ts";
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
} from "../../lib/engine/graph/file/onnx_pb.generated.ts";
import { add, clip, conv, mul, relu } from "../../lib/engine/graph/ops.ts";
import { number } from "../../lib/engine/graph/numbers.ts";
import { input, literal } from "../../lib/engine/graph/value.ts";
import { writeCheckpoint } from "../../lib/engine/train/checkpoint.ts";
import { BACKBONE_FACTS } from "../../lib/method/backbone/metadata.ts";
import { packFitted } from "../../lib/method/learn/fitted_file.ts";
import { meanDifference } from "../../lib/method/detect/mean_difference/mean_difference.ts";
import { packEvidence } from "../../lib/method/evidence/file.ts";
import { packLogistic } from "../../lib/method/regression/file.ts";
import { sealEntry } from "../../lib/product/run/cache/cache_entry.ts";
import { packMaps } from "../../lib/product/run/cache/map_file.ts";
import { SMALL } from "../app/cli/product.ts";
import { eightBit, fromBase64, refused, sixteenBit } from "../picture/image/fixtures.ts";
import odd from "../picture/image/fixtures/odd_pictures.json" with { type: "json" };
import { CORPUS } from "./fuzz.ts";

async function keep(parser: string, name: string, content: Uint8Array | string): Promise<void> {
  await mkdir(join(CORPUS, parser), { recursive: true });
  await writeFile(join(CORPUS, parser, name), content);
}

const others = [...odd.pictures, ...odd.deep, ...odd.refused].map(({ name, file }) => ({
  name,
  file: fromBase64(file),
}));
const pictures = new Map([...eightBit, ...sixteenBit, ...refused, ...others].map(({ name, file }) => [name, file]));
const chosen = {
  bmp: ["bmp 1 bit", "bmp 4 bits", "bmp 16 bits 5-6-5", "bmp of OS/2", "bmp 1×1", "bmp run lengths with a jump"]
    .concat("bmp run lengths of 4 bits", "bmp grey without a palette", "bmp palette of 20 colours, not counted"),
  tiff: ["tiff grey", "tiff 1 bit", "tiff rgb packbits", "tiff rgb tiff_lzw", "tiff bigtiff", "tiff 4 bits, white as 0"]
    .concat("planar tiff grey + alpha, big-endian bigtiff", "planar tiff rgb, uint8, tiles, deflate", "tiff jpeg")
    .concat(
      "planar tiff rgb, uint16, one strip, lzw",
      "tiff rgb + premultiplied alpha",
      "tiff of 12 bits",
      "tiff of zstd",
    ),
  png: ["png grey", "png 1 bit", "png palette + alpha", "png interlaced", "png grey 16 bits", "png of two frames"],
  jpeg: ["jpeg 4:2:2", "jpeg progressive", "jpeg grey", "jpeg cmyk", "jpeg restart markers"],
  webp: ["webp lossy", "webp lossless", "webp lossy + alpha", "animated webp"],
};
for (const [format, names] of Object.entries(chosen)) {
  for (const name of names) await keep(format, name.replaceAll(/[^a-z0-9]+/gi, "-"), pictures.get(name)!);
}

const f32 = (shape: number[]) => ({
  dtype: "f32" as const,
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i / 4 - 1),
});
const floats = tensor("f32", [2, 3], f32([2, 3]).data);
await keep("npy", "f4", writeNpy(floats));
await keep("npy", "u1", writeNpy(tensor("u8", [4], Uint8Array.of(0, 1, 2, 255))));
await keep("npy", "f8", writeNpy(tensor("f64", [1, 2], Float64Array.of(1, 2))));
const { cases } = JSON.parse(await readFile(new URL("../base/io/fixtures/npy.json", import.meta.url), "utf8"));
for (const [i, { order, file }] of cases.entries()) {
  if (order === "F" || i % 6 === 0) await keep("npy", `numpy-${i}`, fromBase64(file));
}
const stored = { a: f32([2, 2]), b: { dtype: "u8", shape: [3], data: Uint8Array.of(1, 2, 3) } } as const;
await keep("safetensors", "two", writeSafetensors(stored, { note: "text" }));
await keep("safetensors", "none", writeSafetensors({}));
const half = new TextEncoder().encode('{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}  ');
await keep("safetensors", "half", Uint8Array.from([half.length, 0, 0, 0, 0, 0, 0, 0, ...half, 0, 60, 0, 192]));
await keep("weights", "named", writeSafetensors({ "module.conv1.weight": f32([2, 1, 1, 1]) }));

await keep("fitted", "mean_difference", meanDifference.pack({ height: 2, width: 2, mean: f32([3, 2, 2]).data }));
const layers = { layers: ["l"], pool: 3, height: 1, width: 2, channels: 2, count: 4 };
await keep(
  "fitted",
  "padim",
  packFitted("padim", {
    settings: layers,
    tensors: {
      mean: f32([2, 2]),
      whitening: f32([2, 3]),
      dims: { dtype: "i32", shape: [2], data: Int32Array.of(0, 1) },
    },
  }),
);
await keep(
  "fitted",
  "patchcore",
  packFitted("patchcore", {
    settings: { layers: ["l"], pool: 3, height: 1, width: 2, neighbours: 1 },
    tensors: { bank: f32([2, 2]), support: { dtype: "i32", shape: [2, 1], data: Int32Array.of(0, 1) } },
  }),
);
const numbers = (count: number) => Float64Array.from({ length: count }, (_, i) => i + 1);
await keep(
  "fitted",
  "logistic",
  packLogistic({ mean: numbers(2), deviation: numbers(2), weights: numbers(2), intercept: 0.5 }),
);
await keep(
  "fitted",
  "evidence",
  packEvidence({
    residuals: {
      layers: ["l"],
      channels: [1],
      pool: 3,
      height: 1,
      width: 2,
      count: 3,
      mean: numbers(2),
      squares: numbers(2),
    },
    detectors: [{ name: "d", height: 1, width: 2 }],
    logs: { count: 3, mean: numbers(2), squares: numbers(2) },
    segments: ["a"],
    smoothing: 0,
  }),
);
const maps = packMaps({ map: gridMap([1, 1, 2, 2], f32([4]).data), score: distance([1], Float32Array.of(1)) });
await keep("fitted", "maps", maps);

const folder = await mkdtemp(join(tmpdir(), "corpus-"));
await writeCheckpoint(join(folder, "state"), "a training", {
  step: 3,
  state: new Map([["w", f32([2, 2])]]),
  records: { loss: Float32Array.of(1, 2, 3) },
});
await keep("checkpoint", "state", new Uint8Array(await readFile(join(folder, "state"))));
await rm(folder, { recursive: true });
await keep("cache", "rows", sealEntry("maps/entry", maps, ["a", "b"]));
await keep("cache", "plain", sealEntry("maps/entry", new Uint8Array(5)));

const x = input("x", "f32", ["N", 3, "H", "W"]);
const weight = literal(f32([2, 3, 1, 1]), "w");
const y = relu(conv(x, weight, { strides: [2, 2] }));
const metadata = {
  [BACKBONE_FACTS]: JSON.stringify({ layers: ["y"], mean: [0, 0, 0], std: [1, 1, 1] }),
};
const model = buildModel({ inputs: [x], outputs: { y }, metadata });
await keep("onnx", "conv", model);
const z = clip(add(mul(x, number(2)), number(1)), { min: 0, max: 6 });
await keep("onnx", "clip", buildModel({ inputs: [x], outputs: { z } }));
const outside = fromBinary(ModelProtoSchema, model);
const [held] = outside.graph!.initializer;
held.rawData = held.rawData.subarray(0, 23);
await keep("onnx", "found-no-whole-number-of-floats", toBinary(ModelProtoSchema, outside));
held.rawData = new Uint8Array();
held.dataLocation = TensorProto_DataLocation.EXTERNAL;
held.externalData = [create(StringStringEntryProtoSchema, { key: "location", value: "it.onnx" })];
await keep("onnx", "outside", toBinary(ModelProtoSchema, outside));

const xgboost = await openXgboost();
const table = { values: Float32Array.from({ length: 100 }, (_, i) => (i * 37) % 11), rows: 20, width: 5, columns: [] };
const labels = Float32Array.from({ length: 20 }, (_, i) => Number((i * 185) % 11 > 5));
const boosters: Readonly<Record<string, Parameters>> = {
  trees: { objective: "binary:logistic", max_depth: 2 },
  dart: { objective: "binary:logistic", booster: "dart", max_depth: 1 },
  linear: { objective: "binary:logistic", booster: "gblinear" },
  classes: { objective: "multi:softprob", num_class: 2, max_depth: 1, multi_strategy: "multi_output_tree" },
};
for (const [name, parameters] of Object.entries(boosters)) {
  const bytes = xgboost.train({ table, labels, parameters, rounds: 2 });
  await keep("xgboost", `${name}.json`, bytes);
  await keep("xgboost", `${name}.ubj`, xgboost.convert({ bytes, format: "ubj" }));
}

await keep("csv", "plain.csv", 'image,label,other\na.png,good,1\n"b,""c"".png",bad,\n');
await keep("csv", "marked.csv", "\ufeffimage,label\r\na.png,good\r\n\r\n");
await keep("low_shot", "two.json", '{"5": ["b.png"], "12": ["c.png", "b.png"]}');
const legend = { name: "part", size: [2, 2], note: "n" };
const label = { value: 0, name: "wire", colour: "#1f77b4" };
const legendText = JSON.stringify({ ...legend, labels: [label, { value: 1, name: "rest", ignored: true }] });
await keep("legend", "two.json", legendText);
await keep("legend", "one.json", '{"name":"part","labels":[{"value":3,"name":"a"}]}');
await keep("segments", "grey.png", pictures.get("png grey 1×1")!);
await keep("segments", "levels.png", pictures.get("png 1 bit")!);
await keep("segments", "map.npy", writeNpy(tensor("u8", [2, 2], Uint8Array.of(0, 1, 1, 0))));
const shapes = [
  { segment: "a", polygon: [[0, 0], [8, 0], [8, 8]] },
  { segment: "b", rectangle: { from: [1, 1], to: [3, 3] } },
  { segment: "c", ellipse: { centre: [4, 4], radii: [2, 3], turned: 30 } },
];
const drawing = { name: "d", size: [9, 9], units: "pixels", background: "ground", shapes };
await keep("shapes", "three.json", JSON.stringify(drawing));
const segments = [{ name: "a", colour: "#d62728", ignored: true }, { name: "ground" }];
const fractions = {
  ...drawing,
  units: "fractions",
  shapes: [{ segment: "a", polygon: [[0, 0], [1, 0], [1, 1]] }],
  segments,
};
await keep("shapes", "fractions.json", JSON.stringify(fractions));
const picture = { height: 64, width: 64 };
const common = {
  ...{ format: 1, pipeline: "fit", method: "PaDiM", seed: 0, picture, smoothing: 0 },
  backbone: {
    name: "b",
    sha256: "0".repeat(64),
    mean: [0, 0, 0],
    std: [1, 1, 1],
    layers: [{ name: "l", channels: 2, stride: 4 }],
  },
  ...{ judge: "detector", detectors: [{ name: "padim", type: "padim" }] },
  features: { name: "paper", identity: "x" },
  segments: { kind: "none", names: ["all"] },
};
const quiet = { threshold: 1.5, falseAlarms: 0.01, parts: 24, promised: 0.1, confidence: 0.9, interval: [0, 0.1] };
await keep("model", "detector.json", JSON.stringify({ ...common, decision: quiet }));
const caught = { threshold: 0.1, recall: 0.95, parts: 12, rate: 1, interval: [0.7, 1] };
await keep("model", "forest.json", JSON.stringify({ ...common, judge: "forest", decision: caught }));
await keep("pipeline", "small.json", JSON.stringify(SMALL));
await keep("pipeline", "paper.json", JSON.stringify({ ...SMALL, paper: { supervised: { Both: { auroc: 0.9 } } } }));
