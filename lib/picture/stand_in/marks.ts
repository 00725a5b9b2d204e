/** Marks on the part: thin lines, patches and balls. @module */
import { add, boxOf, type Canvas, depth, mix, radii, ramp, scan } from "./canvas.ts";
import { along, curve } from "./curve.ts";
import { discDepth } from "./layout.ts";
import { paintBall } from "./solder.ts";
import type { Mark, Patch, Stroke } from "./spec.ts";
import { at, noiseTile } from "./tiles.ts";

/** Paints a mark. */
export function paintMark(canvas: Canvas, mark: Mark): void {
  if (mark.shape === "stroke") paintStroke(canvas, mark);
  else if (mark.shape === "patch") paintPatch(canvas, mark);
  else paintBall(canvas, mark);
}

function paintStroke(canvas: Canvas, spec: Stroke): void {
  const line = curve(spec.points, 6);
  const clump = noiseTile("clump"), grain = noiseTile("grain");
  const half = spec.width / 2;
  const phase = spec.points[0][0] * 7.3 + spec.points[0][1] * 3.1;
  along(canvas, line, half + 3, (i, side, walked, u, v) => {
    if (discDepth(u, v) < 0) return;
    const present = 1 - spec.broken * ramp(-0.2, 1.1, at(clump, walked * 1.5 + phase, phase));
    const wander = 0.5 * at(grain, walked + phase, 50);
    const core = ramp(half + 0.75, half - 0.65, Math.abs(side + wander)) * spec.alpha * present;
    if (spec.flank !== 0) {
      const beside = ramp(1.5, 0.2, Math.abs(side + wander - half - 1.1));
      add(canvas, i, spec.flank * beside * present * spec.alpha);
    }
    mix(canvas, i, core, spec.tone, spec.tone + 1, spec.tone + 1);
  });
}

function paintPatch(canvas: Canvas, spec: Patch): void {
  const table = radii(spec);
  const tile = noiseTile(spec.coarse ? "clump" : "grain"), fine = noiseTile("fine"), clump = noiseTile("clump");
  const [px, py] = spec.phase;
  const r = (spec.rx + spec.ry) / 2;
  const [red, green, blue] = spec.colour;
  scan(canvas, boxOf(spec, 6 + spec.softness), (first, count, u0, v0, du, dv) => {
    for (let k = 0; k < count; k++) {
      const i = first + k, u = u0 + k * du, v = v0 + k * dv;
      const ragged = Math.min(2.5, 0.12 * r) * at(clump, u + px, v + py) + 0.4 * at(fine, u + px, v);
      const inward = (1 - depth(spec, table, u, v)) * r + ragged;
      if (spec.shadow !== 0) {
        const cast = ramp(-5, 0, (1 - depth(spec, table, u - 2, v - 2.5)) * r + ragged);
        add(canvas, i, -spec.shadow * cast * ramp(1, -1, inward));
      }
      const cover = ramp(-0.5 - spec.softness / 2, 0.5 + spec.softness / 2, inward) * spec.alpha;
      if (cover === 0) continue;
      const surface = spec.texture * (0.75 * at(tile, u + px, v + py) + 0.4 * at(fine, u + py, v + px));
      const lit = spec.edge * ramp(2.4, 0.4, Math.abs(inward - 1.8)) * (0.6 + 0.5 * at(clump, u + py, v));
      mix(canvas, i, cover, red + surface + lit, green + surface + lit, blue + surface + lit);
    }
  });
}
