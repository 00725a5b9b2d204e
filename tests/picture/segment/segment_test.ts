import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { IGNORED, labels as labelsOf, photo, type SegmentMap } from "../../../lib/domain.ts";
import { encodeGrey, encodePng } from "../../../lib/picture/image/encode.ts";
import { writeNpy } from "../../../lib/base/io/npy.ts";
import { checkSegmentMap } from "../../../lib/picture/segment/check.ts";
import { parseLegend } from "../../../lib/picture/segment/legend.ts";
import { outlineSegments } from "../../../lib/picture/segment/outline.ts";
import { resizePlane } from "../../../lib/picture/segment/plane.ts";
import { openSegmentMaps, readSegmentMap } from "../../../lib/picture/segment/read.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";

const legend = {
  name: "part",
  labels: [
    { value: 7, name: "wire", colour: "#ff0000" },
    { value: 2, name: "border", colour: "#00ff00" },
    { value: 9, name: "code", colour: "#0000ff", ignored: true },
  ],
};
const size = { height: 2, width: 2 };
const grey = (values: number[], height = 2) =>
  encodeGrey(
    tensor<"u8", ["H", "W"], "label">("u8", [height, values.length / height], new Uint8Array(values)),
  );

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "segments-"));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

Deno.test("grey values, colours and arrays give the same map; labels are numbered by value", async () => {
  await inFolder(async (folder) => {
    await writeFile(join(folder, "legend.json"), JSON.stringify(legend));
    await writeFile(join(folder, "a.png"), await grey([7, 2, 9, 255]));
    const colours = new Uint8Array([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
    await writeFile(
      join(folder, "b.png"),
      await encodePng(photo([2, 2, 3], colours)),
    );
    const values = new Float64Array([7, 2, 9, 255]);
    await writeFile(join(folder, "c.npy"), writeNpy(tensor<"f64", [1, 2, 2], "label">("f64", [1, 2, 2], values)));
    // What macOS writes beside files, and a link to the folder itself
    await writeFile(join(folder, "._a.png"), new Uint8Array([0, 5, 22, 7]));
    await symlink(".", join(folder, "self"));
    const deep = Uint16Array.of(7, 2, 9, 255);
    const png = sharp(deep, { raw: { width: 2, height: 2, channels: 1 } }).pipelineColourspace("grey16");
    await writeFile(join(folder, "e.png"), await png.toColourspace("grey16").png().toBuffer());
    const maps = await openSegmentMaps(folder, { size });
    assert.equal(maps.kind, "folder");
    for (const id of ["a.jpg", "good/b.png", "c.png", "e.png"]) {
      const map = await maps.mapOf(id);
      assert.deepEqual([...map.labels.data], [1, 0, IGNORED, IGNORED], id);
      assert.deepEqual(map.names, ["border", "wire"]);
    }
    await assert.rejects(maps.mapOf("d.png"), { message: /no PNG or \.npy file of that name/ });
  });
});

Deno.test("of several maps with one name, that in the picture's folder is taken", async () => {
  await inFolder(async (folder) => {
    await mkdir(join(folder, "good"));
    await mkdir(join(folder, "bad"));
    await writeFile(join(folder, "good", "0.png"), await grey([0, 0, 0, 0]));
    await writeFile(join(folder, "bad", "0.png"), await grey([1, 1, 1, 1]));
    const maps = await openSegmentMaps(folder, { size, names: ["a", "b"] });
    assert.deepEqual([...(await maps.mapOf("test/bad/0.png")).labels.data], [1, 1, 1, 1]);
    assert.deepEqual([...(await maps.mapOf("test/good/0.png")).labels.data], [0, 0, 0, 0]);
    await assert.rejects(maps.mapOf("0.png"), { message: /several have its name/ });
  });
});

Deno.test("maps may lie in good/ and bad/ where their pictures lie elsewhere", async () => {
  await inFolder(async (folder) => {
    for (const [label, value] of [["good", 0], ["bad", 1]] as const) {
      await mkdir(join(folder, label));
      await writeFile(join(folder, label, "0.png"), await grey([value, value, value, value]));
    }
    const maps = await openSegmentMaps(folder, { size });
    assert.deepEqual([...(await maps.mapOf("pcb1/Data/Images/Anomaly/0.JPG", "bad")).labels.data], [1, 1, 1, 1]);
    assert.deepEqual([...(await maps.mapOf("pcb1/Data/Images/Normal/0.JPG", "good")).labels.data], [0, 0, 0, 0]);
    assert.equal(maps.fileOf("test/scratch/0.png", "bad"), join(folder, "bad", "0.png"));
  });
});

Deno.test("a folder without a legend has as many segments as its highest label says, for all pictures alike", async () => {
  await inFolder(async (folder) => {
    await writeFile(join(folder, "a.png"), await grey([0, 1, 0, 255]));
    const values = new Int32Array([0, 4, 1, 2]);
    await writeFile(join(folder, "b.npy"), writeNpy(tensor<"i32", [2, 2], "label">("i32", [2, 2], values)));
    const maps = await openSegmentMaps(folder, { size });
    assert.deepEqual(maps.names, ["segment_0", "segment_1", "segment_2", "segment_3", "segment_4"]);
    assert.deepEqual((await maps.mapOf("a.jpg")).names, maps.names);
    assert.deepEqual([...(await maps.mapOf("a.jpg")).labels.data], [0, 1, 0, IGNORED]);
    assert.deepEqual([...(await maps.mapOf("b.jpg")).labels.data], [0, 4, 1, 2]);
    assert.deepEqual(maps.warnings, [
      `Segment segment_3 has no pixel in any map of "${folder}", so its statistics are 0`,
    ]);
    // Names that are given, as a model's are, come before what the maps hold.
    assert.deepEqual((await openSegmentMaps(folder, { size, names: ["a", "b", "c", "d", "e", "f"] })).names.length, 6);
  });
});

Deno.test("maps that do not say what their segments are want a legend", async () => {
  await inFolder(async (folder) => {
    const refusal = async (message: RegExp) => {
      await assert.rejects(openSegmentMaps(folder, { size }), { name: "RangeError", message });
      await assert.rejects(openSegmentMaps(folder, { size }), { message: /: write ".*legend\.json"$/ });
    };
    await refusal(/there is no PNG or \.npy file/);
    // A mask in black and white: its white would be ignored.
    await writeFile(join(folder, "a.png"), await grey([0, 255, 255, 0]));
    await refusal(/no label but 0 and 255/);
    await writeFile(join(folder, "a.png"), await grey([0, 128, 64, 0]));
    await refusal(/a\.png" has the label 128/);
    const red = new Uint8Array([255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0, 0]);
    await writeFile(
      join(folder, "a.png"),
      await encodePng(photo([2, 2, 3], red)),
    );
    await refusal(/a\.png" holds something else than the labels 0 to 254/);
  });
});

Deno.test("a pixel without a label is an error with its place", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "part.png");
    await writeFile(join(folder, "part.json"), JSON.stringify(legend));
    await writeFile(path, await grey([7, 2, 7, 3]));
    await assert.rejects(readSegmentMap(path), { name: "RangeError", message: /the value 3: row 1, column 1$/ });
    // An area of another colour than the legend's, and pixels that are most of the picture.
    await writeFile(path, await encodePng(photo([5, 5, 3], new Uint8Array(75).map((_, i) => [0, 90, 200][i % 3]))));
    await assert.rejects(readSegmentMap(path), { name: "RangeError", message: /the colour #005ac8: row 1, column 1$/ });
    const two = new Uint8Array([255, 0, 0, 0, 90, 200, 0, 255, 0, 0, 255, 0]);
    await writeFile(path, await encodePng(photo([2, 2, 3], two)));
    await assert.rejects(readSegmentMap(path), {
      name: "RangeError",
      message: /the colour #005ac8, nor that of any of 25 % of the pixels: row 0, column 1$/,
    });
    // In a folder no colour is taken for another.
    const red = new Uint8Array([255, 0, 0, 254, 1, 0, 0, 255, 0, 0, 255, 0]);
    await writeFile(path, await encodePng(photo([2, 2, 3], red)));
    await writeFile(join(folder, "legend.json"), JSON.stringify(legend));
    const maps = await openSegmentMaps(folder);
    await assert.rejects(maps.mapOf("part"), { name: "RangeError", message: /the colour #fe0100: row 0, column 1$/ });
    await rm(join(folder, "legend.json"));
    const array = join(folder, "part.npy");
    for (const bad of [NaN, 2.5, -1, 256]) {
      const values = new Float32Array([7, 2, 7, bad]);
      await writeFile(array, writeNpy(tensor<"f32", [2, 2], "label">("f32", [2, 2], values)));
      await assert.rejects(readSegmentMap(array), { name: "RangeError", message: new RegExp(`the value ${bad}`) });
    }
    await writeFile(array, writeNpy(tensor<"u8", [4], "label">("u8", [4], new Uint8Array(4))));
    await assert.rejects(readSegmentMap(array), { name: "TypeError", message: /must be \[H,W\].*\[4\]/ });
    await writeFile(path, "a,b\n1,2\n");
    await assert.rejects(readSegmentMap(path), SyntaxError);
    await writeFile(join(folder, "part.json"), JSON.stringify({ ...legend, size: [3, 3] }));
    await writeFile(path, await grey([7, 2, 7, 7]));
    await assert.rejects(readSegmentMap(path), { name: "RangeError", message: /legend says 3 × 3/ });
  });
});

Deno.test("what is missing is named", async () => {
  await inFolder(async (folder) => {
    await assert.rejects(openSegmentMaps(join(folder, "none.png")), { message: /no such file or folder/ });
    await writeFile(join(folder, "part.png"), await grey([0, 0, 0, 0]));
    await assert.rejects(readSegmentMap(join(folder, "part.png")), {
      message: /legend is missing: write ".*part\.json"/,
    });
    await assert.rejects(openSegmentMaps(folder), { message: /legend\.json/ });
  });
});

Deno.test("a legend that is there and cannot be read is told with its path", async () => {
  await inFolder(async (folder) => {
    await writeFile(join(folder, "part.png"), await grey([0, 0, 0, 0]));
    await mkdir(join(folder, "part.json"));
    const message = /^Cannot read the legend ".*part\.json" of a segment map as EISDIR/;
    await assert.rejects(readSegmentMap(join(folder, "part.png")), { name: "Error", message });
    await assert.rejects(readSegmentMap(join(folder, "part.png"), { names: ["whole"] }), { message });
  });
});

Deno.test("a legend with an unknown key, a wrong type, or a value twice is refused", () => {
  const label = { value: 0, name: "a" };
  const wrong = [
    "{",
    JSON.stringify({ name: "x" }),
    JSON.stringify({ name: "x", labels: [] }),
    JSON.stringify({ name: "x", labels: [{ ...label, ignored: true }] }),
    JSON.stringify({ name: "x", labels: [label, { value: 0, name: "b" }] }),
    JSON.stringify({ name: "x", labels: [label, { value: 1, name: "a" }] }),
    JSON.stringify({ name: "x", labels: [label], colours: 3 }),
    JSON.stringify({ name: "x", labels: [{ ...label, value: 256 }] }),
    JSON.stringify({ name: "x", labels: [{ ...label, name: "solder dots" }] }),
    JSON.stringify({ name: "x", labels: [{ ...label, colour: "red" }] }),
  ];
  for (const text of wrong) assert.throws(() => parseLegend(text, "part.json"), SyntaxError, text);
});

Deno.test("a resized map has only labels of the map, those of the nearest pixels", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 1, max: 20 }),
    (height, width, h, w) => {
      const labels = Uint8Array.from({ length: height * width }, (_, i) => i);
      const resized = resizePlane({ height, width, labels }, { height: h, width: w });
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          // The middle of the new pixel, in old pixels.
          const [row, column] = [(y + 0.5) * height / h, (x + 0.5) * width / w];
          const label = resized.labels[y * w + x];
          assert.ok(Math.abs(Math.floor(label / width) + 0.5 - row) <= 0.5 + 1e-9);
          assert.ok(Math.abs(label % width + 0.5 - column) <= 0.5 + 1e-9);
        }
      }
    },
  ));
  assert.throws(
    () => resizePlane({ height: 1, width: 1, labels: new Uint8Array(1) }, { height: 0, width: 1 }),
    RangeError,
  );
});

Deno.test("a check finds a wrong size, foreign labels, empty segments and other proportions", () => {
  const map = (values: number[], names: string[]) => ({
    labels: labelsOf([1, 2, 2], new Uint8Array(values)),
    names: names as unknown as SegmentMap["names"],
  });
  assert.throws(() => checkSegmentMap(map([0, 0, 0, 0], ["a"]), { height: 4, width: 4 }), TypeError);
  assert.throws(() => checkSegmentMap(map([0, 0, 1, 0], ["a"]), size), {
    name: "RangeError",
    message: /pixel 2 has 1/,
  });
  assert.throws(() => checkSegmentMap(map([255, 255, 255, 255], ["a"]), size), RangeError);
  const check = checkSegmentMap(map([0, 0, 2, 255], ["a", "b", "c"]), size, {
    picture: { height: 100, width: 200 },
    map: { height: 100, width: 100 },
  });
  assert.deepEqual(check.pixels, [2, 0, 1]);
  assert.equal(check.ignored, 1);
  assert.deepEqual(check.empty, ["b"]);
  assert.equal(check.warnings.length, 2);
});

Deno.test("outlines lie where neighbours differ", () => {
  const values = new Uint8Array([0, 0, 1, 0, 0, 1, 2, 2, 2]);
  const labels = labelsOf([1, 3, 3], values);
  assert.deepEqual([...outlineSegments(labels)], [0, 1, 0, 1, 1, 1, 0, 0, 0]);
});

Deno.test("the maps in segmaps/ are whole, and VAD's has the seven segments of the paper", async () => {
  const map = await readSegmentMap("segmaps/vad.png");
  const paper = ["background", "outer_half_circle", "piezo_border", "solder_dots", "wires", "pins", "piezo_middle"];
  assert.deepEqual(map.names, paper);
  const check = checkSegmentMap(map, { height: 256, width: 256 });
  assert.deepEqual(check.warnings, []);
  assert.ok(check.pixels.every((count) => count > 500), check.pixels.join());
  const at = (x: number, y: number) => map.names[map.labels.data[Math.floor(y * 256) * 256 + Math.floor(x * 256)]];
  // Places from the description of the part, as shares of the picture.
  assert.equal(at(0.35, 0.2), "solder_dots");
  assert.equal(at(0.7, 0.22), "solder_dots");
  assert.equal(at(0.27, 0.65), "pins");
  assert.equal(at(0.77, 0.65), "pins");
  assert.equal(at(0.5, 0.7), "piezo_middle");
  assert.equal(at(0.01, 0.01), "background");
  const elpv = await readSegmentMap("segmaps/elpv.png");
  assert.deepEqual(checkSegmentMap(elpv, { height: 256, width: 256 }).warnings, []);
  assert.equal(elpv.names.length, 4);
  const cell = await readSegmentMap("segmaps/elpv_busbars.png");
  assert.deepEqual(cell.names, ["border", "corners", "busbars", "fingers_between", "fingers_outside"]);
  assert.deepEqual(checkSegmentMap(cell, { height: 256, width: 256 }).warnings, []);
  const down = (x: number) =>
    Array.from({ length: 256 }, (_, y) => cell.names[cell.labels.data[y * 256 + x]])
      .filter((name, y, all) => name !== all[y - 1]);
  const strips = ["busbars", "fingers_between", "busbars", "fingers_between", "busbars"];
  assert.deepEqual(down(128), ["border", "fingers_outside", ...strips, "fingers_outside", "border"]);
  assert.deepEqual(down(1), ["corners", "border", "corners"]);
  // Rows of the busbars of most cells, of 300.
  for (const row of [52, 150, 248]) {
    assert.equal(cell.names[cell.labels.data[Math.floor(row / 300 * 256) * 256 + 128]], "busbars");
  }
});
