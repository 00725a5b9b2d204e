/**
 * Draws segmaps/elpv_busbars.png and segmaps/elpv_busbars.json: the components of a solar cell with three busbars, for
 * pictures of 300 × 300 as ELPV has them.
 *
 *     deno run --allow-read --allow-write --allow-env --allow-ffi --allow-sys tools/draw_elpv_busbars_segmap.ts
 *
 * Of the 900 cells, 746 have three busbars, at rows 52, 150 and 248 in the median: all 331 monocrystalline ones that show
 * busbars at all (23 show none, only dark contacts at the left and right border) and 415 of 546 polycrystalline ones. 130
 * polycrystalline cells have two, at rows 79 and 221: their busbars lie among the fingers here, as one map is for all.
 */
import { drawShapes, parseDrawing } from "../lib/picture/segment/shapes.ts";
import { toPlane } from "../lib/picture/segment/plane.ts";
import { writeStaticMap } from "../lib/picture/segment/write.ts";

const SIZE = 300;
/** Cells fade to the dark gap around them within so many pixels. */
const BORDER = 10;
/** Legs of the triangles that monocrystalline cells lack at the corners, with the fading. */
const CORNER = 44;
/** First and last row of each busbar: where 98 of 100 good cells have it, and the pixels that it darkens. */
const BUSBARS = [[43, 59], [142, 158], [240, 256]] as const;

const rows = (segment: string, from: number, to: number) => ({
  segment,
  rectangle: { from: [BORDER, from], to: [SIZE - BORDER, to] },
});
const corner = (x: number, y: number) => ({
  segment: "corners",
  polygon: [[x, y], [x === 0 ? CORNER : SIZE - CORNER, y], [x, y === 0 ? CORNER : SIZE - CORNER]],
});
const [[top], , [, bottom]] = BUSBARS;
const drawing = {
  name: "ELPV, three busbars",
  size: [SIZE, SIZE],
  units: "pixels",
  segments: [
    { name: "border", colour: "#d62728" },
    { name: "corners", colour: "#7f7f7f" },
    { name: "busbars", colour: "#ff7f0e" },
    { name: "fingers_between", colour: "#2ca02c" },
    { name: "fingers_outside", colour: "#1f77b4" },
  ],
  background: "border",
  shapes: [
    // A finger between busbars feeds both; one outside has only one, so that an interruption darkens it to its end.
    rows("fingers_between", top, bottom),
    rows("fingers_outside", BORDER, top),
    rows("fingers_outside", bottom, SIZE - BORDER),
    ...BUSBARS.map(([from, to]) => rows("busbars", from, to)),
    ...[[0, 0], [SIZE, 0], [0, SIZE], [SIZE, SIZE]].map(([x, y]) => corner(x, y)),
  ],
};

const { labels, names, colours } = drawShapes(parseDrawing(JSON.stringify(drawing), "elpv_busbars"));
await writeStaticMap("segmaps/elpv_busbars.png", toPlane(labels), { name: drawing.name, names, colours });
