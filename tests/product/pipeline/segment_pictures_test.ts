import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { IGNORED, photo } from "../../../lib/domain.ts";
import { buildModel } from "../../../lib/engine/graph/model.ts";
import { number, scalar } from "../../../lib/engine/graph/numbers.ts";
import {
  add,
  cast,
  concat,
  conv,
  greater,
  mul,
  reshape,
  sigmoid,
  sub,
  transpose,
} from "../../../lib/engine/graph/ops.ts";
import { type Element, input, literal, toLiteral, type Value } from "../../../lib/engine/graph/value.ts";
import { encodePng } from "../../../lib/picture/image/encode.ts";
import { segmentForeground } from "../../../lib/product/make/segment_foreground.ts";
import { type ModelSettings, segmentByModel } from "../../../lib/product/make/segment_network.ts";
import { openSegmentMaps } from "../../../lib/picture/segment/read.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import type { Dim } from "../../../lib/base/tensor/tensor.ts";
import { put, withFolder } from "../../app/cli/product.ts";

const SIDE = 32;

/** A picture that is dark on the left and bright on the right; `light` moves both. */
function halves(light = 0, height = 40, width = 60): Promise<Uint8Array<ArrayBuffer>> {
  const data = new Uint8Array(height * width * 3).map((_, i) =>
    (Math.floor(i / 3) % width < width / 2 ? 51 : 204) + light
  );
  return encodePng(photo([height, width, 3], data));
}

/** The mean of the channels, f32[N,1,H,W], 0.2 on the left and 0.8 on the right. */
const greyOf = (image: Value<"f32">): Value<"f32"> =>
  conv(image, literal(toLiteral("f32", [1 / 3, 1 / 3, 1 / 3], [1, 3, 1, 1])));
const logits = (image: Value<"f32">) => mul(sub(greyOf(image), number(0.5)), number(8));
/** 0 on the left and `high` on the right. */
const labelled = <D extends Element>(image: Value<"f32">, to: D, high: number): Value<D> =>
  cast(mul(cast(greater(greyOf(image), number(0.5)), "f32"), number(high)), to);
const both = (image: Value<"f32">) => concat([sub(number(1), greyOf(image)), greyOf(image)], { axis: 1 });

function network(shape: readonly Dim[], of: (image: Value<"f32">) => Value): Uint8Array {
  const image = input("image", "f32", shape);
  return buildModel({ inputs: [image], outputs: { y: of(image) } });
}

/** Segments one or more pictures, and gives the maps' labels and names. */
async function segment(
  folder: string,
  bytes: Uint8Array,
  settings: Partial<ModelSettings> = {},
  pictures: readonly Promise<Uint8Array>[] = [halves()],
) {
  const data = join(folder, "pictures");
  for (const [i, picture] of pictures.entries()) await put(join(data, `${i}.png`), await picture);
  const model = await put(join(folder, "net.onnx"), bytes);
  const warnings: string[] = [];
  const reporter = { say: () => {}, progress: () => {}, warn: (text: string) => void warnings.push(text) };
  const out = join(folder, "maps");
  const sheet = await segmentByModel(
    { data, out, side: SIDE, reporter, signal: new AbortController().signal },
    await openRuntime({ device: "cpu", threads: 1 }),
    { model, mean: [0, 0, 0], std: [1, 1, 1], ...settings },
  );
  assert.ok((await readFile(sheet)).length > 0);
  const maps = await openSegmentMaps(out, { size: { height: SIDE, width: SIDE } });
  return { names: maps.names, labels: (await maps.mapOf("0.png")).labels.data, warnings };
}

/** One label on the left and another on the right. */
function assertHalves(labels: Uint8Array, left: number, right: number): void {
  assert.ok(
    labels.every((label, i) => label === (i % SIDE < SIDE / 2 ? left : right)),
    labels.subarray(0, SIDE).join(),
  );
}

const FREE = ["N", 3, "H", "W"] as const;

Deno.test("one channel is cut at 0.5 where it is a sigmoid's, at 0 where it holds logits, or where one says", async () => {
  await withFolder(async (folder) => {
    const sigmoids = network(FREE, (image) => sigmoid(logits(image)));
    for (const bytes of [sigmoids, network(FREE, logits)]) {
      const { names, labels, warnings } = await segment(folder, bytes);
      assert.deepEqual(names, ["segment_1", "segment_2"]);
      assertHalves(labels, 0, 1);
      assert.deepEqual(warnings, []);
    }
    assertHalves((await segment(folder, sigmoids, { threshold: 0.01 })).labels, 1, 1);
    const none = await segment(folder, sigmoids, { threshold: 0.99, names: ["ground", "part"] });
    assertHalves(none.labels, 0, 0);
    assert.deepEqual(none.warnings, ["no picture has a pixel of part"]);
    // Normalised as the network wants it: (0.8 − 0.9) / 0.1 is below 0.
    const grey = network(FREE, greyOf);
    assertHalves((await segment(folder, grey, { mean: [0.9, 0.9, 0.9], std: [0.1, 0.1, 0.1] })).labels, 0, 0);
    assertHalves((await segment(folder, grey, { mean: [0.7, 0.7, 0.7], std: [0.1, 0.1, 0.1] })).labels, 0, 1);
  });
});

Deno.test("labels of whole numbers are taken as they are, and their highest says how many segments there are", async () => {
  await withFolder(async (folder) => {
    const four = ["segment_1", "segment_2", "segment_3", "segment_4"];
    for (const type of ["i64", "i32", "u8"] as const) {
      const { names, labels, warnings } = await segment(folder, network(FREE, (image) => labelled(image, type, 3)));
      assert.deepEqual(names, four, type);
      assertHalves(labels, 0, 3);
      assert.deepEqual(warnings, ["no picture has a pixel of segment_2, segment_3"]);
    }
    const flat = network([1, 3, 24, 48], (image) => reshape(labelled(image, "i64", 3), [1, 24, 48]));
    assertHalves((await segment(folder, flat)).labels, 0, 3);
    const named = await segment(folder, network(FREE, (image) => labelled(image, "i64", 1)), {
      names: ["a", "b", "c"],
    });
    assert.deepEqual(named.names, ["a", "b", "c"]);
    const without = network(FREE, (image) => add(labelled(image, "i32", IGNORED - 1), scalar("i32", 1)));
    const ignored = await segment(folder, without, { names: ["a", "b"] });
    assertHalves(ignored.labels, 1, IGNORED);
  });
});

Deno.test("inputs of fixed sides or with channels last, and outputs likewise, are understood", async () => {
  await withFolder(async (folder) => {
    const last = (of: (image: Value<"f32">) => Value<"f32">) => (image: Value<"f32">) =>
      transpose(of(transpose(image, [0, 3, 1, 2])), [0, 2, 3, 1]);
    const networks = {
      "not square": network([1, 3, 24, 48], both),
      "channels last": network([1, 24, 48, 3], last(both)),
      "channels last, free": network(["N", "H", "W", 3], last(both)),
      "channels last, one": network(["N", "H", "W", 3], last(logits)),
      "channels last in the output alone": network(FREE, (image) => transpose(both(image), [0, 2, 3, 1])),
      "channels last in the input alone": network(
        ["N", "H", "W", 3],
        (image) => both(transpose(image, [0, 3, 1, 2])),
      ),
    };
    for (const [title, bytes] of Object.entries(networks)) {
      const { labels, names } = await segment(folder, bytes);
      assertHalves(labels, 0, 1);
      assert.equal(names.length, 2, title);
    }
    // Each channel has its own mean, wherever it lies: red alone is dark enough.
    const means: Partial<ModelSettings> = { mean: [0.9, 0, 0], std: [1, 1, 1] };
    const red = literal(toLiteral("f32", [1, 0, 0], [1, 3, 1, 1]));
    for (
      const bytes of [
        network(FREE, (image) => conv(image, red)),
        network(["N", "H", "W", 3], last((image) => conv(image, red))),
      ]
    ) assertHalves((await segment(folder, bytes, means)).labels, 0, 0);
  });
});

Deno.test("what is no segmentation network, or does not fit its options, is refused with what was found", async () => {
  await withFolder(async (folder) => {
    const image = input("image", "f32", FREE);
    const other = input("other", "f32", FREE);
    const pixels = input("pixels", "u8", FREE);
    const refusals: [Uint8Array, Partial<ModelSettings>, RegExp][] = [
      [
        network(["N", 1, "H", "W"], (image) => image),
        {},
        /its input must be .* with N free or 1: it is f32\[N,1,H,W\]/,
      ],
      [network([4, 3, "H", "W"], both), {}, /it is f32\[4,3,H,W\]/],
      [buildModel({ inputs: [pixels], outputs: { y: cast(pixels, "f32") } }), {}, /it is u8\[N,3,H,W\]/],
      [
        buildModel({ inputs: [image, other], outputs: { y: add(image, other) } }),
        {},
        /it must have one input: it has several/,
      ],
      [
        network(FREE, (image) => concat([labelled(image, "i32", 1), labelled(image, "i32", 1)], { axis: 1 })),
        {},
        /its output must be scores .*: it is i32\[1,2,32,32\]/,
      ],
      [network(FREE, (image) => labelled(image, "i32", 300)), {}, /its labels must be from 0 to 255: it holds 300/],
      [network(FREE, (image) => labelled(image, "i32", IGNORED)), {}, /no label but 0 and 255/],
      [network(FREE, (image) => labelled(image, "f32", 3)), {}, /holds labels as floats/],
      [network(FREE, both), { names: ["a", "b", "c"] }, /it tells 2 segments apart and 3 names are given/],
      [
        network(FREE, both),
        { threshold: 0.5 },
        /--threshold is for an output of one channel of scores: it gives scores/,
      ],
      [network(FREE, (image) => labelled(image, "i64", 4)), { names: ["a", "b"] }, /gives 5 labels and 2 names/],
      [
        network(FREE, (image) => mul(both(image), number(Infinity))),
        {},
        /its output must be finite: it holds Infinity/,
      ],
    ];
    for (const [bytes, settings, message] of refusals) {
      await assert.rejects(segment(folder, bytes, settings), (error: Error) => {
        assert.match(error.message, message);
        assert.match(error.message, /^Cannot segment .*net\.onnx" as /);
        return true;
      });
    }
  });
});

Deno.test("a threshold is the same for all pictures: one that would need another is told", async () => {
  await withFolder(async (folder) => {
    // Up to 0.74 on the first picture, and 1.1 on the second.
    const bytes = network(FREE, (image) => mul(greyOf(image), number(1.15)));
    const pictures = [halves(-40), halves(40)];
    await assert.rejects(segment(folder, bytes, {}, pictures), {
      name: "RangeError",
      message: /"1\.png".*not from 0 to 1, as that of pictures before: name a --threshold/,
    });
    assertHalves((await segment(folder, bytes, { threshold: 0.3 }, pictures)).labels, 0, 1);
  });
});

Deno.test("grounds that are not plain are told once for all pictures", async () => {
  await withFolder(async (folder) => {
    const grey = (dot: number) => {
      const data = new Uint8Array(64 * 64 * 3).fill(90);
      for (let y = 30; y < 30 + dot; y++) data.fill(220, 3 * (64 * y + 30), 3 * (64 * y + 30 + dot));
      return encodePng(photo([64, 64, 3], data));
    };
    for (const [i, dot] of [0, 0, 0, 0, 5, 30].entries()) await put(join(folder, `in/${i}.png`), await grey(dot));
    // Masks beside the pictures are none.
    await put(join(folder, "in/ground_truth/scratch/9_mask.png"), await grey(0));
    const warnings: string[] = [];
    const reporter = { say: () => {}, progress: () => {}, warn: (text: string) => void warnings.push(text) };
    const work = { data: join(folder, "in"), out: join(folder, "out"), side: 64, reporter };
    await segmentForeground({ ...work, signal: new AbortController().signal });
    assert.deepEqual(warnings.map((text) => text.replace(/:.*;/, ";")), [
      'in 4 of 6 pictures ("0.png", "1.png", "2.png" and 1 more) no pixel differs from the colour of the frame; parts are ' +
      "found before a plain ground alone",
      'in 1 of 6 pictures ("4.png") the foreground is less than 2 % of the picture; parts are found before a plain ground ' +
      "alone",
    ]);
  });
});

Deno.test("pictures of one stem in one folder are both named before a map is written; in two folders each has its own", async () => {
  const foreground = (data: string, out: string) =>
    segmentForeground({
      ...{ data, out, side: 32, reporter: { say: () => {}, progress: () => {}, warn: () => {} } },
      signal: new AbortController().signal,
    });
  for (
    const [one, other] of [["0.bmp", "0.png"], ["a/7.jpg", "a/7.jpeg"], ["N.png", "n.png"], ["1.x.png", "1.x.webp"]]
  ) {
    await withFolder(async (folder) => {
      const [data, out] = [join(folder, "in"), join(folder, "out")];
      await put(join(data, "b/7.jpg"), await halves());
      for (const name of [one, other, "8.png"]) await put(join(data, name), await halves());
      const [first, second] = [one, other].sort();
      await assert.rejects(foreground(data, out), {
        message: `Cannot write a segment map for each picture of "${data}" as "${first}" and "${second}" would share ` +
          `"${second.replace(/[^.]+$/, "png")}": rename one of them`,
      });
      assert.ok(!existsSync(out));
      await rm(join(data, other));
      await put(join(data, "b", one), await halves());
      await foreground(data, out);
      const maps = (await readdir(out, { recursive: true })).filter((name) => name.endsWith(".png")).sort();
      const wanted = [...new Set([one, "8.png", "b/7.png", `b/${one}`])].map((name) => name.replace(/[^.]+$/, "png"));
      assert.deepEqual(maps, wanted.sort());
    });
  }
});
