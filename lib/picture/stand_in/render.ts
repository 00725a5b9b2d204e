/** A part's description drawn as a photograph. @module */
import type { Photo } from "../../domain.ts";
import type { Canvas } from "./canvas.ts";
import { expose } from "./exposure.ts";
import { paintMark } from "./marks.ts";
import { paintMembrane } from "./membrane.ts";
import { paintPiezo, paintSpot } from "./piezo.ts";
import { paintPin } from "./pin.ts";
import { paintSolder } from "./solder.ts";
import { type PartSpec, SIZE } from "./spec.ts";
import { paintWire } from "./wire.ts";

/** What is drawn on, one for all pictures of a thread: see `halfBlurred` in exposure.ts. */
const rgb = new Float32Array(SIZE * SIZE * 3);

/**
 * Draws a part, u8[512,512,3] sRGB. Equal specs give equal bytes.
 *
 * ```ts
 * import { partSpec } from "./part.ts";
 * import { renderPart } from "./render.ts";
 * const photo = renderPart(partSpec({ seed: 1, index: 0, kind: "wire_missing" }));
 * console.assert(photo.shape[0] === 512);
 * ```
 */
export function renderPart(spec: PartSpec): Photo<512, 512> {
  const canvas: Canvas = { rgb: rgb.fill(0), pose: spec.pose };
  paintMembrane(canvas, spec.membrane);
  paintPiezo(canvas, spec.piezo);
  paintSpot(canvas, spec.spot);
  for (const mark of spec.under) paintMark(canvas, mark);
  for (const solder of spec.solders) paintSolder(canvas, solder);
  for (const wire of spec.wires) if (!wire.above) paintWire(canvas, wire);
  for (const mark of spec.over) paintMark(canvas, mark);
  for (const pin of spec.pins) paintPin(canvas, pin);
  for (const wire of spec.wires) if (wire.above) paintWire(canvas, wire);
  return expose(canvas, spec.exposure);
}
