import assert from "node:assert/strict";
import sharp from "sharp";
import { type Photo, photo } from "../../../lib/domain.ts";
import type { Details } from "../../../lib/product/model/details.ts";
import { drawOverlay } from "../../../lib/product/verdict/overlay.ts";
import { overlayFiles } from "../../../lib/product/verdict/overlay_files.ts";

const [HEIGHT, WIDTH] = [32, 64];
const GREY = 90;

/** A grey picture of two halves; the map is 1 in one square of it. */
function scored(): { readonly details: Details; readonly picture: Photo } {
  const inSquare = (x: number, y: number) => x >= 40 && x < 48 && y >= 8 && y < 16;
  const each = <T>(make: (x: number, y: number) => T) =>
    Array.from({ length: HEIGHT * WIDTH }, (_, at) => make(at % WIDTH, Math.floor(at / WIDTH)));
  return {
    picture: photo([HEIGHT, WIDTH, 3], new Uint8Array(HEIGHT * WIDTH * 3).fill(GREY)),
    details: {
      size: { height: HEIGHT, width: WIDTH },
      maps: [{ name: "a", title: "A", values: Float32Array.from(each((x, y) => inSquare(x, y) ? 1 : 0)) }],
      segments: {
        names: ["left", "right"],
        labels: Uint8Array.from(each((x) => x < 20 ? 0 : 1)),
        outline: Uint8Array.from(each((x) => x === 19 ? 1 : 0)),
      },
      contributions: [],
      statistics: { columns: [], values: new Float64Array() },
      worst: { x: 40, y: 8, width: 8, height: 8, value: 1, detector: "a" },
    },
  };
}

async function pixelsOf(png: Uint8Array) {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    ...info,
    at: (x: number, y: number) => [...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3)],
  };
}

Deno.test("the drawing has the photo, the map's colours where it is strange, the outline and the box", async () => {
  const { details, picture } = scored();
  const drawn = await pixelsOf(await drawOverlay({ decision: "bad", details }, picture));
  assert.deepEqual([drawn.height, drawn.width], [256, 512]);
  assert.deepEqual(drawn.at(200, 200), [GREY, GREY, GREY], "nothing is strange here");
  // The brightest colour, 185 of 255 over the grey.
  const over = [252, 255, 164].map((c) => (c * 185 + GREY * 70) / 255);
  drawn.at(352, 96).forEach((value, c) => assert.ok(Math.abs(value - over[c]) <= 1.5, `${value} for ${over[c]}`));
  const line = drawn.at(19 * 8 + 4, 60);
  assert.ok(line.every((value) => value > 200), `the outline is light: ${line}`);
  assert.ok(drawn.at(19 * 8 + 3, 60).every((value) => value < GREY), "and has a dark halo");
  // The frame of two pixels lies outside of the box.
  const [left, top, right, bottom] = [320 - 4 + 1, 64 - 4 + 1, 384 + 4 - 2, 128 + 4 - 2];
  for (const [x, y] of [[left, 90], [right, 90], [350, top], [350, bottom]]) {
    assert.deepEqual(drawn.at(x, y), [255, 60, 60], `red at ${x}, ${y}`);
  }
});

Deno.test("layers can be left out, ranges of good parts set the colours, and a good part's box is white", async () => {
  const { details, picture } = scored();
  const draw = async (...args: Parameters<typeof drawOverlay>) => await pixelsOf(await drawOverlay(...args));
  const plain = await draw({ decision: "bad", details }, picture, { without: ["map", "outline", "box"], side: 1 });
  assert.deepEqual([plain.height, plain.width], [HEIGHT, WIDTH]);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) assert.deepEqual(plain.at(x, y), [GREY, GREY, GREY]);
  }
  const usual = await draw({ decision: "good", details }, picture, { ranges: { a: { low: 1, high: 9 } } });
  assert.deepEqual(usual.at(352, 96), [GREY, GREY, GREY], "what good parts have has no colour");
  assert.deepEqual(usual.at(317, 90), [255, 255, 255]);
});

Deno.test("drawings lie as the pictures do, and no two are one file", () => {
  const files = overlayFiles("o", ["/a/b/1.png", "/a/c/1.jpg", "/a/c/d/2.PNG"]);
  assert.deepEqual([...files.values()], ["o/b/1.png", "o/c/1.jpg.png", "o/c/d/2.PNG"]);
  assert.deepEqual([...overlayFiles("o", ["/a/b/1.png"]).values()], ["o/1.png"]);
  assert.throws(() => overlayFiles("o", ["/a/1.jpg", "/a/1.jpg.png"]), /Cannot draw .* as both would be/);
});
