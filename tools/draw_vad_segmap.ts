/**
 * Draws segmaps/vad.png and segmaps/vad.json: the seven segments of the SegAD paper's Fig. 5, from the description of the
 * part and the layout of the stand-in.
 *
 *     deno run --allow-read --allow-write --allow-env --allow-ffi --allow-sys tools/draw_vad_segmap.ts
 */
import { encodeGrey } from "../lib/picture/image/encode.ts";
import { discDepth, MIDDLE, NOTCH, notchDistance, PIN, RING, SOLDER } from "../lib/picture/stand_in/layout.ts";
import { tensor } from "../lib/base/tensor/tensor.ts";
import { writeFileAtomic } from "../lib/base/io/atomic.ts";

const SIZE = 512;
const labels = [
  { value: 0, name: "background", colour: "#7f7f7f" },
  { value: 1, name: "outer_half_circle", colour: "#1f77b4" },
  { value: 2, name: "piezo_border", colour: "#8c564b" },
  { value: 3, name: "solder_dots", colour: "#d62728" },
  { value: 4, name: "wires", colour: "#ff7f0e" },
  { value: 5, name: "pins", colour: "#9467bd" },
  { value: 6, name: "piezo_middle", colour: "#2ca02c" },
];
const of = Object.fromEntries(labels.map(({ name, value }) => [name, value]));

/** Components may be a few pixels beside their place, so each segment is drawn wider than its component. */
function segmentAt(u: number, v: number): number {
  for (const { x, y, width, tilt } of PIN) {
    const middle = x + tilt * (v - y);
    if (v > y - 8 && Math.abs(u - middle) < width / 2 + 8 + Math.max(0, v - 400) * 0.25) return of.pins;
  }
  for (const { x, y, r } of SOLDER) if (Math.hypot(u - x, v - y) < r + 10) return of.solder_dots;
  if (inWire(u, v)) return of.wires;
  const depth = discDepth(u, v);
  if (depth > -3) {
    const notch = notchDistance(u, v);
    if (notch < -NOTCH.half - 3) return of.piezo_middle;
    const x = (u - MIDDLE.x) / MIDDLE.rx, y = (v - MIDDLE.y) / MIDDLE.ry;
    const border = Math.abs(notch) <= NOTCH.half + 3 || x * x + y * y > 0.975;
    return border ? of.piezo_border : of.piezo_middle;
  }
  // The ring of the membrane beside and below the piezo, down to the feet of the pins.
  return Math.hypot(u - RING.x, v - RING.y) < RING.r + 4 && v > 20 ? of.outer_half_circle : of.background;
}

/** The strip between a solder dot and its pin, wide enough for the bend of a good wire. */
function inWire(u: number, v: number): boolean {
  return PIN.some((pin, side) => {
    const dot = SOLDER[side];
    if (v < dot.y || v > pin.y) return false;
    const t = (v - dot.y) / (pin.y - dot.y);
    const from = dot.x - 8, to = pin.x + 12;
    const middle = from + t * (to - from) + 20 * Math.sin(Math.PI * t);
    return Math.abs(u - middle) < 30 + 14 * Math.sin(Math.PI * t);
  });
}

const data = new Uint8Array(SIZE * SIZE);
for (let y = 0; y < SIZE; y++) for (let x = 0; x < SIZE; x++) data[y * SIZE + x] = segmentAt(x + 0.5, y + 0.5);
await writeFileAtomic("segmaps/vad.png", await encodeGrey(tensor<"u8", ["H", "W"], "label">("u8", [SIZE, SIZE], data)));
const legend = {
  name: "VAD",
  note: "Drawn by tools/draw_vad_segmap.ts; segments as named in the SegAD paper, Fig. 5",
  size: [SIZE, SIZE],
  labels,
};
await writeFileAtomic("segmaps/vad.json", JSON.stringify(legend, null, 2) + "\n");
