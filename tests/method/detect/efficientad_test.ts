import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import sharp from "sharp";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBackbone } from "../../../lib/method/backbone/backbone.ts";
import type { Backbone } from "../../../lib/method/backbone/backbone.ts";
import { embeddedBackbone } from "../../../lib/method/backbone/embedded.ts";
import { toBackbone } from "../../../lib/method/backbone/load.ts";
import { makeBackbone } from "../../../lib/method/backbone/make_file.ts";
import { pdn } from "../../../lib/method/backbone/pdn.ts";
import type { PdnShape } from "../../../lib/method/backbone/pdn.ts";
import { readPdn, writePdn } from "../../../lib/method/backbone/pdn_file.ts";
import type { FitContext } from "../../../lib/method/learn/contract.ts";
import { distil } from "../../../lib/method/detect/efficientad/distil.ts";
import { efficientAd } from "../../../lib/method/detect/efficientad/efficientad.ts";
import {
  autoencoder,
  dropoutShapes,
  jointMap,
  losses,
  mapQuantiles,
  rawMaps,
} from "../../../lib/method/detect/efficientad/network.ts";
import { readTeacher } from "../../../lib/method/detect/efficientad/teacher_file.ts";
import { negatives, penaltyFolder } from "../../../lib/method/detect/efficientad/negatives.ts";
import { writeSafetensors } from "../../../lib/base/io/safetensors.ts";
import { gradients } from "../../../lib/engine/graph/gradients/differentiate.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { add } from "../../../lib/engine/graph/ops.ts";
import { input, literal } from "../../../lib/engine/graph/value.ts";
import type { Value } from "../../../lib/engine/graph/value.ts";
import { begunAsPytorch, drawWeights, weightData, weightsBehind } from "../../../lib/engine/graph/weights.ts";
import type { Weights } from "../../../lib/engine/graph/weights.ts";
import { changeLight } from "../../../lib/picture/change/light.ts";
import { upsampleMap } from "../../../lib/method/learn/upsample.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { image } from "../../../lib/domain.ts";
import { concat, rows, tensor } from "../../../lib/base/tensor/tensor.ts";
import { relativeError, runtime } from "./feature_maps.ts";

/** Made by tools/oracles/efficientad.py. */
const oracle = JSON.parse(readFileSync(new URL("./fixtures/efficientad.json", import.meta.url), "utf8"));
const CHANNELS = 16;

function wave(shape: readonly number[], phase: number, scale = 1, offset = 0): Float32Array<ArrayBuffer> {
  const count = shape.reduce((product, size) => product * size, 1);
  return Float32Array.from({ length: count }, (_, i) => scale * Math.sin(0.7 * i + phase) + offset);
}

/** The weights of the oracle, by name. */
const formula: Weights = (name, shape) => {
  const data = name === "teacher.mean"
    ? wave(shape, 1, 0.1)
    : name === "teacher.scale"
    ? wave(shape, 2, 0.2, 1).map((std) => 1 / std)
    : shape.length === 4
    ? wave(shape, name.length, Math.sqrt(2 / (shape[1] * shape[2] * shape[3])))
    : wave(shape, name.length, 0.1);
  return literal({ dtype: "f32", shape, data }, name);
};

const pictures = (count: number, phase: number) =>
  image([count, 3, 256, 256], wave([count, 3, 256, 256], phase, 0.5, 0.5));

for (const [size, padding, count] of [["small", true, 2], ["small", false, 2], ["medium", true, 1]] as const) {
  const shape: PdnShape = { size, width: 1, channels: CHANNELS, padding };
  const { losses: values, gradients: grads, maps } = oracle[`${size} ${padding ? "padded" : "bare"}`];
  const title = `PDN of size ${size} ${padding ? "with" : "without"} padding`;

  Deno.test(`${title}: losses and gradients are anomalib's with the same weights`, async () => {
    const [image, augmented, penalty] = ["image", "augmented", "penalty"].map((name) =>
      input(name, "f32", [count, 3, 256, 256])
    );
    const parts = losses({ image, augmented, penalty }, formula, shape);
    const list = [parts.student, parts.autoencoder, parts.studentAutoencoder];
    const total = list.reduce((sum, each) => add(sum, each));
    const trained = [...weightsBehind([total])].filter(([name]) => !name.startsWith("teacher."));
    assert.deepEqual(trained.map(([name]) => name).sort(), Object.keys(grads).sort());
    const by = gradients(total, trained.map(([, weight]) => weight));
    const outputs = Object.fromEntries(by.map((each, i) => [trained[i][0], each]));
    const session = await runtime.open(
      buildModel({
        inputs: [image, augmented, penalty],
        outputs: { ...Object.fromEntries(list.map((each, i) => [`loss ${i}`, each])), ...outputs },
      }),
      "EfficientAD",
      { training: true },
    );
    const seen = pictures(count, 0);
    const relit = tensor("f32", [...seen.shape], seen.data.map((value) => 0.9 * value));
    const results = await session.run({ image: seen, augmented: relit, penalty: pictures(count, 5) });
    await session.release();
    values.forEach((value: number, i: number) =>
      assert.ok(Math.abs(results[`loss ${i}`].data[0] / value - 1) < 1e-4, `loss ${i}`)
    );
    // Which distances are the hardest depends on the last digits.
    const errors = Object.entries<{ norm: number; first: number[] }>(grads).map(([name, { norm, first }]) => {
      const data = results[name].data as Float32Array;
      const length = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
      const apart = first.map((value, i) => Math.abs(data[i] - value) / norm);
      return { name, error: Math.max(Math.abs(length / norm - 1), ...apart) };
    }).sort((a, b) => a.error - b.error);
    assert.ok(errors[errors.length >> 1].error < 1e-4, `median ${errors[errors.length >> 1].error}`);
    assert.ok(errors.at(-1)!.error < 1e-3, `${errors.at(-1)!.name} ${errors.at(-1)!.error}`);
  });

  Deno.test(`${title}: maps are anomalib's before they are brought to the picture's size`, async () => {
    const image = input("image", "f32", [1, 3, 256, 256]);
    const [st, ae] = rawMaps(image, formula, shape);
    assert.deepEqual(st.shape, [1, 1, 64, 64]);
    const session = await runtime.open(buildModel({ inputs: [image], outputs: { st, ae } }), "maps");
    const results = await session.run({ image: pictures(1, 0) });
    await session.release();
    ["st", "ae"].forEach((name, i) => {
      const some = results[name].data.filter((_: number, at: number) => at % 7 === 0);
      assert.ok(relativeError(some, maps[i]) < 1e-4, `${name} ${relativeError(some, maps[i])}`);
    });
  });
}

Deno.test("quantiles of maps and the joint map are anomalib's", async () => {
  const shape: PdnShape = { size: "small", width: 1, channels: CHANNELS, padding: true };
  const image = input("image", "f32", [1, 3, 256, 256]);
  const [st, ae] = rawMaps(image, formula, shape);
  const session = await runtime.open(buildModel({ inputs: [image], outputs: { st, ae } }), "maps");
  const some = [await session.run({ image: pictures(1, 1) }), await session.run({ image: pictures(1, 2) })];
  await session.release();
  const quantiles = (["st", "ae"] as const).map((kind) => {
    const found = mapQuantiles(some.flatMap((maps) => [...maps[kind].data]));
    const { low, high } = oracle.joint[kind];
    assert.ok(relativeError([found.low, found.high], [low, high]) < 1e-4, `${kind}: ${found.low} and ${found.high}`);
    return found;
  });
  const joint = await runtime.open(
    buildModel({ inputs: [image], outputs: { map: jointMap([st, ae], quantiles) } }),
    "joint map",
  );
  const { map } = await joint.run({ image: pictures(1, 0) });
  await joint.release();
  const kept = map.data.filter((_: number, at: number) => at % 7 === 0);
  assert.ok(relativeError(kept, oracle.joint.map) < 1e-4, `${relativeError(kept, oracle.joint.map)}`);
});

/** Pictures of smooth random waves, 256 × 256, and what a backbone sees in them. */
async function context(count: number, backbone: Backbone): Promise<FitContext> {
  const layers = backbone.layers.filter(({ stride }) => stride >= 8);
  const random = seededRandom(7);
  const images = Array.from({ length: count }, () => {
    const [a, b] = [random.uniform(), random.uniform()];
    const data = Float32Array.from(
      { length: 3 * 65536 },
      (_, i) => 0.5 + 0.3 * Math.sin(0.05 * (i % 256) + 6 * a) * Math.cos(0.04 * Math.floor((i % 65536) / 256) + 6 * b),
    );
    return image([1, 3, 256, 256], data);
  });
  const extractor = await openBackbone(runtime, backbone, layers.map(({ name }) => name));
  const take = async (indices: readonly number[]) => {
    const image = concat(indices.map((i) => images[i]));
    return { image, features: await extractor.extract(image) };
  };
  return {
    runtime,
    backbone,
    layers,
    pictures: count,
    seed: 0,
    size: { height: 256, width: 256 },
    take,
    async *batches() {
      yield await take(images.map((_, i) => i));
    },
  };
}

const tiny = { teacher: "distilled", width: 0.05, steps: 6, distillation: { steps: 4, batch: 2, rate: 1e-3 } };
const small = await context(8, await embeddedBackbone());

let wholeFit: Promise<ReturnType<typeof efficientAd.pack>> | undefined;
/** What a fit gives that nothing has stopped. */
const unbroken = () =>
  wholeFit ??= (async () => efficientAd.pack(await efficientAd.fit(small, efficientAd.parse(tiny))))();

Deno.test("a fit distils its teacher, learns, is the same for the same seed; a batch equals pictures one by one", async () => {
  const notes: string[] = [];
  const config = efficientAd.parse(tiny);
  const fitted = await efficientAd.fit({
    ...small,
    onProgress: (_: number, __: number, what?: string) => void notes.push(what ?? ""),
  }, config);
  assert.deepEqual([...new Set(notes)], ["teacher", "training"]);
  const bytes = efficientAd.pack(fitted);
  assert.deepEqual(await unbroken(), bytes);
  const applied = await efficientAd.apply({ runtime }, efficientAd.unpack(bytes));
  const seen = await small.take([0, 1, 2]);
  const all = await applied.detect(seen);
  assert.deepEqual(all.map.shape, [3, 1, 64, 64]);
  for (let n = 0; n < 3; n++) {
    const one = await applied.detect({ image: rows(seen.image, n, n + 1), features: {} });
    assert.ok(relativeError(one.map.data, all.map.data.subarray(n * 4096, (n + 1) * 4096)) < 1e-5);
    assert.ok(Math.abs(one.score.data[0] - Math.max(...one.map.data)) < 1e-6);
  }
  await applied.release();
  // The authors take the maximum of the map at the size of the picture.
  const large = efficientAd.unpack(efficientAd.pack({ ...efficientAd.unpack(bytes), scored: "picture" }));
  const other = await efficientAd.apply({ runtime }, large);
  const found = await other.detect(seen);
  await other.release();
  assert.deepEqual(found.map.data, all.map.data);
  const enlarged = upsampleMap(all.map, { height: 256, width: 256 }, 0).data;
  for (let n = 0; n < 3; n++) {
    const most = enlarged.subarray(n * 65536, (n + 1) * 65536).reduce((a, b) => Math.max(a, b), -Infinity);
    assert.ok(Math.abs(found.score.data[n] - most) < 1e-5 * Math.max(1, Math.abs(most)));
    assert.ok(found.score.data[n] !== all.score.data[n]);
  }
  assert.equal(efficientAd.parse({ preset: "paper" }).scored, "picture");
});

Deno.test("a fit that is stopped behind its teacher's training does not train it again", async () => {
  const folder = await mkdtemp(join(tmpdir(), "segad-"));
  const config = efficientAd.parse(tiny);
  const fit = async (stop: boolean) => {
    const notes: string[] = [];
    const controller = new AbortController();
    const fitted = await efficientAd.fit({
      ...small,
      checkpoint: join(folder, "state"),
      signal: controller.signal,
      onProgress(done: number, _: number, what = "") {
        notes.push(`${what} ${done}`);
        if (stop && what === "training" && done === 2) controller.abort();
      },
    }, config).catch(() => undefined);
    return { fitted, notes };
  };
  try {
    const stopped = await fit(true);
    assert.deepEqual([stopped.fitted, stopped.notes.at(-1)], [undefined, "training 2"]);
    const { fitted, notes } = await fit(false);
    assert.deepEqual(notes.filter((note) => !note.startsWith("training")), []);
    assert.equal(notes[0], "training 3");
    assert.deepEqual(efficientAd.pack(fitted!), await unbroken());
  } finally {
    await rm(folder, { recursive: true });
  }
});

Deno.test("a teacher from a file takes the place of the distillation, if it is of the wanted size", async () => {
  const folder = await mkdtemp(join(tmpdir(), "segad-"));
  const teacher = join(folder, "pdn.onnx");
  const shape = { size: "small", width: 0.05, padding: true } as const;
  await writeFile(teacher, writePdn(await distil(small, shape, { steps: 2, batch: 2, rate: 1e-3 })));
  const config = efficientAd.parse({ ...tiny, teacher });
  assert.deepEqual(efficientAd.files!(config), [teacher]);
  assert.deepEqual(efficientAd.layers(config, small.layers), []);
  const fitted = await efficientAd.fit(small, config);
  // Of the layers of strides 8 and 16.
  assert.equal(fitted.shape.channels, 40 + 112);
  await assert.rejects(efficientAd.fit(small, { ...config, width: 0.1 }), {
    name: "TypeError",
    message: /must be of size "small" and width 0.1: it is of size "small" and width 0.05/,
  });
  await assert.rejects(efficientAd.fit(small, { ...config, teacher: join(folder, "none") }), /Cannot read teacher/);
});

Deno.test("a published teacher is read as safetensors, and PyTorch's own format says what to do", async () => {
  const folder = await mkdtemp(join(tmpdir(), "segad-"));
  const { weights } = readPdn(makeBackbone("pdn_small", { seed: 3 }), "pdn.onnx");
  const places = [0, 3, 6, 8];
  const row = Object.entries(weights).map(([name, weight]) =>
    [name.replace(/^conv(\d)/, (_, i) => String(places[i - 1])), weight] as const
  );
  const path = join(folder, "teacher_small.safetensors");
  await writeFile(path, writeSafetensors(Object.fromEntries(row)));
  const teacher = await readTeacher(path, { size: "small", width: 1, padding: false });
  assert.deepEqual(teacher.shape, { size: "small", width: 1, channels: 384, padding: false });
  assert.deepEqual(teacher.weights, weights);
  const wanted = { size: "medium", width: 1, padding: true } as const;
  await assert.rejects(readTeacher(path, wanted), /teacher_small.safetensors" as its weights are those of pdn_small$/);
  await assert.rejects(
    readTeacher(path, { ...wanted, size: "small", width: 0.5 }),
    /must be of size "small" and width 0.5/,
  );
  await assert.rejects(readTeacher(join(folder, "teacher_small.pth"), wanted), /Once, in Python: import torch/);
});

Deno.test("a teacher is distilled from a network whose weights have the names of its own", async () => {
  const resNet = await toBackbone(makeBackbone("resnet18", { seed: 0 }), "resnet18", { runtime });
  const shape = { size: "small", width: 0.05, padding: true } as const;
  const { weights } = await distil(await context(2, resNet), shape, { steps: 1, batch: 2, rate: 1e-3 });
  assert.deepEqual(weights["conv1.weight"].shape, [6, 3, 4, 4]);
});

Deno.test("penalty pictures are the middle of pictures at twice the size, and three in ten are grey", async () => {
  const folder = await mkdtemp(join(tmpdir(), "segad-"));
  // At twice the size already, so that nothing is resized; each pixel has its own colours.
  const values = Uint8Array.from({ length: 8 * 12 * 3 }, (_, i) => i % 251);
  await sharp(values, { raw: { height: 8, width: 12, channels: 3 } }).png().toFile(join(folder, "a.png"));
  const of = await penaltyFolder(folder, { height: 4, width: 6 }, true);
  const random = seededRandom(3);
  const counts = { grey: 0, whole: 0 };
  for (let draw = 0; draw < 200; draw++) {
    const found = await of(random, new Float32Array(0));
    assert.equal(found.length, 3 * 24);
    const isGrey = found[0] === found[24];
    counts[isGrey ? "grey" : "whole"]++;
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 6; x++) {
        const [r, g, b] = [0, 1, 2].map((c) => values[3 * ((y + 2) * 12 + x + 3) + c] / 255);
        // ITU-R 601, as PIL's.
        const wanted = isGrey ? new Array(3).fill(0.299 * r + 0.587 * g + 0.114 * b) : [r, g, b];
        wanted.forEach((value, c) => assert.ok(Math.abs(found[c * 24 + y * 6 + x] - value) < 1e-3));
      }
    }
  }
  assert.ok(counts.grey > 40 && counts.grey < 80, JSON.stringify(counts));
  assert.equal(efficientAd.parse({ preset: "paper" }).penaltyCrop, true);
  assert.equal(efficientAd.parse({}).penaltyCrop, undefined);
});

Deno.test("too small pictures, a single one, an empty penalty folder and damaged files are refused", async () => {
  const config = efficientAd.parse(tiny);
  await assert.rejects(efficientAd.fit({ ...small, size: { height: 128, width: 256 } }, config), {
    name: "RangeError",
    message: "Cannot fit EfficientAD to pictures of 128 × 256 as each side must be at least 256",
  });
  const tinyPictures = { ...small, size: { height: 32, width: 64 } };
  const teacher = { size: "small", width: 0.05, padding: true } as const;
  await assert.rejects(distil(tinyPictures, teacher, { steps: 1, batch: 2, rate: 1e-3 }), {
    name: "RangeError",
    message: "Cannot distil a teacher on pictures of 32 × 64 as it describes patches of 33 × 33: use larger ones",
  });
  await assert.rejects(efficientAd.fit({ ...small, pictures: 1 }, config), /at least 2 are needed/);
  const penalty = await mkdtemp(join(tmpdir(), "segad-"));
  await assert.rejects(efficientAd.fit(small, { ...config, penalty }), /has no pictures/);
  assert.throws(() => efficientAd.parse({ steps: 0 }), /steps must be a whole number from 1/);
});

Deno.test("masks fit the decoder's layers; other pictures and other light stay within 0 and 1", async () => {
  const shape: PdnShape = { size: "small", width: 0.1, channels: 4, padding: true };
  const size = { height: 256, width: 320 };
  const image = input("image", "f32", [1, 3, 256, 320]);
  const masks = dropoutShapes(1, size).map((each, i) => input(`m${i}`, "f32", each));
  // A mask of another shape is refused where the graph is built.
  losses({ image, augmented: image, penalty: image, masks }, formula, shape);
  const { data } = (await small.take([0])).image;
  const other = await negatives({ height: 256, width: 256 })(seededRandom(1), data);
  for (const values of [other, changeLight(data, "contrast", 1.2), changeLight(data, "saturation", 0.8)]) {
    assert.ok(values.every((value) => value >= 0 && value <= 1));
  }
  assert.deepEqual(await negatives({ height: 256, width: 256 })(seededRandom(1), data), other);
});

Deno.test("where it is asked for, weights begin within PyTorch's bounds, 1 / √fan for weights and biases alike", () => {
  const picture = input("image", "f32", [1, 3, 64, 64]) as Value<"f32">;
  const shape = { size: "medium", width: 0.25, channels: 16, padding: true } as const;
  const begun = weightsBehind([pdn(picture, begunAsPytorch(drawWeights(seededRandom(1))), shape)]);
  // Fans of conv1 and conv4 of a quarter of PDN-M: 3 colours by 4 × 4, 128 channels by 3 × 3.
  for (const [layer, fan] of [["conv1", 48], ["conv4", 1152]] as const) {
    for (const kind of ["weight", "bias"]) {
      const { data } = weightData(begun.get(`${layer}.${kind}`)!);
      const most = data.reduce((a, b) => Math.max(a, Math.abs(b)), 0) * Math.sqrt(fan);
      assert.ok(most <= 1 && most > 0.9, `${layer}.${kind}: ${most}`);
      const square = data.reduce((sum, value) => sum + value * value, 0) / data.length * fan;
      assert.ok(Math.abs(square - 1 / 3) < 0.12, `${layer}.${kind}: ${square}`);
    }
  }
  const paper = efficientAd.parse({ preset: "paper" });
  assert.deepEqual([paper.start, paper.distillation.start, efficientAd.parse({}).start], [
    "pytorch",
    "pytorch",
    undefined,
  ]);
});

Deno.test("a drawn autoencoder tells pictures apart: the signal is not lost in its layers", async () => {
  const image = input("image", "f32", [2, 3, 256, 256]);
  const shape: PdnShape = { size: "small", width: 0.25, channels: 8, padding: true };
  const rebuilt = autoencoder(image, drawWeights(seededRandom(1)), shape);
  const session = await runtime.open(buildModel({ inputs: [image], outputs: { rebuilt }, name: "x" }), "x");
  const random = seededRandom(2);
  const data = Float32Array.from({ length: 6 * 256 * 256 }, (_, i) => (i < 3 * 256 * 256 ? 0.5 : 1) * random.uniform());
  const values = (await session.run({ image: tensor("f32", [2, 3, 256, 256], data) })).rebuilt.data as Float32Array;
  await session.release();
  const half = values.length / 2;
  const apart = Math.sqrt(values.subarray(0, half).reduce((sum, x, i) => sum + (x - values[half + i]) ** 2, 0) / half);
  assert.ok(apart > 0.1 && apart < 10, `${apart}`);
});
