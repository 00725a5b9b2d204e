/**
 * Draws segmaps/elpv.png and segmaps/elpv.json: four rings around the middle of a solar cell, as an example of a map for
 * pictures of 300 × 300.
 *
 *     deno run --allow-read --allow-write --allow-env --allow-ffi --allow-sys tools/draw_elpv_segmap.ts
 */
import { encodeGrey } from "../lib/picture/image/encode.ts";
import { tensor } from "../lib/base/tensor/tensor.ts";
import { writeFileAtomic } from "../lib/base/io/atomic.ts";

const SIZE = 300;
const labels = [
  { value: 0, name: "centre", colour: "#2ca02c" },
  { value: 1, name: "inner", colour: "#1f77b4" },
  { value: 2, name: "outer", colour: "#ff7f0e" },
  { value: 3, name: "border", colour: "#d62728" },
];

const data = new Uint8Array(SIZE * SIZE);
for (let y = 0; y < SIZE; y++) {
  for (let x = 0; x < SIZE; x++) {
    // Square rings: a cell is square, and its border has the same width on all sides.
    const out = Math.max(Math.abs(x + 0.5 - SIZE / 2), Math.abs(y + 0.5 - SIZE / 2)) / (SIZE / 2);
    data[y * SIZE + x] = out < 0.4 ? 0 : out < 0.68 ? 1 : out < 0.9 ? 2 : 3;
  }
}
await writeFileAtomic(
  "segmaps/elpv.png",
  await encodeGrey(tensor<"u8", ["H", "W"], "label">("u8", [SIZE, SIZE], data)),
);
const legend = { name: "ELPV", note: "Drawn by tools/draw_elpv_segmap.ts", size: [SIZE, SIZE], labels };
await writeFileAtomic("segmaps/elpv.json", JSON.stringify(legend, null, 2) + "\n");
